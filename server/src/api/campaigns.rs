//! `campaigns`: drafts, the moves from start to end, figures and recipients.

use axum::Json;
use chrono::{DateTime, Utc};
use domain::{
    campaign::{Campaign, CampaignDetail, CampaignQuery, CampaignStatus, Estimate, NewCampaign},
    id::{CampaignId, RunId},
    limits::Wait,
    message::Recipient,
    page::Page,
    remedy::Problem as Group,
    stats::{Figures, Grouped},
    template::{NewTrial, Trial},
};
use engine::{campaigns, reports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, OptionalBody},
    listing::{Filters, Listing},
    output::{Accepted, Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns", list).seen("Campaigns, newest first").search("What a name or a code contains.").status("A campaign's status, such as `running`."),
        Route::post("/campaigns", create).sends("Makes a draft"),
        Route::get("/campaigns/{id}", show).seen("One campaign"),
        Route::put("/campaigns/{id}", update).sends("Saves a draft"),
        Route::delete("/campaigns/{id}", delete).sends("Deletes a draft"),
        Route::get("/campaigns/{id}/estimate", estimate).seen("Who would get it, who not and why, and what it would cost"),
        Route::post("/campaigns/{id}/start", start).sends("Starts a campaign now"),
        Route::post("/campaigns/{id}/pause", pause).sends("Pauses a campaign"),
        Route::post("/campaigns/{id}/resume", resume).sends("Lets a campaign go on"),
        Route::post("/campaigns/{id}/cancel", cancel).sends("Cancels a campaign"),
        Route::post("/campaigns/{id}/test", trial).sends("Sends a test").more("It counts nowhere, and its subject begins with `[Test]`. The campaign's own sender is taken when none is named."),
        Route::get("/campaigns/{id}/stats", stats).seen("Where a campaign stands, and its figures").more("`audience` = `waiting` + `sent` + `skipped` + `failed` + `in_doubt` + `cancelled`, at any moment."),
        Route::get("/campaigns/{id}/errors", errors).seen("Why people were not sent to, or not yet, in groups"),
        Route::get("/campaigns/{id}/recipients", recipients).seen("Each person with status and reason").search("The beginning of an address or a name.").status("A part of the balance (`sent`, `skipped`, …), `delivered`, `bounced`, `complained`, `opened`, `clicked`, `not_opened`, `machine_only` or `unsubscribed`."),
        Route::delete("/campaigns/{id}/recipients/{message_id}", remove_recipient).sends("Takes out somebody who is pending").more("409 `not_pending` once handed over."),
    ]
}

/// What narrows the list of campaigns.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Narrowed {
    /// `bulk` or `scheduled`.
    #[serde(rename = "type")]
    kind: String,
    /// Those over this channel.
    channel: String,
    /// Made by this user.
    owner: String,
    /// `true`: only archived ones; `all`: these too.
    archived: String,
    /// Begun, or to begin, from this day of the workspace on.
    from: String,
    /// Begun, or to begin, until this day of the workspace, which counts whole.
    to: String,
}

async fn list(
    caller: Caller,
    asked: Listing<Uuid>,
    Filters(Narrowed { kind, channel, owner, archived, from, to }): Filters<Narrowed>,
) -> Answer<Json<Page<Campaign>>> {
    let query = CampaignQuery { page: asked.query, kind, channel, owner, archived, from, to };
    let mut tx = caller.begin().await?;
    Ok(Json(campaigns::find(&mut tx, &query).await?))
}

async fn create(caller: Caller, Body(new): Body<NewCampaign>) -> Answer<Created<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/campaigns/{}", campaign.campaign.id), campaign))
}

async fn show(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(campaigns::get(&mut tx, id).await?))
}

async fn update(caller: Caller, Id(id): Id<CampaignId>, Body(new): Body<NewCampaign>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::update(&mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn delete(caller: Caller, Id(id): Id<CampaignId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    campaigns::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn estimate(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Estimate>> {
    let mut tx = caller.begin().await?;
    Ok(Json(campaigns::estimate(&mut tx, id).await?))
}

/// How to start, or to begin one that missed its start; everything may be left out.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Start {
    /// For so long nothing is sent yet: 0 to 3600.
    hold_seconds: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Started {
    run_id: RunId,
}

async fn start(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(how): OptionalBody<Start>,
) -> Answer<Accepted<Started>> {
    let mut tx = caller.begin().await?;
    let run_id = campaigns::start(&caller.engine, &mut tx, id, how.hold_seconds).await?;
    tx.commit().await?;
    Ok(Accepted(Started { run_id }))
}

async fn trial(caller: Caller, Id(id): Id<CampaignId>, Body(new): Body<NewTrial>) -> Answer<Json<Trial>> {
    let mut tx = caller.begin().await?;
    let ready = campaigns::ready_trial(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(ready.send().await))
}

async fn pause(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    campaigns::pause(&mut tx, id).await?;
    let campaign = campaigns::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn resume(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(how): OptionalBody<Start>,
) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    campaigns::resume(&caller.engine, &mut tx, id, how.hold_seconds).await?;
    let campaign = campaigns::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn cancel(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    campaigns::cancel(&mut tx, id).await?;
    let campaign = campaigns::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

/// Where a campaign stands and what became of everybody in its newest run; the parts add up to `audience`.
#[derive(Serialize, JsonSchema)]
struct Stats {
    status: CampaignStatus,
    status_shown: String,
    status_reason: Option<String>,
    run_id: Option<RunId>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Messages a second over the last ten seconds, and how long the rest takes at that pace.
    per_second: Option<f64>,
    seconds_left: Option<u64>,
    /// What all the rest waits for.
    wait: Option<Wait>,
    #[serde(flatten)]
    figures: Figures,
    groups: Vec<Grouped>,
}

async fn stats(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Stats>> {
    let mut tx = caller.begin().await?;
    let (campaign, groups) = reports::figures(&mut tx, id).await?;
    let (per_second, seconds_left) = reports::pace(&caller.engine, &tx, &campaign);
    let wait = reports::wait(&mut tx, id).await?;
    Ok(Json(Stats {
        status: campaign.status,
        status_shown: campaign.status_shown(),
        status_reason: campaign.status_reason,
        run_id: campaign.run_id,
        started_at: campaign.started_at,
        finished_at: campaign.finished_at,
        per_second,
        seconds_left,
        wait,
        figures: campaign.figures,
        groups,
    }))
}

async fn errors(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Page<Group>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(reports::problems(&mut tx, id).await?))
}

/// What recipients were told, to narrow them by.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Told {
    /// Those who were told this, such as `550 5.1.1`.
    code: Option<String>,
}

async fn recipients(
    caller: Caller,
    Id(id): Id<CampaignId>,
    asked: Listing<i32>,
    Filters(told): Filters<Told>,
) -> Answer<Json<Page<Recipient>>> {
    let mut tx = caller.begin().await?;
    let code = told.code.filter(|code| !code.is_empty());
    Ok(Json(reports::recipients_told(&mut tx, id, &asked.query, code.as_deref()).await?))
}

async fn remove_recipient(caller: Caller, Id((id, message)): Id<(CampaignId, String)>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    campaigns::remove_recipient(&mut tx, id, &message).await?;
    tx.commit().await?;
    Ok(NoContent)
}
