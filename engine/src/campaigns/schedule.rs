//! Sending at a moment (SPEC 5.4): a draft is scheduled, and becomes a draft again when it is taken back.

use domain::{
    access::Verb,
    campaign::{CampaignChange, CampaignDetail, CampaignStatus, CampaignType},
    error::FieldErrors,
    id::CampaignId,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    draft, get,
    missing::{missing, moment},
    record,
    start::{self, move_to},
    store,
};
use crate::{Engine, Error, Result, db::Tx};

/// When to send, as typed. What is left out is as the draft says.
#[derive(Clone, Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct NewSend {
    /// At this moment, by the clocks of the zone; now where none is named.
    pub at: Option<String>,
    /// By whose clocks.
    pub time_zone: Option<String>,
    /// Whoever was not sent to by then is not sent to any more.
    pub not_after: Option<String>,
    /// How many minutes late it still starts by itself.
    pub late_minutes: Option<i32>,
    /// For how many seconds the first message of one that is sent now is held back.
    pub hold_seconds: Option<u32>,
}

impl NewSend {
    /// The draft's schedule with what is said here in its place: at its moment, or now.
    fn over(&self, now: &CampaignDetail, when: &str) -> CampaignChange {
        let campaign = &now.campaign;
        let zone = self.time_zone.clone().or_else(|| campaign.time_zone.clone());
        let not_after = self.not_after.clone().map_or_else(|| json!(campaign.not_after), |typed| json!(typed));
        let schedule = json!({
            "type": when, "at": self.at.clone().map_or_else(|| json!(campaign.starts_at), |typed| json!(typed)),
            "time_zone": zone, "not_after": not_after,
            "late_minutes": self.late_minutes.unwrap_or(campaign.late_minutes),
        });
        CampaignChange { schedule: Some(schedule), ..Default::default() }
    }

    fn says_when(&self) -> bool {
        self.at.is_some() || self.time_zone.is_some() || self.not_after.is_some() || self.late_minutes.is_some()
    }
}

/// Schedules a draft: it starts by itself at its moment, which is the draft's own unless one is named. Who gets it is
/// decided then.
pub async fn schedule(tx: &mut Tx, id: CampaignId, new: &NewSend) -> Result<CampaignDetail> {
    tx.allow(Verb::SendCampaigns)?;
    store::lock(tx.conn(), id).await?;
    let mut detail = get(tx, id).await?;
    if detail.campaign.status != CampaignStatus::Draft {
        let message = format!("Only drafts can be scheduled; this one is {}.", detail.campaign.status_shown());
        return Err(Error::conflict("not_draft", message));
    }
    if new.says_when() || detail.campaign.kind != CampaignType::Scheduled {
        detail = draft::change(tx, id, &new.over(&detail, "at")).await?;
    }
    let mut errors = FieldErrors::default();
    let starts_at = moment(&detail, tx.now, &mut errors);
    let begins_at = starts_at.unwrap_or(tx.now);
    errors.0.splice(0..0, missing(tx, &detail, begins_at).await?.0);
    let starts_at = errors.finish(starts_at)?;
    move_to(tx, id, CampaignStatus::Draft, CampaignStatus::Approved, None).await?;
    move_to(tx, id, CampaignStatus::Approved, CampaignStatus::Scheduled, None).await?;
    let said = json!({ "at": starts_at, "time_zone": detail.campaign.time_zone });
    record(tx, "campaign.scheduled", id, &detail.campaign.name, said).await?;
    get(tx, id).await
}

/// Takes back one that waits for its moment or missed it: it is a draft again, and does not start by itself.
pub async fn unschedule(tx: &mut Tx, id: CampaignId) -> Result<CampaignDetail> {
    tx.allow(Verb::SendCampaigns)?;
    store::lock(tx.conn(), id).await?;
    let campaign = get(tx, id).await?.campaign;
    let from = if campaign.has_missed_its_start() { CampaignStatus::Paused } else { CampaignStatus::Scheduled };
    start::change(tx, id, from, CampaignStatus::Draft, None).await?;
    record(tx, "campaign.unscheduled", id, &campaign.name, json!({ "before": from })).await?;
    get(tx, id).await
}

/// Sends a draft: at a moment where one is named, else now, whatever moment it was set to.
pub async fn send(engine: &Engine, tx: &mut Tx, id: CampaignId, new: &NewSend) -> Result<CampaignDetail> {
    tx.allow(Verb::SendCampaigns)?;
    if new.at.is_some() {
        return schedule(tx, id, new).await;
    }
    store::lock(tx.conn(), id).await?;
    let detail = get(tx, id).await?;
    if new.says_when() || detail.campaign.kind == CampaignType::Scheduled {
        draft::change(tx, id, &new.over(&detail, "now")).await?;
    }
    start::start(engine, tx, id, new.hold_seconds).await?;
    get(tx, id).await
}
