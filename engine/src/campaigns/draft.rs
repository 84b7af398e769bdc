//! Drafts: made, changed whole or part by part, and deleted.

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    campaign::{
        CampaignChange, CampaignContent, CampaignDetail, CampaignStatus, NewCampaign, ParsedCampaign, Switches,
    },
    error::FieldErrors,
    id::CampaignId,
    schedule::{LATE_MINUTES, Schedule, When},
};
use serde_json::json;

use super::{
    get, record,
    resolve::resolve,
    steps::{self, Step},
    store, zone,
};
use crate::{
    Error, Result,
    db::{Tx, new_id},
};

/// When a draft is to be sent, its local times made instants.
pub(super) struct Times {
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) time_zone: Option<String>,
    pub(super) late_minutes: i32,
    pub(super) not_after: Option<DateTime<Utc>>,
}

/// Makes a draft. What is missing can come later; what is wrong is refused.
pub async fn create(tx: &mut Tx, new: &NewCampaign) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let parsed = new.parse()?;
    check_switches(tx, Switches::default(), parsed.switches)?;
    let content = resolve(tx, &parsed).await?;
    insert(tx, &parsed, content.as_ref()).await
}

pub(super) async fn insert(
    tx: &mut Tx,
    parsed: &ParsedCampaign,
    content: Option<&CampaignContent>,
) -> Result<CampaignDetail> {
    let id = CampaignId(new_id(tx.now));
    let code = match parsed.code.clone() {
        Some(code) => code,
        None => free_code(tx, &parsed.name).await?,
    };
    let times = times(tx, &parsed.schedule).await?;
    store::insert(tx, id, &code, parsed, &times).await?;
    store::set_content(tx, id, content).await?;
    let off = parsed.switches.off();
    record(tx, "campaign.created", id, &parsed.name, json!({ "code": code, "turned_off": off })).await?;
    get(tx, id).await
}

/// Changes a draft as a whole; anything else than a draft is refused.
pub async fn update(tx: &mut Tx, id: CampaignId, new: &NewCampaign) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let parsed = new.parse()?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx, id).await?;
    let content = resolve(tx, &parsed).await?;
    save(tx, &before, &parsed).await?;
    store::set_content(tx, id, content.as_ref()).await?;
    store::forget_unsaved(tx.conn(), id, &Step::ALL.map(Step::word)).await?;
    get(tx, id).await
}

/// Changes what is given of a draft, and leaves alone what is not.
pub async fn change(tx: &mut Tx, id: CampaignId, change: &CampaignChange) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    store::lock(tx.conn(), id).await?;
    let before = get(tx, id).await?;
    let parsed = change.over(&before).parse()?;
    let content = resolve(tx, &parsed).await?;
    save(tx, &before, &parsed).await?;
    if change.content.is_some() {
        store::set_content(tx, id, content.as_ref()).await?;
    }
    steps::forget_touched(tx, id, change).await?;
    get(tx, id).await
}

/// Deletes a draft.
pub async fn delete(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.allow(Verb::EditCampaigns)?;
    let before = get(tx, id).await?;
    if !store::delete_draft(tx.conn(), id).await? {
        return Err(Error::conflict("not_draft", "Only drafts can be deleted."));
    }
    record(tx, "campaign.deleted", id, &before.campaign.name, json!({})).await
}

/// Writes the columns of a draft.
async fn save(tx: &mut Tx, before: &CampaignDetail, parsed: &ParsedCampaign) -> Result<()> {
    let campaign = &before.campaign;
    if campaign.status != CampaignStatus::Draft {
        let message = format!("Only drafts can be changed; this one is {}.", campaign.status_shown());
        return Err(Error::conflict("not_draft", message));
    }
    check_switches(tx, campaign.switches, parsed.switches)?;
    let times = times(tx, &parsed.schedule).await?;
    store::update_draft(tx, campaign.id, parsed, &times).await?;
    let mut detail = json!({});
    if campaign.switches != parsed.switches {
        detail = json!({ "switches": { "before": campaign.switches, "after": parsed.switches } });
    }
    record(tx, "campaign.changed", campaign.id, &parsed.name, detail).await
}

/// A guard is turned off by admins only.
fn check_switches(tx: &Tx, before: Switches, after: Switches) -> Result<()> {
    let mut errors = FieldErrors::default();
    if tx.allow(Verb::ManageWorkspace).is_err() {
        for name in before.turned_off(after) {
            errors.add(&format!("switches.{name}"), "admins_only", "Only an admin can turn this off.");
        }
    }
    Ok(errors.finish(Some(()))?)
}

/// A local time is that of the campaign's zone, else of the workspace's.
pub(super) async fn times(tx: &mut Tx, schedule: &Schedule) -> Result<Times> {
    let zone = match schedule.time_zone {
        Some(zone) => zone,
        None => zone(tx).await?,
    };
    let starts_at = match schedule.when {
        When::At(Some(moment)) => Some(moment.in_zone(zone)),
        When::At(None) | When::Now => None,
    };
    Ok(Times {
        starts_at,
        time_zone: schedule.time_zone.map(|zone| zone.name().to_owned()),
        late_minutes: schedule.late_minutes.unwrap_or(LATE_MINUTES),
        not_after: schedule.not_after.map(|moment| moment.in_zone(zone)),
    })
}

/// A code from the name: `Autumn open house` becomes `AOH-001`, or the next free number.
pub(super) async fn free_code(tx: &mut Tx, name: &str) -> Result<String> {
    let letters: String =
        name.split_whitespace().filter_map(|w| w.chars().find(char::is_ascii_alphanumeric)).take(4).collect();
    let letters = if letters.is_empty() { "C".to_owned() } else { letters.to_uppercase() };
    // Two drafts made at once would take the same number.
    store::lock_workspace(tx.conn()).await?;
    let taken = store::last_code(tx.conn(), &letters).await?;
    Ok(format!("{letters}-{:03}", taken + 1))
}
