//! Writes deliveries into the outbox, many at once: while one batch is being stored the next one gathers, so that
//! thousands a second need no more than some tens of transactions.

use chrono::{DateTime, Utc};
use domain::id::TenantId;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::store;
use crate::{
    Result,
    db::{Db, new_id},
};

/// The most that one transaction stores.
const BATCH: usize = 500;

/// A message that was taken.
pub(crate) struct Entry {
    pub(crate) message: String,
    pub(crate) sender: String,
    pub(crate) recipient: String,
    pub(crate) subject: String,
    pub(crate) raw: Vec<u8>,
    pub(crate) at: DateTime<Utc>,
}

/// Why a message may not be in the outbox.
#[derive(Clone, Copy)]
pub(crate) enum Lost {
    /// It is not.
    NotStored,
    /// Nobody knows: the database was lost while it made it last.
    Unknown,
}

type Waiting = (Entry, oneshot::Sender<Result<Uuid, Lost>>);

/// The way into one workspace's outbox. Its work ends when it is dropped.
pub(crate) struct Writer(mpsc::Sender<Waiting>);

impl Writer {
    /// Begins to wait for messages.
    pub(crate) fn new(db: Db, tenant: TenantId) -> Self {
        let (sender, receiver) = mpsc::channel(BATCH);
        tokio::spawn(write(db, tenant, receiver));
        Self(sender)
    }

    /// Adds a message; comes back when it is stored.
    pub(crate) async fn add(&self, entry: Entry) -> Result<Uuid, Lost> {
        let (told, stored) = oneshot::channel();
        self.0.send((entry, told)).await.or(Err(Lost::NotStored))?;
        stored.await.unwrap_or(Err(Lost::Unknown))
    }
}

async fn write(db: Db, tenant: TenantId, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let (entries, told): (Vec<_>, Vec<_>) =
            batch.drain(..).map(|(entry, told)| ((new_id(entry.at), entry), told)).unzip();
        let stored = store_all(&db, tenant, &entries).await;
        for ((id, _), told) in entries.iter().zip(told) {
            // Whoever does not wait any more has been told to stop.
            let _ = told.send(stored.map(|()| *id));
        }
    }
}

async fn store_all(db: &Db, tenant: TenantId, entries: &[(Uuid, Entry)]) -> Result<(), Lost> {
    let failed = |lost: Lost, error: crate::Error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "the outbox could not be written");
        lost
    };
    let mut tx = db.begin_for(tenant).await.map_err(|error| failed(Lost::NotStored, error))?;
    store::insert(&mut tx, tenant, entries).await.map_err(|error| failed(Lost::NotStored, error))?;
    tx.commit().await.map_err(|error| failed(Lost::Unknown, error.into()))
}
