//! The cluster as its users see it: a server owns it while it serves; a command uses what a server keeps running, or has
//! it for its own duration. Who holds the folder's lock decides.

use std::{future::Future, path::PathBuf, time::Duration};

use sqlx::postgres::PgConnectOptions;
use tokio::time::{sleep, timeout};

use super::{
    Settings, connection,
    error::EmbeddedError,
    folder::Folders,
    launch::Launch,
    lock::{self, FolderLock, Holder, Purpose},
    postmaster::{PidFile, Status},
    process::POLL,
    socket,
    supervise::Keeper,
};

/// How long a server waits for a short command to finish.
const SERVE_WAIT: Duration = Duration::from_secs(5);
/// How long a command waits for a server to get ready.
const JOIN_WAIT: Duration = Duration::from_secs(15);

/// A running database.
#[derive(Debug)]
pub struct Cluster {
    options: PgConnectOptions,
    hold: Hold,
}

#[derive(Debug)]
enum Hold {
    /// A server's; not ours to stop.
    Joined,
    /// Left by a killed server, used by a command, and left again.
    Borrowed(FolderLock),
    /// Ours.
    Kept(Keeper),
}

impl Cluster {
    /// For `serve`: takes the folder's lock, adopts the running postmaster of this folder or starts one (after making
    /// the cluster if it is new), waits until the database answers, and starts it again if it dies.
    ///
    /// # Errors
    /// [`EmbeddedError::InUse`] when another instance holds the folder; others when PostgreSQL cannot be run.
    pub async fn serve(settings: Settings) -> Result<Self, EmbeddedError> {
        let folders = Folders::open(&settings.data)?;
        let data = folders.data.clone();
        let take = async || FolderLock::take(&data, Purpose::Serve);
        let lock = wait(SERVE_WAIT, take).await?.ok_or_else(|| in_use(&folders))?;
        let launch = Launch::prepare(&settings, folders).await?;
        let postmaster = launch.run().await?;
        Ok(Self { options: launch.options(), hold: Hold::Kept(Keeper::of(launch, postmaster, lock)) })
    }

    /// For other commands: uses the cluster that a server keeps running, else has one for its own duration.
    ///
    /// # Errors
    /// As [`Cluster::serve`]; [`EmbeddedError::InUse`] when another command takes too long, or the server's database does
    /// not get ready.
    pub async fn join(settings: Settings) -> Result<Self, EmbeddedError> {
        let folders = Folders::open(&settings.data)?;
        let data = folders.data.clone();
        let look = async || match FolderLock::take(&data, Purpose::Command)? {
            Some(lock) => Ok(Some(Turn::Own(lock))),
            None => Ok(served(folders.clone()).await.map(Turn::Joined)),
        };
        match wait(JOIN_WAIT, look).await? {
            Some(Turn::Own(lock)) => Self::own(&settings, folders, lock).await,
            Some(Turn::Joined(socket)) => Ok(Self { options: connection::options(&socket), hold: Hold::Joined }),
            None => Err(in_use(&folders)),
        }
    }

    /// How to connect: by unix socket, user `carillon`, database `carillon`.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Stops the database if it is ours, and waits until it is really gone. A cluster that is only dropped is told to
    /// stop, too, but nobody waits for it.
    ///
    /// # Errors
    /// When PostgreSQL does not stop.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        match self.hold {
            Hold::Joined => Ok(()),
            Hold::Borrowed(lock) => {
                drop(lock);
                Ok(())
            }
            Hold::Kept(keeper) => keeper.stop().await,
        }
    }

    async fn own(settings: &Settings, folders: Folders, lock: FolderLock) -> Result<Self, EmbeddedError> {
        let launch = Launch::prepare(settings, folders).await?;
        let postmaster = launch.run().await?;
        let options = launch.options();
        let hold = if postmaster.is_our_child() {
            Hold::Kept(Keeper::of(launch, postmaster, lock))
        } else {
            postmaster.leave();
            Hold::Borrowed(lock)
        };
        Ok(Self { options, hold })
    }
}

/// What a command may do.
enum Turn {
    /// It has the folder to itself.
    Own(FolderLock),
    /// A server has it, and its database answers at the socket in this folder.
    Joined(PathBuf),
}

/// The socket's folder of the server that holds the data folder, if its database answers.
async fn served(mut folders: Folders) -> Option<PathBuf> {
    let holder = lock::holder(&folders.data)?;
    if holder.purpose != Purpose::Serve {
        return None;
    }
    folders.find_cluster();
    let cluster = folders.cluster();
    let file = PidFile::read(&cluster).filter(|file| file.status == Status::Ready)?;
    file.process(&cluster)?;
    socket::check(&file.socket, folders.owner()?).ok()?;
    connection::try_out(&file.socket).await.ok()?;
    Some(file.socket)
}

/// Tries until there is something, or the time is over.
async fn wait<T, F>(limit: Duration, mut attempt: impl FnMut() -> F) -> Result<Option<T>, EmbeddedError>
where
    F: Future<Output = Result<Option<T>, EmbeddedError>>,
{
    let found = async {
        loop {
            if let Some(found) = attempt().await? {
                return Ok(Some(found));
            }
            sleep(POLL).await;
        }
    };
    timeout(limit, found).await.unwrap_or(Ok(None))
}

/// Why a command got neither the folder nor a database.
fn in_use(folders: &Folders) -> EmbeddedError {
    EmbeddedError::InUse { data: folders.data.clone(), pid: lock::holder(&folders.data).map(|Holder { pid, .. }| pid) }
}
