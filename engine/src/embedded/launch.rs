//! Starts the postmaster of a data folder, or adopts the one that is running, and waits until it answers.
//! A running one is adopted only if it was started just as we would start it, and answers; else it is stopped and
//! another is started.

use std::{ffi::OsString, fs, path::PathBuf, process::Stdio, time::Duration};

use sqlx::postgres::PgConnectOptions;
use tokio::time::{sleep, timeout};

use super::{
    Durability, Settings,
    binaries::Programs,
    connection,
    error::{Doing, EmbeddedError},
    folder::Folders,
    initdb, log,
    postmaster::{PidFile, Postmaster, Status},
    privilege::Identity,
    process::{self, POLL, Process},
    server, socket,
};

/// Recovery after a crash replays at most about `max_wal_size`: minutes on a slow disk.
const START_LIMIT: Duration = Duration::from_secs(600);
const STOP_LIMIT: Duration = Duration::from_secs(70);

/// All that is needed to start the postmaster, again and again.
#[derive(Debug)]
pub(super) struct Launch {
    programs: Programs,
    identity: Identity,
    folders: Folders,
    socket: PathBuf,
    durability: Durability,
}

impl Launch {
    /// Finds programs and identity, and makes the cluster if it is missing. The folder's lock must be held.
    pub(super) async fn prepare(settings: &Settings, mut folders: Folders) -> Result<Self, EmbeddedError> {
        folders.find_cluster();
        let identity = Identity::decide(settings.privilege, folders.owner()).await?;
        folders.make_reachable(identity).await?;
        let (cluster, version) = (folders.cluster(), folders.version());
        let programs = Programs::find(settings.bin.as_deref(), &cluster, version).await?;
        if version.is_none() {
            initdb::make(&programs, identity, &folders, settings.durability).await?;
        }
        let socket = socket_folder(&folders, identity);
        socket::prepare(&socket, identity.owner())?;
        Ok(Self { programs, identity, folders, socket, durability: settings.durability })
    }

    /// How to connect.
    pub(super) fn options(&self) -> PgConnectOptions {
        connection::options(&self.socket)
    }

    /// Adopts the running postmaster, or starts one, and waits until it has the database.
    pub(super) async fn run(&self) -> Result<Postmaster, EmbeddedError> {
        if let Some(found) = self.adopt().await? {
            return Ok(found);
        }
        let started = async {
            let postmaster = self.start().await?;
            self.wait_until_ready(&postmaster).await?;
            Ok(postmaster)
        };
        started.await.inspect_err(|_| socket::remove(&self.socket))
    }

    /// Waits until no process of this cluster is left, and tidies up.
    pub(super) async fn finish(&self) -> Result<(), EmbeddedError> {
        let find = || process::of_postgres().find(|process| self.is_ours(*process));
        process::wait_for_none(STOP_LIMIT, find).await?;
        socket::clear(&self.socket);
        socket::remove(&self.socket);
        Ok(())
    }

    async fn adopt(&self) -> Result<Option<Postmaster>, EmbeddedError> {
        let cluster = self.folders.cluster();
        let Some(file) = PidFile::read(&cluster) else {
            return Ok(None);
        };
        let Some(process) = file.process(&cluster) else {
            return Ok(None);
        };
        let found = Postmaster::adopt(process);
        let is_fit = file.status != Status::Stopping && process.arguments() == self.command_line();
        if is_fit && self.wait_until_ready(&found).await.is_ok() {
            return Ok(Some(found));
        }
        // Also one that cannot be reached any more, say because its socket was cleared away.
        found.stop().await?;
        Ok(None)
    }

    async fn start(&self) -> Result<Postmaster, EmbeddedError> {
        self.clear_leftovers().await?;
        self.identity.take_over(&self.folders.cluster())?;
        socket::prepare(&self.socket, self.identity.owner())?;
        let log = log::open(&self.folders.log())?;
        let errors = log.try_clone().doing("open", "the log a second time")?;
        let mut line = self.command_line().into_iter();
        let mut command = self.identity.command(line.next().unwrap_or_default());
        command.args(line).stdout(log).stderr(Stdio::from(errors));
        let program = self.programs.postgres();
        let child = command.spawn().doing("run", program.display())?;
        Postmaster::spawned(child).ok_or_else(|| self.failure())
    }

    /// Backends of a killed postmaster hold its shared memory for a moment, and its files may name a process that is by
    /// now somebody else's; either would keep PostgreSQL from starting.
    async fn clear_leftovers(&self) -> Result<(), EmbeddedError> {
        process::end_leftovers(|process| self.is_ours(process)).await?;
        socket::clear(&self.socket);
        let cluster = self.folders.cluster();
        let path = PidFile::path(&cluster);
        let is_of_the_dead = PidFile::read(&cluster).is_some_and(|file| Process::find(file.pid).is_none());
        // That of a dead process PostgreSQL clears away by itself, with checks of its own.
        if path.exists() && !is_of_the_dead {
            fs::remove_file(&path).doing("remove", path.display())?;
        }
        Ok(())
    }

    async fn wait_until_ready(&self, postmaster: &Postmaster) -> Result<(), EmbeddedError> {
        let process = postmaster.process();
        let cluster = self.folders.cluster();
        let is_ready =
            || PidFile::read(&cluster).is_some_and(|file| file.pid == process.pid && file.status == Status::Ready);
        let ready = async {
            while process.is_running() && !is_ready() {
                sleep(POLL).await;
            }
        };
        let in_time = timeout(START_LIMIT, ready).await.is_ok();
        if !in_time || !process.is_running() {
            return Err(self.failure());
        }
        connection::make_database(&self.socket).await
    }

    fn is_ours(&self, process: Process) -> bool {
        server::is_titled(process, &self.folders.mark()) || process.is_of(&self.folders.cluster())
    }

    fn command_line(&self) -> Vec<OsString> {
        let (program, cluster) = (self.programs.postgres(), self.folders.cluster());
        let mark = self.folders.mark();
        server::command_line(&program, &cluster, &self.socket, &mark, self.durability)
    }

    fn failure(&self) -> EmbeddedError {
        let log = self.folders.log();
        let tail = log::tail(&log);
        EmbeddedError::StartFailed { log, tail }
    }
}

/// The socket's folder: the running postmaster's, which may be of another session of the same user, else our own.
fn socket_folder(folders: &Folders, identity: Identity) -> PathBuf {
    let cluster = folders.cluster();
    let running = PidFile::read(&cluster)
        .filter(|file| file.process(&cluster).is_some())
        .map(|file| file.socket)
        .filter(|folder| socket::check(folder, identity.owner()).is_ok());
    let runtime = std::env::var_os("XDG_RUNTIME_DIR");
    running.unwrap_or_else(|| socket::folder(&folders.mark(), identity, runtime.as_deref()))
}
