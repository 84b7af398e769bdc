//! Starting what is due (SPEC 12): scheduled campaigns begin at their moment, once, however many processes look. Each of
//! them knows when the next one is due and wakes then; it also looks once a second, for what was scheduled meanwhile.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    campaign::{CampaignDetail, CampaignStatus, MISSED_START},
    error::FieldErrors,
    id::{CampaignId, TenantId},
    schedule::is_missed,
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{detail, record, start, store, zone};
use crate::{
    Engine, Error, Result,
    accounts::{Actor, Who},
    db::Tx,
};

/// The longest between two looks.
const POLL: Duration = Duration::from_secs(1);

/// Starts what is due at its moment, until told to stop.
pub(crate) async fn start_due_often(engine: &Engine, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let next = match start_due(engine).await {
            Ok(next) => next,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "scheduled campaigns: trying again");
                None
            }
        };
        let wait = next.and_then(|next| (next - engine.clock.now()).to_std().ok());
        tokio::select! {
            () = tokio::time::sleep(wait.unwrap_or(POLL).min(POLL)) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Starts everything that is due now; says when the next is.
pub(crate) async fn start_due(engine: &Engine) -> Result<Option<DateTime<Utc>>> {
    let now = engine.clock.now();
    let mut next = None;
    for (tenant, next_at) in store::tenants_to_start(engine.db.global()).await? {
        if next_at <= now {
            start_due_of(engine, tenant).await;
        } else {
            next = Some(next.map_or(next_at, |next: DateTime<Utc>| next.min(next_at)));
        }
    }
    Ok(next)
}

/// What goes wrong in one workspace holds up no other.
async fn start_due_of(engine: &Engine, tenant: TenantId) {
    loop {
        match start_one(engine, tenant).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, %tenant, "a scheduled campaign: trying again");
                return;
            }
        }
    }
}

/// Starts one campaign that is due, unless it is too late or cannot be sent as it is; says whether there was one. Whoever
/// locks its row has it; others pass over it.
async fn start_one(engine: &Engine, tenant: TenantId) -> Result<bool> {
    let actor = Actor { tenant, who: Who::Worker, address: None };
    let mut tx = engine.begin(&actor).await?;
    let now = tx.now;
    let Some(id) = store::next_due(tx.conn(), now).await? else { return Ok(false) };
    let due = detail(&mut tx, id, None).await?;
    if is_late(&due, now) {
        miss(&mut tx, &due).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let why = match start::begin(engine, &mut tx, &due, TimeDelta::zero()).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(true);
        }
        Err(Error::Invalid(errors)) => in_words(&errors),
        Err(error @ Error::Unavailable(_)) => return Err(error),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, campaign = %id, "a campaign cannot be started");
            "Starting it failed on our side; the server’s log says more.".to_owned()
        }
    };
    tx.rollback().await?;
    give_back(engine, &actor, id, &why).await?;
    Ok(true)
}

fn is_late(due: &CampaignDetail, now: DateTime<Utc>) -> bool {
    let campaign = &due.campaign;
    campaign.starts_at.is_some_and(|at| is_missed(at, campaign.late_minutes, now))
}

/// Too late: whether it still goes somebody has to say.
async fn miss(tx: &mut Tx, due: &CampaignDetail) -> Result<()> {
    let (campaign, now) = (&due.campaign, tx.now);
    let at = campaign.starts_at.unwrap_or(now);
    let zone = match campaign.time_zone.as_deref().and_then(|name| name.parse().ok()) {
        Some(zone) => zone,
        None => zone(tx).await?,
    };
    let moment = at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M");
    let late = (now - at).num_minutes();
    let reason = format!("{MISSED_START} of {moment} {zone}: Carillon came to it {late} minutes late.");
    start::move_to(tx, campaign.id, CampaignStatus::Scheduled, CampaignStatus::Paused, Some(&reason)).await?;
    record(tx, "campaign.start_missed", campaign.id, &campaign.name, json!({ "at": at, "minutes_late": late })).await
}

/// What cannot be sent as it is becomes a draft again, with the reason: there it can be put right.
async fn give_back(engine: &Engine, actor: &Actor, id: CampaignId, why: &str) -> Result<()> {
    let mut tx = engine.begin(actor).await?;
    let name = detail(&mut tx, id, None).await?.campaign.name;
    let reason = format!("It did not start at its time. {why}");
    match start::move_to(&mut tx, id, CampaignStatus::Scheduled, CampaignStatus::Draft, Some(&reason)).await {
        // Somebody took it back meanwhile.
        Err(Error::Conflict { .. }) => return Ok(()),
        moved => moved?,
    }
    record(&mut tx, "campaign.not_started", id, &name, json!({ "reason": why })).await?;
    tx.commit().await
}

fn in_words(errors: &FieldErrors) -> String {
    errors.0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ")
}
