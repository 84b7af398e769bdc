//! Counting what is sent against the hour and the month. Every message that is about to be handed over is counted in the
//! transaction of its note, a retry as any other, so all workers of all processes share one number.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    channel::Channel,
    id::TenantId,
    limits::{self, ChannelLimits, Limits, Stop},
};
use sqlx::PgConnection;

use super::{store, used};
use crate::Result;

/// What a workspace's limits say about a channel, for those who send on it.
pub(crate) struct Meter {
    tenant: TenantId,
    channel: Channel,
    own: ChannelLimits,
    budget: Option<limits::Money>,
    zone: Tz,
}

impl Meter {
    /// By these limits.
    pub(crate) fn of(tenant: TenantId, channel: Channel, limits: &Limits, zone: Tz) -> Self {
        Self { tenant, channel, own: limits.of(channel), budget: limits.budget, zone }
    }

    /// Counts so many messages; false when that is more than there is room for: then undo the transaction.
    pub(crate) async fn count(&self, conn: &mut PgConnection, messages: usize, now: DateTime<Utc>) -> Result<bool> {
        let mut spans = store::Spans::default();
        if let Some(most) = self.own.hourly {
            spans.add("hour", self.channel.word(), limits::hour_of(now), messages as u64, u64::from(most));
        }
        let cost = self.own.price.times(messages as u64).as_micros();
        if let Some(budget) = self.budget.filter(|_| cost > 0) {
            spans.add("month", "", limits::month_of(now, self.zone), cost, budget.as_micros());
        }
        if messages == 0 || spans.is_empty() {
            return Ok(true);
        }
        store::count(conn, self.tenant, &spans).await
    }

    /// How many more there is room for, and why there is none.
    pub(crate) async fn room(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(u64, Option<Stop>)> {
        if self.own.hourly.is_none() && self.budget.is_none() {
            return Ok((u64::MAX, None));
        }
        let used = used(conn, self.channel, self.zone, now).await?;
        Ok(limits::room(&self.own, self.budget, used))
    }

    /// Why a campaign has to stop for which the month's money does not suffice.
    pub(crate) fn why_stopped(&self) -> String {
        limits::budget_spent(self.budget.unwrap_or_default())
    }
}
