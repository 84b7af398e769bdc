//! How fast messages may go (SPEC 5.6): token buckets with bursts, which an answer "slow down" lowers and success
//! restores. A bucket is reserved from: whoever takes is told how long to wait, and those who come later wait longer.
//!
//! At the full rate `R` and burst `B`, no second sees more than `R + B` messages, whatever is asked in whatever order;
//! and fewer than that in any second that does not include its own last instant, so that a burst of 1 adds nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// Messages per second of a campaign that sets no rate.
pub const CAMPAIGN_RATE: u32 = 100;
/// The burst of a campaign, in seconds of its rate.
const CAMPAIGN_BURST: f64 = 10.0;
/// The burst of a provider account, in seconds of its rate: 5 % over its quota in any second is the most there may be.
const ACCOUNT_BURST: f64 = 0.05;
/// However often a provider says "slow down", one message a minute is tried, to learn whether it takes more again.
const SLOWEST: f64 = 1.0 / 60.0;
/// The calls of a group come back together; the refusals of all of them are one piece of news.
const SLOWED_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(1);
/// The part of the full rate that one second's worth of success at the present rate gives back: a tenth in ten seconds.
const RESTORED: f64 = 0.01;
/// A reservation is good for so long after its moment. Whoever comes later (a worker that stood still) reserves anew:
/// old reservations that are all used together would be a burst that the provider never allowed.
pub const GOOD_FOR: TimeDelta = TimeDelta::milliseconds(50);
/// The most messages that are noted, handed over and settled together: so many are in doubt when a worker dies.
pub const GROUP_MAX: usize = 50;
/// Where that is less than a tenth of a second's work, as fast as it really goes: so much, but never more than this.
const FAST_GROUP_MAX: usize = 125;

/// A token bucket. `now` is an argument everywhere; a clock that steps back gives no tokens and takes none.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bucket {
    full: f64,
    rate: f64,
    burst: f64,
    /// What there is at `at`; negative when more is reserved than there is.
    level: f64,
    at: DateTime<Utc>,
    slowed: Option<DateTime<Utc>>,
}

impl Bucket {
    /// A full bucket: `per_second` tokens flow in, up to `burst`. At least one a minute, and a burst of at least one.
    pub fn new(per_second: f64, burst: f64, now: DateTime<Utc>) -> Self {
        let (full, burst) = (per_second.max(SLOWEST), burst.max(1.0));
        Self { full, rate: full, burst, level: burst, at: now, slowed: None }
    }

    /// A campaign's: 100 a second where it sets nothing, and a burst of ten times the rate.
    pub fn per_campaign(rate: Option<u32>, now: DateTime<Utc>) -> Self {
        let rate = f64::from(rate.unwrap_or(CAMPAIGN_RATE));
        Self::new(rate, rate * CAMPAIGN_BURST, now)
    }

    /// A provider account's: so small a burst that no second goes more than 5 % over its quota. Take from it one by
    /// one, for each call.
    pub fn per_account(rate: u32, now: DateTime<Utc>) -> Self {
        let rate = f64::from(rate);
        Self::new(rate, rate * ACCOUNT_BURST, now)
    }

    /// Tokens there are now; negative when more is reserved than there is.
    pub fn available(&self, now: DateTime<Utc>) -> f64 {
        let passed = (now - self.at).max(TimeDelta::zero());
        (self.level + passed.as_seconds_f64() * self.rate).min(self.burst)
    }

    /// Reserves `n` tokens and says how long to wait before using them: not at all when there are enough. They are to be
    /// used then, see [`GOOD_FOR`]. Used all at once they are a burst, so take no more than the burst in one: what is
    /// more is waited for, but not spread.
    pub fn take(&mut self, n: u32, now: DateTime<Utc>) -> Duration {
        self.flow(now);
        self.level -= f64::from(n);
        Duration::from_secs_f64((-self.level / self.rate).max(0.0))
    }

    /// The provider says that it is too fast: half the present rate, at most once a second, and never below one message
    /// a minute. Waits already told stand.
    pub fn slow_down(&mut self, now: DateTime<Utc>) {
        self.flow(now);
        if self.slowed.is_none_or(|slowed| now - slowed >= SLOWED_AT_MOST_EVERY) {
            self.slowed = Some(now);
            self.change_to((self.rate / 2.0).max(SLOWEST));
        }
    }

    /// `n` messages were taken. With `R` the full rate and `r` the present one it becomes
    /// `min(R, 2 r, r + R/100 × n/r)`: a tenth of the full rate for ten seconds' worth of success, and never more than
    /// twice as fast at once, for a single answer after a minute's silence says little.
    pub fn succeeded(&mut self, n: u32, now: DateTime<Utc>) {
        self.flow(now);
        let more = RESTORED * self.full * f64::from(n) / self.rate;
        self.change_to((self.rate + more).min(self.rate * 2.0).min(self.full));
    }

    /// Tokens that flow in each second at present.
    pub fn present_rate(&self) -> f64 {
        self.rate
    }

    fn flow(&mut self, now: DateTime<Utc>) {
        self.level = self.available(now);
        self.at = now;
        // After a step back the last slowing would lie in the future and forbid the next one for as long.
        self.slowed = self.slowed.map(|slowed| slowed.min(now));
    }

    /// What is reserved keeps its moment: a faster rate must not let those who come later go at the same time.
    fn change_to(&mut self, rate: f64) {
        if self.level < 0.0 {
            self.level *= rate / self.rate;
        }
        self.rate = rate;
    }
}

/// How many messages to note together: what can be handed over within half a second, so that pausing takes effect
/// within one; at least one and at most [`GROUP_MAX`], or a tenth of a second's work where that is more, for each group
/// costs the database the same. `available` is the bucket's, which may be in debt; `reached` is how many a second the last
/// group came to, for a rate says nothing of a server that is slow. All three are of one sender.
pub fn group_size(present_rate: f64, available: f64, reached: f64) -> usize {
    let half_a_second = available + present_rate / 2.0;
    // A float becomes the nearest number there is, and what is no number none.
    let most = ((present_rate.min(reached) / 10.0) as usize).clamp(GROUP_MAX, FAST_GROUP_MAX);
    (half_a_second as usize).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn after(seconds: f64) -> DateTime<Utc> {
        START + TimeDelta::nanoseconds((seconds * 1e9) as i64)
    }

    /// The most used in any second, ends included or not, of uses (moment, how many).
    fn busiest(uses: &[(f64, u32)], is_within: fn(f64) -> bool) -> f64 {
        let second = |from: f64| uses.iter().filter(move |(at, _)| *at >= from && is_within(at - from));
        uses.iter().map(|(from, _)| second(*from).map(|(_, n)| f64::from(*n)).sum()).fold(0.0, f64::max)
    }

    #[test]
    fn the_defaults_are_those_of_the_specification() {
        let campaign = Bucket::per_campaign(None, START);
        assert_eq!((campaign.present_rate(), campaign.available(START)), (100.0, 1000.0));
        assert_eq!(Bucket::per_campaign(Some(2), START).available(START), 20.0);
        let account = |rate| Bucket::per_account(rate, START).available(START);
        assert_eq!([account(14), account(80), account(1000)], [1.0, 4.0, 50.0]);
    }

    #[test]
    fn later_ones_wait_longer_and_what_is_not_used_comes_back_up_to_the_burst() {
        let mut bucket = Bucket::new(10.0, 5.0, START);
        let waits = [5, 1, 2].map(|n| bucket.take(n, START).as_millis());
        assert_eq!(waits, [0, 100, 300]);
        assert_eq!((bucket.available(START), bucket.available(after(100.0))), (-3.0, 5.0));
    }

    #[test]
    fn refusals_of_one_group_halve_the_rate_once() {
        let mut bucket = Bucket::per_account(100, START);
        for _ in 0..50 {
            bucket.slow_down(after(0.5));
        }
        assert_eq!(bucket.present_rate(), 50.0);
        bucket.slow_down(after(1.5));
        assert_eq!(bucket.present_rate(), 25.0);
        for minute in 1..100 {
            bucket.slow_down(after(60.0 * f64::from(minute)));
        }
        assert_eq!(bucket.present_rate(), SLOWEST);
    }

    #[test]
    fn ten_seconds_of_success_give_back_a_tenth() {
        let mut bucket = Bucket::new(100.0, 5.0, START);
        bucket.slow_down(START);
        bucket.succeeded(500, after(10.0));
        assert_eq!(bucket.present_rate(), 60.0);
        bucket.succeeded(1_000_000, after(11.0));
        assert_eq!(bucket.present_rate(), 100.0);
        let mut hardly = Bucket::new(SLOWEST * 100.0, 1.0, START);
        (0..20).for_each(|second| hardly.slow_down(after(f64::from(second))));
        hardly.succeeded(1, after(60.0));
        assert_eq!(hardly.present_rate(), SLOWEST * 2.0, "one answer doubles at the most");
    }

    #[test]
    fn a_clock_that_steps_back_gives_nothing_and_holds_up_nothing() {
        let mut bucket = Bucket::new(10.0, 5.0, after(1000.0));
        bucket.take(5, after(1000.0));
        bucket.slow_down(after(1000.0));
        assert_eq!(bucket.available(after(10.0)), 0.0);
        assert_eq!(bucket.take(5, after(10.0)), Duration::from_secs(1));
        assert_eq!(bucket.available(after(11.0)), 0.0, "from there on it flows as ever");
        bucket.slow_down(after(11.0));
        assert_eq!(bucket.present_rate(), 2.5);
    }

    #[test]
    fn a_group_is_half_a_second_of_work() {
        let cases = [((100.0, 1000.0), 50), ((100.0, 0.0), 50), ((20.0, 0.0), 10), ((20.0, 3.0), 13)];
        let few = [((1.0, 0.0), 1), ((100.0, -60.0), 1), ((f64::NAN, 0.0), 1), ((f64::INFINITY, 0.0), GROUP_MAX)];
        for ((rate, available), size) in cases.into_iter().chain(few) {
            assert_eq!(group_size(rate, available, 100.0), size, "{rate} a second, {available} there");
        }
    }

    #[test]
    fn a_group_grows_only_with_what_is_reached() {
        let cases = [(0.0, 50), (500.0, 50), (700.0, 70), (2500.0, 125), (f64::INFINITY, 125), (f64::NAN, 125)];
        for (reached, size) in cases {
            assert_eq!(group_size(2500.0, 0.0, reached), size, "{reached} a second reached");
        }
        assert_eq!(group_size(600.0, 0.0, 9000.0), 60, "no more than the rate");
        assert_eq!(group_size(2500.0, -1200.0, 9000.0), 50, "nor than half a second's work");
    }

    #[derive(Clone, Copy, Debug)]
    enum Move {
        Take(u32),
        SlowDown,
        Succeeded(u32),
    }

    fn moves() -> impl Strategy<Value = Vec<(f64, Move)>> {
        let one = prop_oneof![
            4 => (1u32..6).prop_map(Move::Take),
            1 => Just(Move::SlowDown),
            2 => (1u32..200).prop_map(Move::Succeeded),
        ];
        vec((prop_oneof![2 => Just(0.0), 3 => 0.0f64..0.4, 1 => 0.0f64..5.0], one), 1..120)
    }

    proptest! {
        #[test]
        fn no_second_sees_more_than_the_rate_and_the_burst(rate in 0.1f64..60.0, burst in 5.0f64..20.0, moves in moves()) {
            let (mut bucket, mut now, mut uses) = (Bucket::new(rate, burst, START), 0.0, Vec::new());
            for (pause, step) in moves {
                now += pause;
                let before = bucket.present_rate();
                match step {
                    Move::Take(n) => uses.push((now + bucket.take(n, after(now)).as_secs_f64(), n)),
                    Move::SlowDown => bucket.slow_down(after(now)),
                    Move::Succeeded(n) => bucket.succeeded(n, after(now)),
                }
                let present = bucket.present_rate();
                prop_assert!((SLOWEST..=rate).contains(&present));
                prop_assert!(!matches!(step, Move::SlowDown) || present <= before);
                prop_assert!(!matches!(step, Move::Succeeded(_)) || present >= before);
            }
            prop_assert!(busiest(&uses, |passed| passed <= 1.0) <= rate + burst + 1e-3);
        }

        /// RELIABILITY 6: whatever a provider account allows in a second, 5 % more is the most it ever sees.
        #[test]
        fn an_account_is_never_more_than_a_twentieth_over_its_quota(quota in 1u32..300, gaps in vec(0.0f64..0.02, 1..600)) {
            let (mut bucket, mut now, mut uses) = (Bucket::per_account(quota, START), 0.0, Vec::new());
            for gap in gaps {
                now += gap;
                uses.push((now + bucket.take(1, after(now)).as_secs_f64(), 1));
            }
            prop_assert!(busiest(&uses, |passed| passed < 1.0 - 1e-6) <= f64::from(quota) * 1.05 + 1e-9);
        }

        #[test]
        fn success_always_leads_back_to_the_full_rate(rate in 1u32..60, slowed in 1u32..30) {
            let mut bucket = Bucket::per_account(rate, START);
            (0..slowed).for_each(|second| bucket.slow_down(after(f64::from(second))));
            let mut answers = 0;
            while bucket.present_rate() < f64::from(rate) {
                bucket.succeeded(1, after(100.0));
                answers += 1;
                // 1 % of the full rate for each second's worth of answers: 100 s, at the full rate at most.
                prop_assert!(answers <= 100 * rate + 20);
            }
        }

        #[test]
        fn no_step_of_the_clock_gives_more_than_the_burst(steps in vec((-1e9f64..1e9, 0u32..10), 1..50)) {
            let mut bucket = Bucket::new(7.0, 5.0, START);
            for (at, n) in steps {
                let wait = bucket.take(n, after(at));
                prop_assert!(bucket.available(after(at)) <= 5.0);
                prop_assert!(bucket.available(after(at) - TimeDelta::hours(1)) <= bucket.available(after(at)));
                prop_assert!(wait <= Duration::from_secs(500));
            }
        }
    }
}
