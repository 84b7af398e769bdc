//! What time it is: the only place that asks the machine. Rules take `now` as an argument; tests set it.

use chrono::{DateTime, SubsecRound, Utc};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole microseconds (what the database keeps).
    fn now(&self) -> DateTime<Utc>;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "its one home")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }
}

/// Measures how time goes by, whatever the clock is set to meanwhile: for rates.
#[derive(Clone, Copy, Debug)]
pub struct Steady(tokio::time::Instant);

impl Steady {
    /// Begins to measure.
    #[expect(clippy::disallowed_methods, reason = "its one home")]
    pub fn begin() -> Self {
        Self(tokio::time::Instant::now())
    }

    /// A moment that only means something beside another of the same measure.
    pub fn now(&self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::from_std(self.0.elapsed()).unwrap_or(chrono::TimeDelta::MAX)
    }

    /// The runtime's own measure, for its timers.
    #[expect(clippy::disallowed_methods, reason = "its one home")]
    pub fn instant() -> tokio::time::Instant {
        tokio::time::Instant::now()
    }
}
