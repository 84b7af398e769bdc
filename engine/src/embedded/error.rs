//! What can go wrong with the embedded database, each in a text that tells the operator what to do.

use std::{fmt::Display, io, path::PathBuf};

/// Why the embedded database is not there.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No server programs on this machine.
    #[error(
        "no PostgreSQL server programs found: install PostgreSQL 15 or later (Debian: apt-get install postgresql), \
         or set CARILLON_PG_BIN to their folder, or DATABASE_URL to a database"
    )]
    NoPrograms,
    /// The named folder has no server programs.
    #[error("{} (CARILLON_PG_BIN) does not contain PostgreSQL's programs postgres and initdb", .0.display())]
    NotPrograms(PathBuf),
    /// The programs are older than 15.
    #[error("PostgreSQL {major} in {} is too old: version 15 or later is needed", .bin.display())]
    TooOld {
        /// The major version found.
        major: u32,
        /// Its folder.
        bin: PathBuf,
    },
    /// The cluster was made by another major version.
    #[error(
        "the data in {} belongs to PostgreSQL {cluster}, but the programs in {} are version {programs}: \
         install PostgreSQL {cluster}, or upgrade the data with pg_upgrade", .folder.display(), .bin.display()
    )]
    OtherVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that made it.
        cluster: u32,
        /// The folder of the programs found.
        bin: PathBuf,
        /// Their major version.
        programs: u32,
    },
    /// Another instance works in this data folder.
    #[error("the data folder {} is in use by {}", .data.display(), by(*.pid))]
    InUse {
        /// The data folder.
        data: PathBuf,
        /// The process that holds it, if it has said so.
        pid: Option<i32>,
    },
    /// Root needs an ordinary user for PostgreSQL, and there is none.
    #[error(
        "PostgreSQL refuses to run as root: neither `unshare -U` is allowed here nor is there a user `postgres`; \
         run this program as an ordinary user"
    )]
    NoOrdinaryUser,
    /// The user PostgreSQL runs as cannot reach the cluster.
    #[error("{} cannot be reached by user {uid}, as whom PostgreSQL runs", .folder.display())]
    Unreachable {
        /// The folder that holds the cluster.
        folder: PathBuf,
        /// The user's number.
        uid: u32,
    },
    /// Somebody else could reach, or has put there, the folder of the socket.
    #[error(
        "the socket folder {} is not a folder of user {uid} with mode 0700: remove it if it is not wanted",
        .folder.display()
    )]
    SocketFolder {
        /// The folder.
        folder: PathBuf,
        /// The user whose it should be.
        uid: u32,
    },
    /// The cluster could not be made.
    #[error("the database cluster could not be made:\n{log}")]
    InitFailed {
        /// What the program said.
        log: String,
    },
    /// PostgreSQL ended, or did not get ready.
    #[error("PostgreSQL does not start; the last lines of {}:\n{tail}", .log.display())]
    StartFailed {
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// PostgreSQL does not end when told to.
    #[error("PostgreSQL (process {pid}) does not stop")]
    StillRunning {
        /// The postmaster.
        pid: i32,
    },
    /// The running database does not answer properly.
    #[error("the embedded database does not answer")]
    Connect(#[from] sqlx::Error),
    /// The task that keeps PostgreSQL running has failed.
    #[error("the task that keeps PostgreSQL running has failed")]
    Supervisor(#[from] tokio::task::JoinError),
    /// The operating system refused something.
    #[error("cannot {doing}")]
    Io {
        /// What was tried.
        doing: String,
        /// The system's reason.
        source: io::Error,
    },
}

fn by(pid: Option<i32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}

/// Says what was tried when the system refuses it.
pub(super) trait Doing<T> {
    /// Adds `verb what` to the error.
    fn doing(self, verb: &str, what: impl Display) -> Result<T, EmbeddedError>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, verb: &str, what: impl Display) -> Result<T, EmbeddedError> {
        self.map_err(|error| EmbeddedError::Io { doing: format!("{verb} {what}"), source: error.into() })
    }
}
