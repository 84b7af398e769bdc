//! Keeps the postmaster running: when it dies it is started again, with growing pauses while that fails; when its owner
//! is done it is stopped in order. The folder's lock is held until the postmaster is really gone.

use std::time::Duration;

use tokio::{task::JoinHandle, time::sleep};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{error::EmbeddedError, launch::Launch, lock::FolderLock, postmaster::Postmaster};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The task that keeps a postmaster running; dropped, it stops the postmaster in the background.
#[derive(Debug)]
pub(super) struct Keeper {
    task: JoinHandle<Result<(), EmbeddedError>>,
    stop: DropGuard,
}

impl Keeper {
    /// Keeps this postmaster running.
    pub(super) fn of(launch: Launch, postmaster: Postmaster, lock: FolderLock) -> Self {
        let token = CancellationToken::new();
        let stop = token.clone().drop_guard();
        let task = tokio::spawn(keep(launch, postmaster, lock, token));
        Self { task, stop }
    }

    /// Stops the postmaster and waits until it is gone.
    pub(super) async fn stop(self) -> Result<(), EmbeddedError> {
        drop(self.stop);
        self.task.await?
    }
}

async fn keep(
    launch: Launch,
    mut postmaster: Postmaster,
    lock: FolderLock,
    stop: CancellationToken,
) -> Result<(), EmbeddedError> {
    while stop.run_until_cancelled(postmaster.ended()).await.is_some() {
        tracing::warn!("PostgreSQL has ended unexpectedly and is started again");
        match stop.run_until_cancelled(restart(&launch)).await {
            Some(restarted) => postmaster = restarted,
            None => break,
        }
    }
    postmaster.stop().await?;
    // Also one that was just being started.
    launch.finish().await?;
    drop(lock);
    Ok(())
}

async fn restart(launch: &Launch) -> Postmaster {
    let mut pause = FIRST_PAUSE;
    loop {
        match launch.run().await {
            Ok(postmaster) => {
                tracing::info!("PostgreSQL is running again");
                return postmaster;
            }
            // Said once, when it has failed for a few seconds.
            Err(error) if pause < LONGEST_PAUSE && pause * 2 >= LONGEST_PAUSE => {
                tracing::error!(%error, "PostgreSQL cannot be started; trying on");
            }
            Err(error) => tracing::debug!(%error, "PostgreSQL cannot be started yet"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
