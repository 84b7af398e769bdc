//! How many requests a program may send with one API key (DESIGN 5): a bucket that fills by itself, so that a burst
//! goes through and a program that runs away does not take the server from the others.

use chrono::{DateTime, TimeDelta, Utc};

/// The most requests at once, and as many flow in each minute.
pub const PER_MINUTE: u32 = 3_000;
const PER_SECOND: f64 = PER_MINUTE as f64 / 60.0;

/// What is left to one key.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Quota {
    level: f64,
    at: DateTime<Utc>,
}

/// What is said about a request, in the words of the `RateLimit` headers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Whether it may be answered.
    pub is_allowed: bool,
    /// How many more could be sent at this moment.
    pub remaining: u32,
    /// After how many seconds everything is there again.
    pub reset_seconds: u64,
    /// After how many seconds one more may be sent; 0 when one may now.
    pub retry_seconds: u64,
}

impl Quota {
    /// Untouched.
    pub fn full(now: DateTime<Utc>) -> Self {
        Self { level: PER_MINUTE.into(), at: now }
    }

    /// Whether everything is there: then nothing is lost by forgetting it.
    pub fn is_full(&self, now: DateTime<Utc>) -> bool {
        self.level_at(now) >= f64::from(PER_MINUTE)
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: DateTime<Utc>) -> Verdict {
        self.level = self.level_at(now);
        self.at = now;
        let is_allowed = self.level >= 1.0;
        if is_allowed {
            self.level -= 1.0;
        }
        let seconds = |missing: f64| (missing.max(0.0) / PER_SECOND).ceil() as u64;
        Verdict {
            is_allowed,
            remaining: self.level as u32,
            reset_seconds: seconds(f64::from(PER_MINUTE) - self.level),
            retry_seconds: seconds(1.0 - self.level),
        }
    }

    fn level_at(&self, now: DateTime<Utc>) -> f64 {
        let passed = (now - self.at).max(TimeDelta::zero());
        (self.level + passed.as_seconds_f64() * PER_SECOND).min(PER_MINUTE.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_goes_through_and_then_it_is_told_when_to_come_back() {
        let now = DateTime::UNIX_EPOCH;
        let mut quota = Quota::full(now);
        let first = quota.take(now);
        assert_eq!((first.is_allowed, first.remaining, first.reset_seconds, first.retry_seconds), (true, 2_999, 1, 0));
        for _ in 1..PER_MINUTE {
            assert!(quota.take(now).is_allowed);
        }
        let refused = quota.take(now);
        assert_eq!((refused.is_allowed, refused.remaining), (false, 0));
        assert_eq!((refused.reset_seconds, refused.retry_seconds), (60, 1));
        assert!(quota.take(now + TimeDelta::seconds(1)).is_allowed);
        assert!(quota.is_full(now + TimeDelta::seconds(62)));
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_what_flowed_in(gaps in proptest::collection::vec(0i64..2_000, 1..5_000)) {
            let (mut now, mut allowed) = (DateTime::UNIX_EPOCH, 0u32);
            let mut quota = Quota::full(now);
            for gap in gaps {
                now += TimeDelta::milliseconds(gap);
                allowed += u32::from(quota.take(now).is_allowed);
            }
            let passed = (now - DateTime::UNIX_EPOCH).as_seconds_f64();
            prop_assert!(f64::from(allowed) <= f64::from(PER_MINUTE) + passed * PER_SECOND + 1.0);
        }
    }
}
