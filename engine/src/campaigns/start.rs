//! Starting a campaign and the moves while it runs (SPEC 5.2). Starting only writes the run: who gets it is planned in
//! the background, so that the answer is as quick for a million people as for three.

use chrono::TimeDelta;
use domain::{
    access::Verb,
    campaign::{CampaignDetail, CampaignStatus, CampaignType},
    id::{CampaignId, ProviderId, RunId},
    message::MessageState,
    template::EmailContent,
};
use serde::{Deserialize, Serialize};

use super::{get, missing::missing, record, store};
use crate::{
    Engine, Error, Result, accounts,
    db::{Tx, new_id},
    live, providers, sending,
    templates::{self, links::RunLink, render},
};

/// The longest hold that can be asked for, in seconds.
const HOLD_MAX: u32 = 3600;

/// What a run says, frozen when it starts: later changes elsewhere do not touch it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunContent {
    /// Subject, HTML and text.
    pub(crate) email: EmailContent,
    /// The workspace's name, address and brand.
    pub(crate) about: render::About,
    /// The links of HTML and text: it is known who follows them.
    #[serde(default)]
    pub(crate) links: Vec<RunLink>,
}

/// In whose name a run is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunSender {
    /// The address.
    pub(crate) email: String,
    /// The name beside it.
    pub(crate) name: String,
    /// Where answers go, where that is elsewhere.
    #[serde(default)]
    pub(crate) reply_to: Option<String>,
}

impl RunSender {
    /// A sender with what the workspace's brand says where the sender says nothing.
    pub(crate) async fn of(engine: &Engine, tx: &mut Tx, sender: &domain::provider::Sender) -> Result<Self> {
        let brand = accounts::workspace::brand(engine, tx.conn()).await?;
        let name = if sender.name.is_empty() { brand.from_name } else { sender.name.clone() };
        let reply_to = Some(brand.reply_to).filter(|address| !address.is_empty());
        Ok(Self { email: sender.email.clone(), name, reply_to })
    }
}

/// Starts a draft: from now on it is the worker's. The first message is held back for `hold_seconds`, during which
/// stopping the campaign sends nothing at all.
pub async fn start(engine: &Engine, tx: &mut Tx, id: CampaignId, hold_seconds: Option<u32>) -> Result<RunId> {
    tx.allow(Verb::SendCampaigns)?;
    let hold = hold(hold_seconds)?;
    store::lock(tx.conn(), id).await?;
    let detail = get(tx, id).await?;
    let campaign = &detail.campaign;
    if campaign.status != CampaignStatus::Draft {
        let message = format!("Only drafts can be started; this one is {}.", campaign.status_shown());
        return Err(Error::conflict("not_draft", message));
    }
    if campaign.kind == CampaignType::Scheduled && campaign.starts_at.is_some_and(|at| at > tx.now) {
        let message = "This draft is set to start at a moment: schedule it, or send it now all the same.";
        return Err(Error::conflict("set_to_a_moment", message));
    }
    begin(engine, tx, &detail, hold).await
}

fn hold(seconds: Option<u32>) -> Result<TimeDelta> {
    match seconds.unwrap_or(0) {
        seconds @ 0..=HOLD_MAX => Ok(TimeDelta::seconds(seconds.into())),
        _ => Err(Error::field("hold_seconds", "too_long", format!("At most {HOLD_MAX} seconds."))),
    }
}

/// Writes the run of a campaign that is a draft, has come to its moment, or was paused because it missed it: from now on
/// it is the worker's.
pub(super) async fn begin(engine: &Engine, tx: &mut Tx, detail: &CampaignDetail, hold: TimeDelta) -> Result<RunId> {
    let id = detail.campaign.id;
    let sender = match detail.sender_id {
        Some(sender) => providers::sender(tx.conn(), sender).await?,
        None => None,
    };
    let begins_at = tx.now + hold;
    let sender = missing(tx, detail, begins_at).await?.finish(sender)?;
    if !store::reaches_anybody(tx.conn(), &detail.audience, detail.campaign.switches).await? {
        let message = "Nobody in this audience can be written to: nobody has an address with consent in force.";
        return Err(Error::field("audience.include", "nobody", message));
    }
    let run = RunId(new_id(tx.now));
    insert_run(engine, tx, run, detail, &sender, hold).await?;
    let mut from = detail.campaign.status;
    if from == CampaignStatus::Draft {
        move_to(tx, id, from, CampaignStatus::Approved, None).await?;
        from = CampaignStatus::Approved;
    }
    move_to(tx, id, from, CampaignStatus::Running, None).await?;
    store::started(tx, id, run).await?;
    if let Some(template) = detail.content.template_id {
        templates::count_use(tx, template).await?;
    }
    live::campaign_changed(tx.conn(), id).await?;
    live::work(tx.conn()).await?;
    let said = serde_json::json!({ "run": run, "hold_seconds": hold.num_seconds() });
    record(tx, "campaign.started", id, &detail.campaign.name, said).await?;
    tx.wake_when_done(&engine.wake);
    Ok(run)
}

async fn insert_run(
    engine: &Engine,
    tx: &mut Tx,
    run: RunId,
    detail: &CampaignDetail,
    sender: &domain::provider::Sender,
    hold: TimeDelta,
) -> Result<()> {
    let about = render::About::now(engine, tx, &detail.campaign.name, Some(&sender.email)).await?;
    let email = detail.content.email.clone();
    let content = RunContent { links: render::links_of(&email), email, about };
    let from = RunSender::of(engine, tx, sender).await?;
    let provider: ProviderId = sender.provider_id;
    store::insert_run(tx, run, &detail.campaign, &detail.audience, &content, &from, provider, hold).await
}

/// Holds a running campaign: nothing more is handed over from within a second on.
pub async fn pause(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.allow(Verb::SendCampaigns)?;
    let name = get(tx, id).await?.campaign.name;
    change(tx, id, CampaignStatus::Running, CampaignStatus::Paused, None).await?;
    record(tx, "campaign.paused", id, &name, serde_json::json!({})).await
}

/// Goes on where it was held, without losing or repeating anyone. One that missed its start begins, held back as when it
/// is started by hand.
pub async fn resume(engine: &Engine, tx: &mut Tx, id: CampaignId, hold_seconds: Option<u32>) -> Result<()> {
    tx.allow(Verb::SendCampaigns)?;
    let hold = hold(hold_seconds)?;
    store::lock(tx.conn(), id).await?;
    let detail = get(tx, id).await?;
    if detail.campaign.has_missed_its_start() {
        return begin(engine, tx, &detail, hold).await.map(drop);
    }
    let name = detail.campaign.name;
    change(tx, id, CampaignStatus::Paused, CampaignStatus::Running, None).await?;
    live::work(tx.conn()).await?;
    tx.wake_when_done(&engine.wake);
    record(tx, "campaign.resumed", id, &name, serde_json::json!({})).await
}

/// Stops a campaign for good: whoever was not sent to is cancelled.
pub async fn cancel(tx: &mut Tx, id: CampaignId) -> Result<()> {
    tx.allow(Verb::SendCampaigns)?;
    let before = get(tx, id).await?.campaign;
    change(tx, id, before.status, CampaignStatus::Cancelled, None).await?;
    if let Some(run) = before.run_id {
        // The first ten thousand here, so that a small campaign is done with at once; the worker sets aside the rest.
        let (tenant, now) = (tx.actor.tenant, tx.now);
        let state = MessageState::Cancelled;
        sending::set_aside(tx.conn(), tenant, run, state, None, sending::WOUND_UP, now).await?;
    }
    store::finished(tx, id).await?;
    record(tx, "campaign.stopped", id, &before.name, serde_json::json!({ "before": before.status })).await
}

/// Pauses a run's campaign because its provider refuses: with the reason, and as the system's act.
pub(crate) async fn pause_with_reason(tx: &mut Tx, id: CampaignId, reason: &str) -> Result<()> {
    match move_to(tx, id, CampaignStatus::Running, CampaignStatus::Paused, Some(reason)).await {
        // Somebody paused or stopped it meanwhile: that is as good.
        Err(Error::Conflict { .. }) => return Ok(()),
        done => done?,
    }
    let name = store::campaign(tx.conn(), id, None).await?.map(|(campaign, ..)| campaign.name).unwrap_or_default();
    record(tx, "campaign.paused", id, &name, serde_json::json!({ "reason": reason })).await
}

/// A move that a user asks for: a wrong moment is told in words.
pub(super) async fn change(
    tx: &mut Tx,
    id: CampaignId,
    from: CampaignStatus,
    to: CampaignStatus,
    reason: Option<&str>,
) -> Result<()> {
    match move_to(tx, id, from, to, reason).await {
        Err(Error::Conflict { code: "illegal_move", .. }) => {
            let now = get(tx, id).await?.campaign.status_shown();
            Err(Error::conflict("illegal_move", format!("This cannot be done now: the campaign is {now}.")))
        }
        other => other,
    }
}

/// The one place where a campaign changes its state, and with it its run.
pub(super) async fn move_to(
    tx: &mut Tx,
    id: CampaignId,
    from: CampaignStatus,
    to: CampaignStatus,
    reason: Option<&str>,
) -> Result<()> {
    let illegal = || Error::conflict("illegal_move", format!("A campaign cannot go from {from} to {to}."));
    if !from.may_become(to) || !store::set_status(tx, id, from, to, reason).await? {
        return Err(illegal());
    }
    live::campaign_changed(tx.conn(), id).await
}
