//! Keeps the reports of many requests with one commit: while one batch is written, those that come gather for the next.
//! Each request is answered when its report lasts.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::store::{self, New};
use crate::{Engine, Error, Result};

/// Reports in one statement.
const BATCH: usize = 500;
/// Reports that may wait: more than that, and the database is not keeping up.
const MOST: usize = 10_000;

/// What waits to be kept, in this process.
#[derive(Clone, Default)]
pub(crate) struct Intake(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Vec<Waiting>>,
    /// Held by whoever writes.
    turn: tokio::sync::Mutex<()>,
}

struct Waiting {
    row: New,
    kept: oneshot::Sender<()>,
}

impl Intake {
    /// Keeps a report: it lasts when this returns.
    pub(super) async fn keep(&self, engine: &Engine, row: New) -> Result<()> {
        let (kept, told) = oneshot::channel();
        {
            let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= MOST {
                return Err(Error::Unavailable(sqlx::Error::PoolTimedOut));
            }
            waiting.push(Waiting { row, kept });
        }
        // A task of its own: who asks may go away, the others of the batch still want to know.
        tokio::spawn(write(engine.clone(), self.clone()));
        told.await.or(Err(Error::Unavailable(sqlx::Error::PoolTimedOut)))
    }

    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(BATCH);
        waiting.drain(..count).collect()
    }
}

/// Writes what waits. Each that waits has a task like this, so what is left over finds the next one.
async fn write(engine: Engine, intake: Intake) {
    let _turn = intake.0.turn.lock().await;
    let (rows, kept): (Vec<_>, Vec<_>) = intake.take().into_iter().map(|one| (one.row, one.kept)).unzip();
    if rows.is_empty() {
        return;
    }
    let written = async {
        let mut conn = engine.db.global().acquire().await?;
        store::insert(&mut conn, rows).await
    };
    match written.await {
        Ok(()) => {
            for kept in kept {
                // Who has gone away need not be told.
                let _ = kept.send(());
            }
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "reports were not kept: they come again");
        }
    }
}
