//! What a worker sends through: the provider account with its rate, shared by all runs of this process that use it; and
//! for each run its letterhead and its own rate.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use domain::{
    campaign::Switches,
    delivery::Outcome,
    id::{ProviderId, RunId, TenantId},
    rate,
};
use sqlx::PgConnection;

use super::{allowance::Allowance, lease::Lease, mail::Letterhead, pace::Pace, store};
use crate::{
    Engine, Error, Result,
    clock::{Clock, Steady},
    providers::{self, Account, Mailing, Turn},
};

/// What a run needs to send, for one of its turns.
pub(super) struct Lane {
    account: Arc<Account>,
    account_pace: Arc<Pace>,
    pace: Arc<Pace>,
    /// How many messages a second one sender's last group came to.
    reached: AtomicU32,
    steady: Steady,
    pub(super) letterhead: Arc<Letterhead>,
    /// What the workspace's limits leave for it.
    pub(super) allowance: Allowance,
}

/// Each sender of a run adds to what is noted and not settled, so a slow run has few.
const PER_SENDER: f64 = 100.0;

impl Lane {
    /// Hands a message over when both rates let it go, and learns from the answer how fast the account may go. None when
    /// the lease ran out before: nothing was begun.
    pub(super) async fn deliver(&self, mailing: &Mailing, lease: &Lease, clock: &dyn Clock) -> Option<Outcome> {
        // The campaign's turn first: what waits for it holds none of the account's connections.
        self.wait_for_turn(&self.pace).await;
        let turn = AccountTurn { lane: self, lease, clock };
        let outcome = self.account.deliver_in_turn(mailing, &turn).await?;
        match &outcome {
            Outcome::Accepted { .. } => self.account_pace.succeeded(),
            Outcome::SlowDown { .. } => self.account_pace.slow_down(),
            Outcome::Pause { until_after: Some(wait), .. } => self.account_pace.sleep(*wait),
            _ => {}
        }
        Some(outcome)
    }

    /// Waits until a rate lets one message go. Whoever comes too late for its turn takes another: old turns that are all
    /// used together would be a burst that nobody allowed. Those that are late by little are counted when they go.
    async fn wait_for_turn(&self, pace: &Pace) {
        loop {
            let wait = pace.take();
            let turn = self.steady.now() + wait;
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            if self.steady.now() - turn <= rate::GOOD_FOR {
                break;
            }
        }
        while let Some(wait) = pace.go() {
            tokio::time::sleep(wait).await;
        }
    }

    /// How long until both rates let a message go; zero when they do.
    pub(super) fn until_room(&self) -> Duration {
        self.pace.until_room().max(self.account_pace.until_room())
    }

    /// Whether the account has asked to be left alone for a while.
    pub(super) fn is_asleep(&self) -> bool {
        self.account_pace.is_asleep()
    }

    /// How many messages one of so many senders should note together: what is gone in half a second.
    pub(super) fn group_size(&self, senders: usize) -> usize {
        let share = senders.max(1) as f64;
        let available = self.pace.available().min(self.account_pace.available());
        rate::group_size(self.present_rate() / share, available / share, f64::from(self.reached.load(Relaxed)))
    }

    /// So many messages of a group took so long until they were settled.
    pub(super) fn learn(&self, messages: usize, took: Duration) {
        let a_second = messages as f64 / took.as_secs_f64().max(0.001);
        self.reached.store(a_second as u32, Relaxed);
    }

    /// How many chunks of this run may be sent at the same time.
    pub(super) fn senders(&self) -> usize {
        (self.present_rate() / PER_SENDER).clamp(1.0, 64.0) as usize
    }

    fn present_rate(&self) -> f64 {
        self.pace.present_rate().min(self.account_pace.present_rate())
    }
}

/// The account's turn for one message, as long as the lease on it holds.
struct AccountTurn<'a> {
    lane: &'a Lane,
    lease: &'a Lease,
    clock: &'a dyn Clock,
}

impl Turn for AccountTurn<'_> {
    async fn comes(&self) -> bool {
        self.lane.wait_for_turn(&self.lane.account_pace).await;
        self.lease.holds(self.clock.now())
    }
}

/// What is kept between turns. A run's content is frozen; its account is opened anew when its settings have changed.
#[derive(Default)]
pub(super) struct Lanes(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    runs: HashMap<RunId, Run>,
    accounts: HashMap<(TenantId, ProviderId), (Arc<Account>, Arc<Pace>)>,
}

#[derive(Clone)]
struct Run {
    letterhead: Arc<Letterhead>,
    pace: Arc<Pace>,
    provider: ProviderId,
    switches: Switches,
}

/// Runs and accounts kept before all are let go: a bound for an installation with very many.
const KEPT: usize = 256;

impl Lanes {
    /// The lane of a run, with its account as it is set up now.
    pub(super) async fn of(&self, engine: &Engine, tenant: TenantId, run: RunId) -> Result<Arc<Lane>> {
        let mut tx = engine.db.begin_for(tenant).await?;
        let known = self.kept().runs.get(&run).cloned();
        let Run { letterhead, pace, provider, switches } = match known {
            Some(known) => known,
            None => self.add(engine, &mut tx, tenant, run).await?,
        };
        let account = providers::open(engine, &mut tx, provider).await?;
        let account_pace = self.pace_of(tenant, provider, &account);
        let allowance = Allowance::read(&mut tx, tenant, switches, engine.clock.now()).await?;
        let (reached, steady) = (AtomicU32::new(0), Steady::begin());
        Ok(Arc::new(Lane { account, account_pace, pace, reached, steady, letterhead, allowance }))
    }

    async fn add(&self, engine: &Engine, tx: &mut PgConnection, tenant: TenantId, run: RunId) -> Result<Run> {
        let frozen = store::frozen(tx, run).await?.ok_or(Error::NotFound)?;
        let (provider, pace) = (frozen.provider, Arc::new(Pace::of_campaign(frozen.rate)));
        let switches = frozen.switches;
        let made =
            Run { letterhead: Arc::new(Letterhead::new(engine, tenant, run, frozen)?), pace, provider, switches };
        let mut kept = self.kept();
        if kept.runs.len() >= KEPT {
            kept.runs.clear();
        }
        kept.runs.insert(run, made.clone());
        Ok(made)
    }

    /// An account's rate goes on where it was, unless its settings have changed.
    fn pace_of(&self, tenant: TenantId, provider: ProviderId, account: &Arc<Account>) -> Arc<Pace> {
        let mut kept = self.kept();
        match kept.accounts.get(&(tenant, provider)) {
            Some((known, pace)) if Arc::ptr_eq(known, account) => pace.clone(),
            _ => {
                if kept.accounts.len() >= KEPT {
                    kept.accounts.clear();
                }
                let pace = Arc::new(Pace::of_account(account.rate_per_second()));
                kept.accounts.insert((tenant, provider), (account.clone(), pace.clone()));
                pace
            }
        }
    }

    /// Forgets a run that is over or stands still.
    pub(super) fn forget(&self, run: RunId) {
        self.kept().runs.remove(&run);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
