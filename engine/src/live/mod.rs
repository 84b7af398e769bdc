//! What changes while somebody looks (DESIGN 4): whoever changes a run says so in the same transaction (`NOTIFY`), one
//! task of each process hears it (`listen`), and pages that are open are told. PostgreSQL carries it, so it does not
//! matter which process sends and which one shows.
//!
//! A notification only says that something is new: what it is, everybody reads for themselves. Nothing is lost with a
//! notification that does not arrive, for whoever waits for one also looks by themselves now and then.

mod listen;
mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{RunId, UserId},
    pace::Pace,
};
use tokio::sync::broadcast;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pub use listen::listen;
pub(crate) use store::{access_changed, campaign_changed, changed, work};

/// Changes that are kept for who is slow to look; who misses some looks at everything.
const KEPT: usize = 1024;
/// How often one process announces the settling of one run. A transaction that notifies waits for all others that do
/// until it is committed, so hundreds a second would queue up behind each other.
const SETTLED_EVERY: TimeDelta = TimeDelta::milliseconds(250);
/// Runs remembered before all are let go: a bound for an installation with very many.
const RUNS: usize = 1024;

/// Something that changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Change {
    /// A run: its figures, or its state.
    Run(RunId),
    /// The sessions or rights of a user.
    Access(UserId),
    /// Perhaps anything: nothing was heard for a while.
    Everything,
}

/// What there is to hear for somebody who looks at a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum News {
    /// The run may have changed.
    Run,
    /// So may what they are allowed to see.
    Access,
}

/// What a process knows of changes; clones share it.
#[derive(Clone)]
pub struct Live(Arc<Shared>);

struct Shared {
    changes: broadcast::Sender<Change>,
    paces: Mutex<HashMap<RunId, Pace>>,
    announced: Mutex<HashMap<RunId, DateTime<Utc>>>,
    closed: CancellationToken,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Shared {
            changes: broadcast::Sender::new(KEPT),
            paces: Mutex::default(),
            announced: Mutex::default(),
            closed: CancellationToken::new(),
        }))
    }
}

impl Live {
    /// Hears of every change from now on.
    pub fn watch(&self) -> Watch {
        Watch(self.0.changes.subscribe())
    }

    /// Ends when the server stops: whoever keeps an answer open ends it then.
    pub fn closed(&self) -> WaitForCancellationFutureOwned {
        self.0.closed.clone().cancelled_owned()
    }

    /// Messages a second of a run, measured wherever it is sent from; none when it is not running or not known yet.
    pub fn per_second(&self, run: RunId, now: DateTime<Utc>) -> Option<f64> {
        lock(&self.0.paces).get(&run)?.per_second(now)
    }

    /// Takes in how many messages of a run have been handed over by now; none when it is not running, which begins its
    /// pace anew.
    pub(crate) fn read(&self, run: RunId, now: DateTime<Utc>, handed_over: Option<i64>) {
        let mut paces = lock(&self.0.paces);
        if paces.len() >= RUNS {
            paces.clear();
        }
        match handed_over {
            Some(count) => paces.entry(run).or_default().read(now, count),
            None => drop(paces.remove(&run)),
        }
    }

    /// Whether the settling of a run is to be announced again.
    pub(crate) fn is_due(&self, run: RunId, now: DateTime<Utc>) -> bool {
        let mut announced = lock(&self.0.announced);
        if announced.get(&run).is_some_and(|last| now - *last < SETTLED_EVERY) {
            return false;
        }
        if announced.len() >= RUNS {
            announced.clear();
        }
        announced.insert(run, now);
        true
    }

    fn tell(&self, change: Change) {
        // Nobody looks: nobody is to be told.
        let _ = self.0.changes.send(change);
    }

    /// What was heard before is out of date.
    fn begin_anew(&self) {
        lock(&self.0.paces).clear();
        self.tell(Change::Everything);
    }

    fn close(&self) {
        self.0.closed.cancel();
    }
}

/// Somebody who wants to know when something changes.
pub struct Watch(broadcast::Receiver<Change>);

impl Watch {
    /// Waits until this run may have changed. However often it was announced by then, one look sees it all.
    pub async fn changed(&mut self, run: RunId) {
        use broadcast::error::RecvError::{Closed, Lagged};
        loop {
            match self.0.recv().await {
                Ok(Change::Run(other)) if other != run => {}
                Ok(Change::Access(_)) => {}
                Ok(_) | Err(Lagged(_)) => break,
                Err(Closed) => std::future::pending().await,
            }
        }
        self.0 = self.0.resubscribe();
    }

    /// Waits until this run, where there is one, or the rights of this user may have changed. What was heard by then is
    /// told together.
    pub async fn news(&mut self, run: Option<RunId>, user: Option<UserId>) -> News {
        use broadcast::error::{
            RecvError::{Closed, Lagged},
            TryRecvError,
        };
        let told = |change: Change| match change {
            Change::Run(changed) => (Some(changed) == run).then_some(News::Run),
            Change::Access(changed) => (Some(changed) == user).then_some(News::Access),
            Change::Everything => Some(News::Access),
        };
        let mut news = loop {
            match self.0.recv().await {
                Ok(change) => match told(change) {
                    Some(news) => break news,
                    None => continue,
                },
                Err(Lagged(_)) => break News::Access,
                Err(Closed) => std::future::pending().await,
            }
        };
        loop {
            match self.0.try_recv() {
                Ok(change) if told(change) == Some(News::Access) => news = News::Access,
                Ok(_) => {}
                Err(TryRecvError::Lagged(_)) => news = News::Access,
                Err(TryRecvError::Empty | TryRecvError::Closed) => return news,
            }
        }
    }
}

/// What a task that panicked left is still good: each value is put in whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
