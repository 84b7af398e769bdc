//! What comes back from messages, from the request to the database: a request only leaves it here and is answered; it is
//! written some at a time, so that thousands a second cost little beside sending. A process that is stopped writes what
//! is left; of one that is killed the last moments are lost, which is what such events are worth (DESIGN 9).

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use domain::{
    id::{RunId, TenantId},
    tracking::Act,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{record, store, waiting::Waiting};
use crate::{Engine, Error, Result, templates::links::RunLink};

/// How long they are collected.
const REST: Duration = Duration::from_millis(200);
/// So many are worth being written at once.
const BATCH: usize = 2_000;
/// How often it is tried to write what is refused.
const TRIES: u8 = 3;
/// Runs whose links are kept at hand.
const RUNS: usize = 1_000;

/// One thing that came back.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) tenant: TenantId,
    pub(super) run: RunId,
    pub(super) n: i32,
    pub(super) act: Act,
    pub(super) at: DateTime<Utc>,
    pub(super) agent: String,
    pub(super) address: Option<IpAddr>,
    pub(super) head: bool,
    pub(super) tries: u8,
}

/// The links of a run, by their numbers.
type Links = Arc<[RunLink]>;

/// What has come back and is not written yet, and what is needed to answer those who come.
#[derive(Clone, Default)]
pub struct Hits(Arc<Inner>);

#[derive(Default)]
struct Inner {
    waiting: Mutex<Waiting>,
    many: Notify,
    links: Mutex<HashMap<(TenantId, RunId), Links>>,
    /// One writes at a time.
    writing: tokio::sync::Mutex<()>,
}

impl Hits {
    /// Leaves one to be written soon.
    pub(super) fn add(&self, hit: Hit) {
        let mut waiting = held(&self.0.waiting);
        if !waiting.add(hit) {
            tracing::error!("not all that comes back from messages is recorded: too much of it waits for the database");
        }
        if waiting.len() == BATCH {
            self.0.many.notify_one();
        }
    }

    fn take(&self) -> Vec<Hit> {
        held(&self.0.waiting).take(BATCH)
    }

    /// The links of a run.
    pub(super) async fn links(&self, engine: &Engine, of: (TenantId, RunId)) -> Result<Arc<[RunLink]>> {
        if let Some(known) = held(&self.0.links).get(&of) {
            return Ok(known.clone());
        }
        let mut tx = engine.db.begin_for(of.0).await?;
        let links: Arc<[RunLink]> = store::links(&mut tx, of.1).await?.ok_or(Error::NotFound)?.into();
        let mut kept = held(&self.0.links);
        if kept.len() >= RUNS {
            kept.clear();
        }
        kept.insert(of, links.clone());
        Ok(links)
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what comes back until told to stop. What is left then is for [`write_all`], once nobody is answered any more.
pub async fn work(engine: Engine, stop: CancellationToken) {
    while !stop.is_cancelled() {
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            () = engine.hits.0.many.notified() => {}
            () = stop.cancelled() => return,
        }
        if let Err(error) = write_all(&engine).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what came back is written later");
        }
    }
}

/// Writes all that has come back by now.
pub async fn write_all(engine: &Engine) -> Result<()> {
    let _writing = engine.hits.0.writing.lock().await;
    loop {
        let taken = engine.hits.take();
        if taken.is_empty() {
            return Ok(());
        }
        let mut by_run: BTreeMap<_, Vec<Hit>> = BTreeMap::new();
        for hit in taken {
            by_run.entry((hit.tenant, hit.run)).or_default().push(hit);
        }
        while let Some((of, hits)) = by_run.pop_first() {
            let Err(error) = record::write(engine, of, &hits).await else { continue };
            let away = matches!(error, Error::Unavailable(_));
            let again = hits.into_iter().map(|hit| Hit { tries: hit.tries + u8::from(!away), ..hit });
            let again: Vec<_> = again.filter(|hit| hit.tries < TRIES).collect();
            let others = std::mem::take(&mut by_run).into_values().flatten();
            held(&engine.hits.0.waiting).put_back(again.into_iter().chain(others).collect());
            return Err(error);
        }
    }
}
