//! How the server is called: its settings, all on the command line, so that nobody has to edit files and a new release
//! of this program can change them. The cluster's name carries the data folder's mark; PostgreSQL shows it in the title
//! of every process, by which those of this cluster are known.

use std::{ffi::OsString, path::Path};

use super::{Durability, process::Process, socket};

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=256MB",
    // Bulk sends write much: fewer checkpoints, still minutes of recovery at most.
    "max_wal_size=2GB",
    "wal_compression=on",
    // Statements are many and short, or plain: to compile one costs more than it ever saves.
    "jit=off",
    // Where the kernel promises more huge pages than a container may have, `try` ends in a crash.
    "huge_pages=off",
    // The log is for the operator: faults, but neither statements nor the values in them, which are personal data.
    "log_min_messages=error",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_checkpoints=off",
];

/// The server's command line, the program first.
pub(super) fn command_line(
    program: &Path,
    cluster: &Path,
    socket: &Path,
    mark: &str,
    durability: Durability,
) -> Vec<OsString> {
    let mut line = vec![program.into(), "-D".into(), cluster.into()];
    line.extend(["-k".into(), socket.into()]);
    line.extend(["-p".into(), socket::PORT.to_string().into()]);
    let name = format!("cluster_name=carillon-{mark}");
    let settings = SETTINGS.iter().chain(flushing(durability)).copied();
    for setting in settings.chain([name.as_str()]) {
        line.extend(["-c".into(), setting.into()]);
    }
    line
}

/// Whether the process, by its title, is a part of the server of the data folder with this mark.
pub(super) fn is_titled(process: Process, mark: &str) -> bool {
    let title = format!("postgres: carillon-{mark}: ");
    let arguments = process.arguments();
    let first = arguments.first();
    first.is_some_and(|line| line.to_string_lossy().starts_with(&title))
}

fn flushing(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Durable => &["fsync=on", "full_page_writes=on", "synchronous_commit=on"],
        Durability::ForTests => &["fsync=off", "full_page_writes=off", "synchronous_commit=off"],
    }
}
