//! The postmaster: what its file `postmaster.pid` tells of it, and our hold on the process, whether it is our child or
//! was left to us by a killed server.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::sys::signal::Signal;
use tokio::{
    process::Child,
    time::{sleep, timeout},
};

use super::{
    error::EmbeddedError,
    process::{POLL, Process},
};

/// How long a postmaster may take for its last checkpoint, and then for giving up without one.
const PATIENCE: [(Signal, Duration); 2] =
    [(Signal::SIGINT, Duration::from_secs(60)), (Signal::SIGQUIT, Duration::from_secs(10))];

/// What a postmaster writes about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// Its process number, which may be somebody else's by now.
    pub(super) pid: i32,
    /// The folder of its socket.
    pub(super) socket: PathBuf,
    /// How far it is.
    pub(super) status: Status,
}

/// How far a postmaster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Starting, perhaps recovering from a crash.
    Starting,
    /// Accepting connections.
    Ready,
    /// Ending.
    Stopping,
}

impl PidFile {
    /// Reads the cluster's file; `None` if there is none or it is not whole yet.
    pub(super) fn read(cluster: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(cluster)).ok()?)
    }

    /// Where it is.
    pub(super) fn path(cluster: &Path) -> PathBuf {
        cluster.join("postmaster.pid")
    }

    /// The running postmaster of this cluster, if the process is really that.
    pub(super) fn process(&self, cluster: &Path) -> Option<Process> {
        let process = Process::find(self.pid)?;
        let arguments = process.arguments();
        let program = Path::new(arguments.first()?).file_name()?;
        let is_postmaster = program == "postgres" || program == "postmaster";
        (is_postmaster && process.is_of(cluster)).then_some(process)
    }

    /// Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let socket = lines.nth(3)?.into();
        let status = match lines.nth(2).map(str::trim) {
            Some("ready") => Status::Ready,
            Some("stopping") => Status::Stopping,
            _ => Status::Starting,
        };
        Some(Self { pid, socket, status })
    }
}

/// A postmaster that is ours to stop; dropped, it is told to stop but not waited for.
#[derive(Debug)]
pub(super) struct Postmaster {
    process: Process,
    /// Where it is our child, so that it is reaped.
    child: Option<Child>,
}

impl Postmaster {
    /// Holds one that was running already.
    pub(super) fn adopt(process: Process) -> Self {
        let child = None;
        Self { process, child }
    }

    /// Holds our child; `None` if it has ended at once.
    pub(super) fn spawned(child: Child) -> Option<Self> {
        let process = Process::find(i32::try_from(child.id()?).ok()?)?;
        let child = Some(child);
        Some(Self { process, child })
    }

    /// The process.
    pub(super) fn process(&self) -> Process {
        self.process
    }

    /// Whether we started it, rather than found it running.
    pub(super) fn is_our_child(&self) -> bool {
        self.child.is_some()
    }

    /// Waits until it is gone, for whatever reason.
    pub(super) async fn ended(&mut self) {
        if let Some(child) = &mut self.child
            && child.wait().await.is_ok()
        {
            return;
        }
        while self.process.is_running() {
            sleep(POLL).await;
        }
    }

    /// Stops it and waits until it is gone: connections are cut, then all is written to disk.
    pub(super) async fn stop(mut self) -> Result<(), EmbeddedError> {
        for (signal, patience) in PATIENCE {
            self.process.signal(signal)?;
            if timeout(patience, self.ended()).await.is_ok() {
                return Ok(());
            }
        }
        let pid = self.process.pid;
        Err(EmbeddedError::StillRunning { pid })
    }

    /// Lets go of it without stopping it.
    pub(super) fn leave(self) {
        std::mem::forget(self);
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        // Nobody is left to be told; the next start finds it running if the signal was refused.
        let _ = self.process.signal(Signal::SIGINT);
    }
}

#[cfg(test)]
mod tests {
    use super::{PidFile, Status};

    const FILE: &str = "4711\n/data/postgres\n1795261962\n5432\n/tmp/carillon-0-ab\n\n 10010842        34\nready   \n";

    #[test]
    fn the_pid_file_is_read() {
        let file = PidFile::parse(FILE).expect("a pid file");
        assert_eq!(file.pid, 4711);
        assert_eq!(file.socket.to_str(), Some("/tmp/carillon-0-ab"));
        assert_eq!(file.status, Status::Ready);
    }

    #[test]
    fn a_pid_file_being_written_is_not_ready() {
        let beginning = FILE.split_inclusive('\n').take(5).collect::<String>();
        let status = PidFile::parse(&beginning).map(|file| file.status);
        assert_eq!(status, Some(Status::Starting));
        assert_eq!(PidFile::parse("4711\n"), None);
        assert_eq!(PidFile::parse(""), None);
    }
}
