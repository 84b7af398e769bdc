//! How fast messages may leave (SPEC 5.6): a token bucket with the time it goes by, which no clock setting touches.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::rate::Bucket;

use crate::clock::Steady;

/// What an account without a limit of its own is held to once it asks us to slow down, at the least.
const LEAST: u32 = 1;
/// For how long an account that was told to slow down is held to a rate after the last time it said so.
const REMEMBERED: TimeDelta = TimeDelta::minutes(5);

/// The rate of a campaign or an account.
pub(super) struct Pace {
    steady: Steady,
    state: Mutex<State>,
}

struct State {
    /// None: as fast as it goes.
    bucket: Option<Bucket>,
    is_limited: bool,
    asleep_until: Option<DateTime<Utc>>,
    slowed_at: Option<DateTime<Utc>>,
    /// The present second, and how many went in it and in the one before.
    second: i64,
    now_and_before: (u32, u32),
}

impl Pace {
    /// A campaign's: 100 a second unless it says otherwise, with bursts of ten seconds' worth.
    pub(super) fn of_campaign(per_second: Option<i32>) -> Self {
        let steady = Steady::begin();
        let rate = per_second.and_then(|rate| u32::try_from(rate).ok());
        Self::new(steady, Some(Bucket::per_campaign(rate, steady.now())))
    }

    /// An account's: only what its settings say, until it asks for less.
    pub(super) fn of_account(per_second: Option<i32>) -> Self {
        let steady = Steady::begin();
        let rate = per_second.and_then(|rate| u32::try_from(rate).ok());
        Self::new(steady, rate.map(|rate| Bucket::per_account(rate, steady.now())))
    }

    fn new(steady: Steady, bucket: Option<Bucket>) -> Self {
        let is_limited = bucket.is_some();
        let state =
            State { bucket, is_limited, asleep_until: None, slowed_at: None, second: 0, now_and_before: (0, 0) };
        Self { steady, state: Mutex::new(state) }
    }

    /// Reserves one message; says how long to wait before it goes.
    pub(super) fn take(&self) -> Duration {
        let now = self.steady.now();
        let mut state = self.state();
        state.count(now);
        state.bucket.as_mut().map_or(Duration::ZERO, |bucket| bucket.take(1, now))
    }

    /// How long until one may go; zero when it may now.
    pub(super) fn until_room(&self) -> Duration {
        let (now, state) = (self.steady.now(), self.state());
        state.bucket.as_ref().map_or(Duration::ZERO, |bucket| {
            let missing = (1.0 - bucket.available(now)).max(0.0);
            Duration::from_secs_f64((missing / bucket.present_rate()).min(3600.0))
        })
    }

    /// What could go at once.
    pub(super) fn available(&self) -> f64 {
        let (now, state) = (self.steady.now(), self.state());
        state.bucket.as_ref().map_or(f64::INFINITY, |bucket| bucket.available(now))
    }

    /// Messages a second at present.
    pub(super) fn present_rate(&self) -> f64 {
        self.state().bucket.as_ref().map_or(f64::INFINITY, Bucket::present_rate)
    }

    /// The account took one.
    pub(super) fn succeeded(&self) {
        let now = self.steady.now();
        let mut state = self.state();
        if let Some(bucket) = &mut state.bucket {
            bucket.succeeded(1, now);
        }
        let is_over = state.slowed_at.is_some_and(|at| now - at > REMEMBERED);
        if is_over && !state.is_limited {
            (state.bucket, state.slowed_at) = (None, None);
        }
    }

    /// The account says that we are too fast.
    pub(super) fn slow_down(&self) {
        let now = self.steady.now();
        let mut state = self.state();
        state.slowed_at = Some(now);
        if state.bucket.is_none() {
            let (this, before) = state.now_and_before;
            state.bucket = Some(Bucket::per_account(this.max(before).max(LEAST), now));
        }
        if let Some(bucket) = &mut state.bucket {
            bucket.slow_down(now);
        }
    }

    /// The account is not to be asked for so long.
    pub(super) fn sleep(&self, wait: Duration) {
        let until = self.steady.now() + TimeDelta::from_std(wait).unwrap_or(TimeDelta::days(1));
        let mut state = self.state();
        state.asleep_until = state.asleep_until.max(Some(until));
    }

    pub(super) fn is_asleep(&self) -> bool {
        let now = self.steady.now();
        self.state().asleep_until.is_some_and(|until| now < until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts what goes in each second, to know how fast is too fast.
    fn count(&mut self, now: DateTime<Utc>) {
        let second = now.timestamp();
        let (this, _) = self.now_and_before;
        match second - self.second {
            0 => self.now_and_before.0 += 1,
            1 => self.now_and_before = (1, this),
            _ => self.now_and_before = (1, 0),
        }
        self.second = second;
    }
}
