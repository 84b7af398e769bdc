//! Writes deliveries into the outbox, many at once: while one batch is being stored the next one gathers, so that
//! thousands a second need no more than some tens of transactions.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{id::TenantId, receipt::Happened};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::store;
use crate::{
    Result,
    db::{Db, new_id},
    receipts::sandbox::{self as reports, Line},
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
    /// What will be reported of it, how long after.
    pub(crate) reports: Vec<(Happened, TimeDelta)>,
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
    let kept = reports::keep(&mut tx, tenant, lines(entries)).await;
    kept.map_err(|error| failed(Lost::NotStored, error))?;
    tx.commit().await.map_err(|error| failed(Lost::Unknown, error.into()))
}

/// What will be reported of all of them, and when: as if they had been taken at once, so that few reports say it all.
fn lines(entries: &[(Uuid, Entry)]) -> Vec<(DateTime<Utc>, Line)> {
    let Some(last) = entries.iter().map(|(_, entry)| entry.at).max() else { return Vec::new() };
    let of = |(id, entry): &(Uuid, Entry)| {
        let (message, id) = (entry.message.clone(), id.to_string());
        let line = move |(happened, wait)| {
            (last + wait, Line { message: message.clone(), id: id.clone(), at: last + wait, happened })
        };
        entry.reports.clone().into_iter().map(line)
    };
    entries.iter().flat_map(of).collect()
}
