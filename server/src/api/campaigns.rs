//! `campaigns`: drafts, and the moves from start to end.

use axum::Json;
use domain::{
    campaign::{Campaign, CampaignDetail, CampaignQuery, Estimate, NewCampaign},
    id::{CampaignId, RunId},
    message::Recipient,
    page::Page,
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
    output::{Accepted, Created, NoContent},
};

const TRIAL: &str = "It counts nowhere, and its subject begins with `[Test]`. The campaign's own sender is taken \
                     when none is named.";
/// How many of the messages that were settled last come with a campaign.
const LATEST: i32 = 10;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns", list)
            .seen("Campaigns, newest first")
            .search("What a name or a code contains.")
            .status("A campaign's status, such as `running`."),
        Route::post("/campaigns", create).sends("Makes a draft"),
        Route::get("/campaigns/{id}", show).seen("One campaign, with its ten latest messages"),
        Route::put("/campaigns/{id}", update).sends("Saves a draft"),
        Route::delete("/campaigns/{id}", delete).sends("Deletes a draft"),
        Route::get("/campaigns/{id}/estimate", estimate)
            .seen("Who would get it, who not and why, and what it would cost"),
        Route::post("/campaigns/{id}/start", start).sends("Starts a campaign now"),
        Route::post("/campaigns/{id}/pause", pause).sends("Pauses a campaign"),
        Route::post("/campaigns/{id}/resume", resume).sends("Lets a campaign go on"),
        Route::post("/campaigns/{id}/cancel", cancel).sends("Cancels a campaign"),
        Route::post("/campaigns/{id}/test", trial).sends("Sends a test").more(TRIAL),
        Route::post("/campaigns/{id}/test-send", trial).sends("The same as /campaigns/{id}/test").more(TRIAL),
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

/// A campaign, and the messages of its newest run that were settled last.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CampaignShown")]
struct Shown {
    #[serde(flatten)]
    campaign: CampaignDetail,
    messages: Vec<Recipient>,
}

async fn show(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Shown>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::get(&mut tx, id).await?;
    let messages = reports::latest(&mut tx, &campaign.campaign, LATEST).await?;
    Ok(Json(Shown { campaign, messages }))
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
