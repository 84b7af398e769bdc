//! A lease as its holder knows it. Whoever is about to call a provider looks here first: a worker that was frozen past
//! its lease finds that it has none, and does not call.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use chrono::{DateTime, Utc};

/// Until when it holds.
pub(super) struct Lease(AtomicI64);

impl Lease {
    pub(super) fn until(moment: DateTime<Utc>) -> Self {
        Self(AtomicI64::new(moment.timestamp_micros()))
    }

    pub(super) fn holds(&self, now: DateTime<Utc>) -> bool {
        now.timestamp_micros() < self.0.load(Relaxed)
    }

    /// The database has it until then.
    pub(super) fn renewed(&self, until: DateTime<Utc>) {
        self.0.store(until.timestamp_micros(), Relaxed);
    }

    /// The database says that somebody else has it.
    pub(super) fn lost(&self) {
        self.0.store(i64::MIN, Relaxed);
    }
}
