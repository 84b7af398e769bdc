//! How fast messages may leave (SPEC 5.6): a token bucket with the time it goes by, which no clock setting touches.

use std::{
    collections::VecDeque,
    num::NonZeroU32,
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

/// The rate of a campaign or an account, shared by all who send for it.
pub(super) struct Pace {
    steady: Steady,
    state: Mutex<State>,
}

impl Pace {
    /// A campaign's: 100 a second unless it says otherwise, with bursts of ten seconds' worth.
    pub(super) fn of_campaign(per_second: Option<i32>) -> Self {
        let steady = Steady::begin();
        let rate = per_second.and_then(|rate| u32::try_from(rate).ok());
        Self { steady, state: Mutex::new(State::new(Some(Bucket::per_campaign(rate, steady.now())))) }
    }

    /// An account's: only what its settings say, until it asks for less.
    pub(super) fn of_account(per_second: Option<NonZeroU32>) -> Self {
        let steady = Steady::begin();
        let bucket = per_second.map(|rate| Bucket::per_account(rate.get(), steady.now()));
        let mut state = State::new(bucket);
        state.most = per_second.map(|rate| most_in_a_second(rate.get()));
        Self { steady, state: Mutex::new(state) }
    }

    /// Uses a turn whose moment has come; where too many came late together, says how long this one waits instead.
    pub(super) fn go(&self) -> Option<Duration> {
        self.state().go(self.steady.now())
    }

    /// Reserves one message; says how long to wait before it goes.
    pub(super) fn take(&self) -> Duration {
        self.state().take(self.steady.now())
    }

    /// How long until one may go; zero when it may now.
    pub(super) fn until_room(&self) -> Duration {
        self.state().until_room(self.steady.now())
    }

    /// What could go at once.
    pub(super) fn available(&self) -> f64 {
        let now = self.steady.now();
        self.state().bucket.map_or(f64::INFINITY, |bucket| bucket.available(now))
    }

    /// Messages a second at present.
    pub(super) fn present_rate(&self) -> f64 {
        self.state().present_rate()
    }

    /// The account took one.
    pub(super) fn succeeded(&self) {
        self.state().succeeded(self.steady.now());
    }

    /// The account says that we are too fast.
    pub(super) fn slow_down(&self) {
        self.state().slow_down(self.steady.now());
    }

    /// The account is not to be asked for so long.
    pub(super) fn sleep(&self, wait: Duration) {
        self.state().sleep(wait, self.steady.now());
    }

    pub(super) fn is_asleep(&self) -> bool {
        let now = self.steady.now();
        self.state().asleep_until.is_some_and(|until| now < until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 5 % over its quota is the most that an account may see in any second.
fn most_in_a_second(rate: u32) -> usize {
    let most = (u64::from(rate) * 105 / 100).max(1);
    usize::try_from(most).unwrap_or(usize::MAX)
}

struct State {
    /// None: as fast as it goes.
    bucket: Option<Bucket>,
    /// The most that may go in any second, however late those wake whose turn it was; and when the last ones went.
    most: Option<usize>,
    went: VecDeque<DateTime<Utc>>,
    is_limited: bool,
    asleep_until: Option<DateTime<Utc>>,
    slowed_at: Option<DateTime<Utc>>,
    /// The present second, and how many went in it and in the one before.
    second: i64,
    now_and_before: (u32, u32),
}

impl State {
    fn new(bucket: Option<Bucket>) -> Self {
        let is_limited = bucket.is_some();
        let (most, went) = (None, VecDeque::new());
        Self { bucket, most, went, is_limited, asleep_until: None, slowed_at: None, second: 0, now_and_before: (0, 0) }
    }

    fn go(&mut self, now: DateTime<Utc>) -> Option<Duration> {
        let most = self.most?;
        let second = TimeDelta::seconds(1);
        while self.went.front().is_some_and(|at| now - *at >= second) {
            self.went.pop_front();
        }
        if self.went.len() >= most {
            return self.went.front().and_then(|first| (*first + second - now).to_std().ok());
        }
        self.went.push_back(now);
        None
    }

    fn take(&mut self, now: DateTime<Utc>) -> Duration {
        self.count(now);
        self.bucket.as_mut().map_or(Duration::ZERO, |bucket| bucket.take(1, now))
    }

    fn until_room(&self, now: DateTime<Utc>) -> Duration {
        self.bucket.map_or(Duration::ZERO, |bucket| {
            let missing = (1.0 - bucket.available(now)).max(0.0);
            Duration::from_secs_f64((missing / bucket.present_rate()).min(3600.0))
        })
    }

    fn present_rate(&self) -> f64 {
        self.bucket.map_or(f64::INFINITY, |bucket| bucket.present_rate())
    }

    fn succeeded(&mut self, now: DateTime<Utc>) {
        if let Some(bucket) = &mut self.bucket {
            bucket.succeeded(1, now);
        }
        let is_over = self.slowed_at.is_some_and(|at| now - at > REMEMBERED);
        if is_over && !self.is_limited {
            (self.bucket, self.slowed_at) = (None, None);
        }
    }

    fn slow_down(&mut self, now: DateTime<Utc>) {
        self.slowed_at = Some(now);
        let (this, before) = self.now_and_before;
        let bucket = self.bucket.get_or_insert_with(|| Bucket::per_account(this.max(before).max(LEAST), now));
        bucket.slow_down(now);
    }

    fn sleep(&mut self, wait: Duration, now: DateTime<Utc>) {
        let until = now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::days(1));
        self.asleep_until = self.asleep_until.max(Some(until));
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(millis)
    }

    /// Takes one message after the other until one would have to wait; says how many went.
    fn goes_at_once(state: &mut State, now: DateTime<Utc>) -> usize {
        let mut count = 0;
        while count < 10_000 && state.until_room(now).is_zero() {
            assert_eq!(state.take(now), Duration::ZERO);
            count += 1;
        }
        count
    }

    #[test]
    fn a_campaign_goes_at_its_rate_after_its_burst() {
        let mut state = State::new(Some(Bucket::per_campaign(Some(20), at(0))));
        assert_eq!(goes_at_once(&mut state, at(0)), 200);
        assert_eq!(goes_at_once(&mut state, at(1_000)), 20);
        assert!(state.take(at(1_000)) > Duration::ZERO);
    }

    #[test]
    fn an_account_without_a_limit_gets_one_when_it_asks_for_less_and_loses_it_when_that_is_long_ago() {
        let mut state = State::new(None);
        (0..80).for_each(|i| assert_eq!(state.take(at(1_000 + i)), Duration::ZERO));
        state.take(at(2_000));
        state.slow_down(at(2_000));
        assert_eq!(state.present_rate(), 40.0, "half of what it was given in a second");
        state.succeeded(at(302_000));
        assert!(state.present_rate().is_finite());
        state.succeeded(at(302_001));
        assert_eq!(state.present_rate(), f64::INFINITY);
    }

    #[test]
    fn an_account_with_a_limit_keeps_it_and_comes_back_to_it() {
        let mut state = State::new(Some(Bucket::per_account(100, at(0))));
        assert_eq!(goes_at_once(&mut state, at(0)), 5, "no burst that the provider could mind");
        state.slow_down(at(0));
        assert_eq!(state.present_rate(), 50.0);
        (1..40_000).for_each(|i| state.succeeded(at(i * 10)));
        assert_eq!(state.present_rate(), 100.0);
    }

    #[test]
    fn however_many_wake_late_together_no_second_has_more_than_five_percent_over_the_quota() {
        let mut state = State::new(None);
        state.most = Some(most_in_a_second(100));
        let times: Vec<i64> = (0..3_000).map(|i| i * 7 / 20).collect();
        let went: Vec<i64> = times.into_iter().filter(|millis| state.go(at(*millis)).is_none()).collect();
        assert_eq!(went.iter().filter(|millis| **millis < 1_000).count(), 105);
        for first in &went {
            assert!(went.iter().filter(|millis| (*first..first + 1_000).contains(*millis)).count() <= 105);
        }
        assert_eq!((most_in_a_second(1), most_in_a_second(400)), (1, 420));
    }

    #[test]
    fn who_is_too_many_waits_until_the_first_was_a_second_ago() {
        let mut state = State::new(None);
        state.most = Some(2);
        assert_eq!([state.go(at(0)), state.go(at(300))], [None, None]);
        assert_eq!(state.go(at(400)), Some(Duration::from_millis(600)));
        assert_eq!(state.go(at(1_000)), None);
        assert_eq!(state.go(at(1_001)), Some(Duration::from_millis(299)));
    }

    #[test]
    fn an_account_that_is_to_be_left_alone_sleeps_the_longest_that_it_said() {
        let mut state = State::new(None);
        state.sleep(Duration::from_secs(60), at(0));
        state.sleep(Duration::from_secs(1), at(0));
        assert_eq!(state.asleep_until, Some(at(60_000)));
    }
}
