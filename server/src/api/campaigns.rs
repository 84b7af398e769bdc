//! `campaigns`: drafts, the moves from start to end, figures and recipients.

use axum::{Json, extract::Query, http::StatusCode};
use chrono::{DateTime, Utc};
use domain::{
    campaign::{Campaign, CampaignDetail, CampaignStatus, Estimate, NewCampaign},
    id::{CampaignId, RunId},
    limits::Wait,
    message::Recipient,
    page::Page,
    remedy::Problem as Group,
    stats::{Figures, Grouped},
    template::{NewTrial, Trial},
};
use engine::{campaigns, reports};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Caller, Route,
    campaign_moves::Wanted,
    input::{Body, Id, Listing, OptionalBody},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns", list),
        Route::post("/campaigns", create),
        Route::get("/campaigns/{id}", show),
        Route::put("/campaigns/{id}", update),
        Route::delete("/campaigns/{id}", delete),
        Route::get("/campaigns/{id}/estimate", estimate),
        Route::post("/campaigns/{id}/start", start),
        Route::post("/campaigns/{id}/pause", pause),
        Route::post("/campaigns/{id}/resume", resume),
        Route::post("/campaigns/{id}/cancel", cancel),
        Route::post("/campaigns/{id}/test", trial),
        Route::get("/campaigns/{id}/stats", stats),
        Route::get("/campaigns/{id}/errors", errors),
        Route::get("/campaigns/{id}/recipients", recipients),
        Route::delete("/campaigns/{id}/recipients/{message_id}", remove_recipient),
    ]
}

async fn list(caller: Caller, Wanted(query): Wanted) -> Answer<Json<Page<Campaign>>> {
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

async fn delete(caller: Caller, Id(id): Id<CampaignId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    campaigns::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn estimate(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Estimate>> {
    let mut tx = caller.begin().await?;
    Ok(Json(campaigns::estimate(&mut tx, id).await?))
}

/// How to start, or to begin one that missed its start; everything may be left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Start {
    hold_seconds: Option<u32>,
}

#[derive(Serialize)]
struct Started {
    run_id: RunId,
}

async fn start(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(how): OptionalBody<Start>,
) -> Answer<(StatusCode, Json<Started>)> {
    let mut tx = caller.begin().await?;
    let run_id = campaigns::start(&caller.engine, &mut tx, id, how.hold_seconds).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(Started { run_id })))
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
#[derive(Serialize)]
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
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    code: Option<String>,
}

async fn recipients(
    caller: Caller,
    Id(id): Id<CampaignId>,
    asked: Listing<i32>,
    Query(told): Query<Told>,
) -> Answer<Json<Page<Recipient>>> {
    let mut tx = caller.begin().await?;
    let code = told.code.filter(|code| !code.is_empty());
    Ok(Json(reports::recipients_told(&mut tx, id, &asked.query, code.as_deref()).await?))
}

async fn remove_recipient(caller: Caller, Id((id, message)): Id<(CampaignId, String)>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    campaigns::remove_recipient(&mut tx, id, &message).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
