//! The embedded default database: without `DATABASE_URL` the program keeps a private PostgreSQL cluster in its data
//! folder, run from the installed server programs (Linux).
//! Rules: one instance per folder, by a lock; a postmaster left by a killed server is adopted; one that dies is started
//! again while serving; it ends cleanly with its owner. It listens on a unix socket in a private folder only.

mod binaries;
mod cluster;
mod connection;
mod error;
mod folder;
mod initdb;
mod launch;
mod lock;
mod log;
mod postmaster;
mod privilege;
mod process;
mod server;
mod socket;
mod supervise;

use std::path::PathBuf;

pub use cluster::Cluster;
pub use error::EmbeddedError;

/// Where the cluster is and how it is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder (made if absent); the cluster lives in `postgres` inside it.
    pub data: PathBuf,
    /// The folder of PostgreSQL's server programs (`CARILLON_PG_BIN`); `None`: found by itself.
    pub bin: Option<PathBuf>,
    /// How PostgreSQL, which refuses root, gets an ordinary user; `None`: found by probing.
    pub privilege: Option<Privilege>,
    /// Whether commits survive a power failure.
    pub durability: Durability,
}

/// As whom PostgreSQL runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// As the user of this program, who is not root.
    AsIs,
    /// Root, in a user namespace of its own (`unshare -U`): it is not root inside, and the files stay root's.
    UserNamespace,
    /// Root where namespaces are forbidden: as user `postgres`, to whom the cluster's folder is given.
    PostgresUser,
}

/// What a commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Committed is on disk.
    Durable,
    /// Nothing is flushed: fast, and worthless after a power failure.
    ForTests,
}
