//! Processes of the machine, as `/proc` shows them. A number alone says little, for numbers are used again: a process is
//! its number and the moment it started.

use std::{ffi::OsString, fs, io, os::unix::ffi::OsStringExt, path::Path, time::Duration};

use nix::{
    errno::Errno,
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::error::{Doing, EmbeddedError};

/// How often something that gives no notice is looked at.
pub(super) const POLL: Duration = Duration::from_millis(50);

/// A process that was running when it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Process {
    /// Its number.
    pub(super) pid: i32,
    /// Clock ticks from the machine's start to the process's.
    started: u64,
}

impl Process {
    /// The running process of that number; one that has ended and waits to be reaped counts as gone.
    pub(super) fn find(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field, the name in brackets, may contain anything.
        let (_, after_name) = stat.rsplit_once(") ")?;
        let mut fields = after_name.split(' ');
        if matches!(fields.next()?, "Z" | "X") {
            return None;
        }
        let started = fields.nth(18)?.parse().ok()?;
        Some(Self { pid, started })
    }

    /// Whether it is still there.
    pub(super) fn is_running(self) -> bool {
        Self::find(self.pid) == Some(self)
    }

    /// Its command line.
    pub(super) fn arguments(self) -> Vec<OsString> {
        let line = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        let line = line.strip_suffix(b"\0").unwrap_or(&line);
        line.split(|byte| *byte == 0).map(|argument| OsString::from_vec(argument.to_vec())).collect()
    }

    /// Whether it works in `folder`, or was told to by its command line.
    pub(super) fn is_of(self, folder: &Path) -> bool {
        let told = self.arguments().iter().any(|told| told == folder);
        told || fs::read_link(format!("/proc/{}/cwd", self.pid)).is_ok_and(|cwd| cwd == folder)
    }

    /// Sends a signal, unless it is gone.
    pub(super) fn signal(self, signal: Signal) -> Result<(), EmbeddedError> {
        if !self.is_running() {
            return Ok(());
        }
        match kill(Pid::from_raw(self.pid), signal) {
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            refused => refused.map_err(io::Error::from).doing("signal process", self.pid),
        }
    }
}

/// All running processes of PostgreSQL.
pub(super) fn of_postgres() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter(|entry| {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            matches!(name.trim_end(), "postgres" | "initdb")
        })
        .filter_map(|entry| Process::find(entry.file_name().to_str()?.parse().ok()?))
}

/// Waits until `find` finds nothing any more; after the time limit, says what it still finds.
pub(super) async fn wait_for_none(limit: Duration, find: impl Fn() -> Option<Process>) -> Result<(), EmbeddedError> {
    let none = async {
        while find().is_some() {
            tokio::time::sleep(POLL).await;
        }
    };
    if tokio::time::timeout(limit, none).await.is_err()
        && let Some(Process { pid, .. }) = find()
    {
        return Err(EmbeddedError::StillRunning { pid });
    }
    Ok(())
}

/// Ends the processes of PostgreSQL that are left without their master, first politely.
pub(super) async fn end_leftovers(is_left: impl Fn(Process) -> bool) -> Result<(), EmbeddedError> {
    for signal in [Signal::SIGTERM, Signal::SIGKILL] {
        for left in of_postgres().filter(|process| is_left(*process)) {
            left.signal(signal)?;
        }
        let find = || of_postgres().find(|process| is_left(*process));
        match wait_for_none(Duration::from_secs(5), find).await {
            Err(EmbeddedError::StillRunning { .. }) if signal == Signal::SIGTERM => {}
            done => return done,
        }
    }
    Ok(())
}
