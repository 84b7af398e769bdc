//! PostgreSQL's log: a file in the data folder that is appended to, put aside when it is long, and quoted in errors.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use super::error::{Doing, EmbeddedError};

/// The log is put aside at a start when it has more bytes.
const LIMIT: u64 = 10 << 20;
const LINES_QUOTED: usize = 10;

/// Opens it for a new start.
pub(super) fn open(path: &Path) -> Result<File, EmbeddedError> {
    if fs::metadata(path).is_ok_and(|log| log.len() > LIMIT) {
        fs::rename(path, path.with_extension("log.1")).doing("put aside", path.display())?;
    }
    let mut open = OpenOptions::new();
    open.append(true).create(true).mode(0o600);
    open.open(path).doing("open", path.display())
}

/// Its last lines.
pub(super) fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES_QUOTED)..].join("\n")
}
