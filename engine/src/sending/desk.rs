//! Who works on what: each run that is open gets a task of its own, so that a slow provider or a large campaign holds up
//! nobody else. When there are more runs than places, they take turns.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use domain::id::RunId;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    lanes::Lanes,
    run::{self, Open},
    store,
};
use crate::{Engine, Result};

/// Runs that are worked on at the same time.
const PLACES: usize = 12;
/// How often to look for work that nobody announced.
const POLL: Duration = Duration::from_millis(500);
/// How long to leave a run alone after an error.
const REST: Duration = Duration::from_secs(2);

/// A worker: what all who send for it share.
pub(super) struct Worker {
    pub(super) engine: Engine,
    /// Its name on leases.
    pub(super) name: String,
    pub(super) lanes: Lanes,
    pub(super) stop: CancellationToken,
    /// The most chunks of one run that are sent at the same time.
    pub(super) senders: usize,
    /// Runs that wait for a place: who has one gives it up after a while.
    waiting: AtomicUsize,
}

impl Worker {
    pub(super) fn new(engine: Engine, stop: CancellationToken, senders: usize) -> Self {
        let name = crate::db::new_id(engine.clock.now()).to_string();
        Self { engine, name, lanes: Lanes::default(), stop, senders, waiting: AtomicUsize::new(0) }
    }

    /// Whether others wait for a place.
    pub(super) fn is_crowded(&self) -> bool {
        self.waiting.load(Relaxed) > 0
    }

    /// Runs that may have something to do, workspace by workspace, so that one with many does not hold up the others.
    pub(super) async fn open_runs(&self) -> Result<Vec<Open>> {
        let now = self.engine.clock.now();
        let mut by_tenant = Vec::new();
        for tenant in store::tenants_with_work(self.engine.db.global(), now).await? {
            let mut tx = self.engine.db.begin_for(tenant).await?;
            by_tenant.push(store::open_runs(&mut tx, tenant, now).await?.into_iter());
        }
        let mut runs = Vec::new();
        while !by_tenant.is_empty() {
            by_tenant.retain_mut(|rest| rest.next().map(|open| runs.push(open)).is_some());
        }
        Ok(runs)
    }
}

/// Works until told to stop; then finishes the groups it is at and returns. Errors are logged and tried again.
pub(super) async fn serve(worker: Arc<Worker>) {
    let mut desk = Desk { worker, at_work: HashSet::new(), tasks: JoinSet::new() };
    while !desk.worker.stop.is_cancelled() {
        if let Err(error) = desk.fill_places().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "sending: trying again");
        }
        let (stop, wake) = (desk.worker.stop.clone(), desk.worker.engine.wake.clone());
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(POLL) => {}
            Some(ended) = desk.tasks.join_next() => desk.ended(ended),
            () = stop.cancelled() => {}
        }
    }
    while let Some(ended) = desk.tasks.join_next().await {
        desk.ended(ended);
    }
}

struct Desk {
    worker: Arc<Worker>,
    at_work: HashSet<RunId>,
    tasks: JoinSet<RunId>,
}

impl Desk {
    async fn fill_places(&mut self) -> Result<()> {
        let open = self.worker.open_runs().await?;
        let mut new: Vec<_> = open.into_iter().filter(|open| !self.at_work.contains(&open.run)).collect();
        let free = PLACES - self.at_work.len();
        self.worker.waiting.store(new.len().saturating_sub(free), Relaxed);
        new.truncate(free);
        for open in new {
            self.at_work.insert(open.run);
            self.tasks.spawn(turn(self.worker.clone(), open));
        }
        Ok(())
    }

    fn ended(&mut self, ended: std::result::Result<RunId, tokio::task::JoinError>) {
        match ended {
            Ok(run) => drop(self.at_work.remove(&run)),
            Err(error) => {
                // Which one it was is not known: all may be taken up again, for leases keep them apart.
                tracing::error!(%error, "a run's task ended badly");
                self.at_work.clear();
            }
        }
    }
}

/// A run's turn. What had nothing to do, or could not go on, is left alone for a moment.
async fn turn(worker: Arc<Worker>, open: Open) -> RunId {
    let rest = match run::work_on(&worker, &open).await {
        Ok(true) => Duration::ZERO,
        Ok(false) => POLL,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, run = %open.run, "a run cannot go on: trying again");
            REST
        }
    };
    tokio::select! {
        () = tokio::time::sleep(rest) => {}
        () = worker.stop.cancelled() => {}
    }
    open.run
}
