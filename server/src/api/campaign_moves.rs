//! `campaigns`: sending at a moment, changing a part of a draft, copies, the archive, and the people behind the funnel.

use axum::{
    Json,
    extract::{FromRequestParts, Query},
    http::{StatusCode, request::Parts},
};
use domain::{
    campaign::{CampaignChange, CampaignDetail, CampaignQuery, ReachQuery, Reached},
    id::{CampaignId, ContactId},
    page::Page,
};
use engine::campaigns::{self, NewSend};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, Listing, OptionalBody},
    output::Created,
};
use crate::problem::Problem;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::patch("/campaigns/{id}", change),
        Route::get("/campaigns/{id}/audience", audience),
        Route::post("/campaigns/{id}/schedule", schedule),
        Route::post("/campaigns/{id}/unschedule", unschedule),
        Route::post("/campaigns/{id}/send", send),
        Route::post("/campaigns/{id}/duplicate", duplicate),
        Route::post("/campaigns/{id}/archive", archive),
        Route::post("/campaigns/{id}/restore", restore),
    ]
}

/// Which campaigns are asked for.
pub(super) struct Wanted(pub(super) CampaignQuery);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Narrowed {
    #[serde(rename = "type")]
    kind: String,
    channel: String,
    owner: String,
    archived: String,
    from: String,
    to: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Listing { query: page, .. } = Listing::<Uuid>::from_request_parts(parts, state).await?;
        let Query(typed) = Query::<Narrowed>::try_from_uri(&parts.uri).unwrap_or_default();
        let Narrowed { kind, channel, owner, archived, from, to } = typed;
        Ok(Self(CampaignQuery { page, kind, channel, owner, archived, from, to }))
    }
}

/// Which people of an audience are asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Step {
    stage: String,
    reason: String,
    detail: String,
}

async fn change(
    caller: Caller,
    Id(id): Id<CampaignId>,
    Body(change): Body<CampaignChange>,
) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::change(&mut tx, id, &change).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn audience(
    caller: Caller,
    Id(id): Id<CampaignId>,
    asked: Listing<ContactId>,
    Query(Step { stage, reason, detail }): Query<Step>,
) -> Answer<Json<Page<Reached>>> {
    let mut tx = caller.begin().await?;
    let query = ReachQuery { page: asked.query, stage, reason, detail };
    Ok(Json(campaigns::people(&mut tx, id, &query).await?))
}

async fn schedule(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(new): OptionalBody<NewSend>,
) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::schedule(&mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn unschedule(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::unschedule(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn send(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(new): OptionalBody<NewSend>,
) -> Answer<(StatusCode, Json<CampaignDetail>)> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::send(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(campaign)))
}

/// What a copy is called; everything may be left out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Copy {
    name: Option<String>,
}

async fn duplicate(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(copy): OptionalBody<Copy>,
) -> Answer<Created<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::duplicate(&mut tx, id, copy.name.as_deref()).await?;
    tx.commit().await?;
    Ok(Created(format!("/campaigns/{}", campaign.campaign.id), campaign))
}

async fn archive(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::archive(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}

async fn restore(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::restore(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(campaign))
}
