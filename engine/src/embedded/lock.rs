//! One instance per data folder: whoever works in it holds `carillon.lock` and writes there who it is. The kernel frees
//! the lock when the holder dies, so a lock is never stale.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::error::{Doing, EmbeddedError};

/// What the holder is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Serving: it keeps the cluster running for others too.
    Serve,
    /// A command that uses the cluster for its own duration.
    Command,
}

/// The held lock; dropping it frees it.
#[derive(Debug)]
pub(super) struct FolderLock(File);

/// Who holds the lock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Holder {
    /// Its process.
    pub(super) pid: i32,
    /// What it does.
    pub(super) purpose: Purpose,
}

impl FolderLock {
    /// Takes the lock of the folder, or `None` while somebody else holds it.
    pub(super) fn take(data: &Path, purpose: Purpose) -> Result<Option<Self>, EmbeddedError> {
        let path = path(data);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .doing("open", path.display())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error).doing("lock", path.display()),
        }
        let mut lock = Self(file);
        lock.sign(purpose).doing("write", path.display())?;
        Ok(Some(lock))
    }

    fn sign(&mut self, purpose: Purpose) -> std::io::Result<()> {
        let word = match purpose {
            Purpose::Serve => "serve",
            Purpose::Command => "command",
        };
        self.0.set_len(0)?;
        writeln!(self.0, "{} {word}", std::process::id())
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Only a courtesy to readers; the lock itself is freed by closing the file.
        let _ = self.0.set_len(0);
    }
}

/// Who holds the lock, if it has signed.
pub(super) fn holder(data: &Path) -> Option<Holder> {
    let text = fs::read_to_string(path(data)).ok()?;
    let (pid, word) = text.trim().split_once(' ')?;
    let purpose = match word {
        "serve" => Purpose::Serve,
        _ => Purpose::Command,
    };
    let pid = pid.parse().ok()?;
    Some(Holder { pid, purpose })
}

fn path(data: &Path) -> PathBuf {
    data.join("carillon.lock")
}
