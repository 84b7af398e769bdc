//! What the workspace's limits leave for a run (SPEC 5.5, 5.7): read at the beginning of each of its turns. What is used
//! is counted in the database, so all runs of all processes share it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use domain::{
    campaign::Switches,
    channel::Channel,
    id::{RunId, TenantId},
    limits::{Caps, QuietHours, Stop},
};
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{desk::Worker, group, run::Open, store};
use crate::{
    Result,
    audience::{Lately, SendFacts},
    limits::{self, Meter},
};

/// The channel that campaigns are sent on so far.
const CHANNEL: Channel = Channel::Email;
/// The longest span of a cap.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// The limits as they were at the beginning of a turn.
pub(super) struct Allowance {
    tenant: TenantId,
    meter: Meter,
    quiet: Option<QuietHours>,
    caps: Caps,
    /// Whether whoever is marked do not contact is left out.
    pub(super) leaves_out_marked: bool,
    zone: Tz,
    runs_from: Uuid,
    /// The hour or the month has nothing left: the turn is over.
    used_up: AtomicBool,
}

impl Allowance {
    /// Reads them, less what the campaign's switches turn off.
    pub(super) async fn read(
        conn: &mut PgConnection,
        tenant: TenantId,
        switches: Switches,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (all, zone) = limits::read(conn).await?;
        let meter = Meter::of(tenant, CHANNEL, &all, zone);
        let (_, stop) = meter.room(conn, now).await?;
        let caps = if switches.frequency_caps { all.caps } else { Caps::NONE };
        let runs_from = if caps.is_set() { runs_since(conn, now - LONGEST).await? } else { Uuid::nil() };
        // A month without money is told to people, by whoever finds it so when something is to be sent.
        let used_up = AtomicBool::new(stop == Some(Stop::HourlyLimit));
        let quiet = all.of(CHANNEL).quiet.filter(|_| switches.quiet_hours);
        let leaves_out_marked = switches.do_not_contact;
        Ok(Self { tenant, meter, quiet, caps, leaves_out_marked, zone, runs_from, used_up })
    }

    /// Whether nothing more may go in this turn.
    pub(super) fn is_used_up(&self) -> bool {
        self.used_up.load(Relaxed)
    }

    /// Begins the transaction of a note. With caps no other group of the workspace is noted meanwhile: of two runs that
    /// come to the same person at the same time, the second has to see the first.
    pub(super) async fn begin(&self, worker: &Worker) -> Result<Transaction<'static, Postgres>> {
        match self.caps.is_set() {
            true => worker.engine.db.begin_alone_for(self.tenant).await,
            false => worker.engine.db.begin_for(self.tenant).await,
        }
    }

    /// Since when it counts what people have had; none where nobody asks.
    pub(super) fn lately(&self, now: DateTime<Utc>) -> Option<Lately> {
        self.caps.is_set().then_some(Lately { now, runs_from: self.runs_from })
    }

    /// Whether somebody has had as many messages as are allowed.
    pub(super) fn is_capped(&self, facts: &SendFacts) -> bool {
        self.caps.are_reached(facts.had())
    }

    /// Until when it is quiet where somebody is, if it is.
    pub(super) fn quiet_until(&self, facts: &SendFacts, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let own = || facts.time_zone.as_deref().and_then(|name| name.parse().ok());
        self.quiet.and_then(|quiet| quiet.end(now, own().unwrap_or(self.zone)))
    }

    /// Counts messages that are about to be handed over; false when they are too many: then undo the transaction.
    pub(super) async fn count(&self, conn: &mut PgConnection, messages: usize, now: DateTime<Utc>) -> Result<bool> {
        self.meter.count(conn, messages, now).await
    }

    /// How many of a group that were too many may go. Where none may, the turn is over: until the hour is, or, for want
    /// of money, until somebody resumes the campaign, which is paused.
    pub(super) async fn room(&self, worker: &Worker, open: &Open, wanted: usize) -> Result<usize> {
        let mut tx = worker.engine.db.begin_for(self.tenant).await?;
        let (left, stop) = self.meter.room(&mut tx, worker.engine.clock.now()).await?;
        tx.rollback().await?;
        if stop.is_some() {
            self.used_up.store(true, Relaxed);
        }
        if stop == Some(Stop::Budget) {
            group::pause(worker, open, &self.meter.why_stopped()).await?;
        }
        Ok(usize::try_from(left).unwrap_or(usize::MAX).min(wanted))
    }
}

/// The oldest run that may have sent something since a moment. Of runs that begin later everything counts; what began
/// before may go on.
pub(crate) async fn runs_since(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Uuid> {
    let oldest = store::oldest_since(conn, since).await?;
    Ok(oldest.map_or(Uuid::max(), |RunId(id)| id).min(least(since)))
}

/// The least id of a run that begins at a moment or later.
fn least(moment: DateTime<Utc>) -> Uuid {
    let millis = u128::from(moment.timestamp_millis().unsigned_abs());
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::new_id;

    #[test]
    fn runs_of_before_a_moment_come_before_it() {
        let moment = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        assert!(new_id(moment - TimeDelta::milliseconds(1)) < least(moment));
        assert!(new_id(moment) > least(moment));
    }
}
