//! Connections that wait for their next message. Servers close those that say nothing for long and those that stay for
//! very long, so both are ended here before.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use lettre::transport::smtp::client::AsyncSmtpConnection;

use super::{AT_ONCE, dial::Fresh, gather::Gate};
use crate::clock::Clock;

/// A connection waits no longer than this for its next message.
const WAITS: TimeDelta = TimeDelta::seconds(30);
/// A connection is used no longer than this.
const LIVES: TimeDelta = TimeDelta::minutes(5);
/// How often to look for those that have waited too long.
const SWEEP: Duration = Duration::from_secs(10);

/// A connection with its age.
pub(super) struct Kept {
    pub(super) connection: AsyncSmtpConnection,
    /// Whether it takes commands without waiting for the answer to each.
    pub(super) pipelines: bool,
    pub(super) gate: Arc<Gate>,
    opened_at: DateTime<Utc>,
    used_at: DateTime<Utc>,
}

/// The connections of an account that nobody uses just now, the last used at the end.
pub(super) struct Idle {
    clock: Arc<dyn Clock>,
    kept: Mutex<Vec<Kept>>,
}

impl Idle {
    /// None yet; closes what waits too long for as long as the account is there.
    pub(super) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        let idle = Arc::new(Self { clock, kept: Mutex::default() });
        tokio::spawn(sweep(Arc::downgrade(&idle)));
        idle
    }

    /// A connection that was just made.
    pub(super) fn fresh(&self, Fresh { connection, pipelines, gate }: Fresh) -> Kept {
        let now = self.clock.now();
        Kept { connection, pipelines, gate, opened_at: now, used_at: now }
    }

    /// The one used last, if it is good still.
    pub(super) fn take(&self) -> Option<Kept> {
        let now = self.clock.now();
        let kept = self.kept().pop()?;
        // All others have waited longer; the sweep says goodbye to them.
        kept.is_good(now).then_some(kept)
    }

    /// Keeps one for the next message.
    pub(super) fn keep(&self, mut kept: Kept) {
        kept.used_at = self.clock.now();
        let mut all = self.kept();
        if all.len() < AT_ONCE && !kept.connection.has_broken() {
            all.push(kept);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn is_good(&self, now: DateTime<Utc>) -> bool {
        now - self.used_at < WAITS && now - self.opened_at < LIVES
    }
}

async fn sweep(idle: Weak<Idle>) {
    loop {
        tokio::time::sleep(SWEEP).await;
        let Some(idle) = idle.upgrade() else { return };
        let now = idle.clock.now();
        let lapsed: Vec<Kept> = idle.kept().extract_if(.., |kept| !kept.is_good(now)).collect();
        for mut kept in lapsed {
            // Says QUIT; whoever does not hear it will find the connection closed.
            let _ = tokio::time::timeout(Duration::from_secs(1), kept.connection.abort()).await;
        }
    }
}
