//! What a worker sends through: for each provider account its connections and its rate (a lane), shared by all runs of
//! this process that use it; for each run its letterhead and its own rate.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{
    delivery::Outcome,
    id::{ProviderId, RunId, TenantId},
    rate,
};

use super::{mail::Letterhead, pace::Pace, store};
use crate::{
    Engine, Error, Result,
    clock::Steady,
    providers::{
        self,
        smtp::{Mailing, Smtp},
    },
};

/// What a run needs to send, made once for it.
pub(super) struct Lane {
    account: Arc<Account>,
    pace: Pace,
    steady: Steady,
    pub(super) letterhead: Letterhead,
}

/// A provider account with its connections.
struct Account {
    smtp: Smtp,
    pace: Pace,
}

/// Each sender of a run adds to what is noted and not settled, so a slow run has few.
const PER_SENDER: f64 = 100.0;

impl Lane {
    /// Hands a message over, and learns from the answer how fast the account may go.
    pub(super) async fn deliver(&self, mailing: &Mailing) -> Outcome {
        let outcome = self.account.smtp.deliver(mailing).await;
        match &outcome {
            Outcome::Accepted { .. } => self.account.pace.succeeded(),
            Outcome::SlowDown { .. } => self.account.pace.slow_down(),
            Outcome::Pause { until_after: Some(wait), .. } => self.account.pace.sleep(*wait),
            _ => {}
        }
        outcome
    }

    /// Waits until both rates let one message go. Whoever comes too late for its turn takes another: old turns that are
    /// all used together would be a burst that nobody allowed.
    pub(super) async fn wait_for_turn(&self) {
        loop {
            let wait = self.pace.take().max(self.account.pace.take());
            if wait.is_zero() {
                return;
            }
            let turn = self.steady.now() + wait;
            tokio::time::sleep(wait).await;
            if self.steady.now() - turn <= rate::GOOD_FOR {
                return;
            }
        }
    }

    /// How long until both rates let a message go; zero when they do.
    pub(super) fn until_room(&self) -> Duration {
        self.pace.until_room().max(self.account.pace.until_room())
    }

    /// Whether the account has asked to be left alone for a while.
    pub(super) fn is_asleep(&self) -> bool {
        self.account.pace.is_asleep()
    }

    /// How many messages one of so many senders should note together: what is gone in half a second.
    pub(super) fn group_size(&self, senders: usize) -> usize {
        let share = senders.max(1) as f64;
        let present = self.pace.present_rate().min(self.account.pace.present_rate());
        let available = self.pace.available().min(self.account.pace.available());
        rate::group_size(present / share, available / share)
    }

    /// How many chunks of this run may be sent at the same time.
    pub(super) fn senders(&self) -> usize {
        let present = self.pace.present_rate().min(self.account.pace.present_rate());
        ((present / PER_SENDER).clamp(1.0, 64.0)) as usize
    }
}

/// Lanes by run. A run's content is frozen; its account's settings are read when its lane is made.
#[derive(Default)]
pub(super) struct Lanes(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    runs: HashMap<RunId, Arc<Lane>>,
    accounts: HashMap<(TenantId, ProviderId), Arc<Account>>,
}

/// Lanes kept before all are let go: a bound for an installation with very many runs.
const KEPT: usize = 256;

impl Lanes {
    /// The lane of a run.
    pub(super) async fn of(&self, engine: &Engine, tenant: TenantId, run: RunId) -> Result<Arc<Lane>> {
        if let Some(lane) = self.kept().runs.get(&run) {
            return Ok(lane.clone());
        }
        let mut tx = engine.db.begin_for(tenant).await?;
        let frozen = store::frozen(&mut tx, run).await?.ok_or(Error::NotFound)?;
        let (provider, pace) = (frozen.provider, Pace::of_campaign(frozen.rate));
        let letterhead = Letterhead::new(engine, tenant, run, frozen)?;
        let known = self.kept().accounts.get(&(tenant, provider)).cloned();
        let account = match known {
            Some(account) => account,
            None => {
                let (config, password) = providers::credentials(&engine.keys, &mut tx, provider).await?;
                Arc::new(Account { smtp: Smtp::new(config, password)?, pace: Pace::of_account(None) })
            }
        };
        let lane = Arc::new(Lane { account: account.clone(), pace, steady: Steady::begin(), letterhead });
        let mut kept = self.kept();
        if kept.runs.len() >= KEPT {
            *kept = Kept::default();
        }
        // Two tasks may have made the same account at once: the first stays.
        kept.accounts.entry((tenant, provider)).or_insert(account);
        kept.runs.insert(run, lane.clone());
        Ok(lane)
    }

    /// Forgets a run's lane and its account: the settings may have changed by the time it goes on.
    pub(super) fn forget(&self, run: RunId) {
        let mut kept = self.kept();
        if let Some(lane) = kept.runs.remove(&run) {
            kept.accounts.retain(|_, account| !Arc::ptr_eq(account, &lane.account));
        }
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
