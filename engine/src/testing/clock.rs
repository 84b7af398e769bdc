//! A clock that stands still until a test moves it.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;

/// A clock for tests; clones show the same time.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl Default for TestClock {
    /// A Monday morning in spring.
    fn default() -> Self {
        let start = DateTime::from_timestamp(1_772_442_000, 0).expect("2026-03-02T09:00:00Z");
        Self(Arc::new(Mutex::new(start)))
    }
}

impl TestClock {
    /// Sets the time.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().expect("no test panics while it holds the clock") = now;
    }

    /// Moves the time on.
    pub fn advance(&self, by: TimeDelta) {
        self.set(self.now() + by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("no test panics while it holds the clock")
    }
}
