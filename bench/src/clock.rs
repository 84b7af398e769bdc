//! A clock that can be moved forward: what waits for a quarter of an hour is due at once.

use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

use chrono::{DateTime, TimeDelta, Utc};
use engine::clock::{Clock, SystemClock};

/// The machine's clock and what it was moved by, in microseconds.
#[derive(Default)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    /// From now on it is later by so much.
    pub fn move_on(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(0).max(0), SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + TimeDelta::microseconds(self.0.load(SeqCst))
    }
}
