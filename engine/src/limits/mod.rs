//! The limits of a workspace (SPEC 1.1, 5.4, 5.5, 5.7): seen and changed by its admins, and asked by the sending worker.

mod meter;
mod store;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Verb,
    channel::Channel,
    limits::{self, Limits, Money, NewLimits, Standing, Stop, Used, Wait},
};
use serde_json::json;
use sqlx::PgConnection;

use crate::{Error, Result, accounts::audit, db::Tx, live};

pub(crate) use meter::Meter;

/// The limits, with what was used of them.
pub async fn get(tx: &mut Tx) -> Result<Standing> {
    tx.allow(Verb::ManageWorkspace)?;
    let now = tx.now;
    standing(tx.conn(), now).await
}

/// Changes the limits that are given. Campaigns that are under way go by them within half a minute.
pub async fn change(tx: &mut Tx, new: &NewLimits) -> Result<Standing> {
    tx.allow(Verb::ManageWorkspace)?;
    let (tenant, now) = (tx.actor.tenant, tx.now);
    let (before, _) = read(tx.conn()).await?;
    let after = new.over(&before)?;
    if after != before {
        store::set(tx.conn(), tenant, &after, now).await?;
        let detail = json!({ "before": before, "after": after });
        let name = "Limits";
        audit::record(
            tx,
            audit::Act { action: "limits.changed", kind: "limits", id: tenant.to_string(), name, detail },
        )
        .await?;
        live::work(tx.conn()).await?;
    }
    standing(tx.conn(), now).await
}

/// What a message on a channel costs, and what is left of the month's budget, where there is one.
pub(crate) async fn price(
    conn: &mut PgConnection,
    channel: Channel,
    now: DateTime<Utc>,
) -> Result<(Money, Option<Money>)> {
    let standing = standing(conn, now).await?;
    let left = standing.limits.budget.map(|budget| budget.less(standing.spent_this_month));
    Ok((standing.limits.of(channel).price, left))
}

/// What the month has cost and may cost, where it has a budget.
pub(crate) async fn budget(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<(Money, Money)>> {
    let standing = standing(conn, now).await?;
    Ok(standing.limits.budget.map(|most| (standing.spent_this_month, most)))
}

/// The limits in force, and the zone of the workspace's days.
pub(crate) async fn read(conn: &mut PgConnection) -> Result<(Limits, Tz)> {
    let (limits, zone) = store::limits(conn).await?;
    let zone =
        zone.parse().map_err(|error: chrono_tz::ParseError| Error::internal("a workspace's time zone", error))?;
    Ok((limits, zone))
}

/// What campaigns on a channel wait for at this moment, if a limit holds them all.
pub(crate) async fn wait(conn: &mut PgConnection, channel: Channel, now: DateTime<Utc>) -> Result<Option<Wait>> {
    let (all, zone) = read(conn).await?;
    let own = all.of(channel);
    let Some(most) = own.hourly else { return Ok(None) };
    let used = used(conn, channel, zone, now).await?;
    let (_, stop) = limits::room(&own, all.budget, used);
    Ok((stop == Some(Stop::HourlyLimit)).then(|| Wait::for_next_hour(channel, most, now)))
}

async fn standing(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Standing> {
    let (limits, zone) = read(conn).await?;
    let (hour, month) = (limits::hour_of(now), limits::month_of(now, zone));
    let used = store::used(conn, hour, month).await?;
    let limited = Channel::ALL.iter().filter(|channel| limits.of(**channel).hourly.is_some());
    let used_this_hour = limited.map(|channel| (*channel, used.hour(*channel))).collect();
    Ok(Standing {
        limits,
        used_this_hour,
        hour_ends_at: limits::hour_ends(now),
        spent_this_month: used.month(),
        month_ends_at: limits::month_ends(now, zone),
    })
}

async fn used(conn: &mut PgConnection, channel: Channel, zone: Tz, now: DateTime<Utc>) -> Result<Used> {
    let used = store::used(conn, limits::hour_of(now), limits::month_of(now, zone)).await?;
    Ok(Used { hour: used.hour(channel), month: used.month() })
}
