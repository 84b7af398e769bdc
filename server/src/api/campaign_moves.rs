//! `campaigns`: sending at a moment, changing a part of a draft, copies, the archive, and the people behind the funnel.

use axum::Json;
use domain::{
    campaign::{CampaignChange, CampaignDetail, ReachQuery, Reached},
    id::{CampaignId, ContactId},
    page::Page,
    template::Preview,
};
use engine::campaigns::{self, NewSend};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, OptionalBody},
    listing::{Filters, Listing},
    output::{Accepted, Created},
    templates::{For, named},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::patch("/campaigns/{id}", change)
            .sends("Changes parts of a draft")
            .more("What is left out stays; `schedule` and `audience` are whole."),
        Route::get("/campaigns/{id}/audience", audience)
            .seen("The people behind a number of the estimate")
            .search("The beginning of an address or a name."),
        Route::post("/campaigns/{id}/preview", preview).seen("How a campaign's message reads for somebody"),
        Route::post("/campaigns/{id}/schedule", schedule)
            .sends("Lets a campaign start by itself at a moment")
            .more("What is left out is as the draft says."),
        Route::post("/campaigns/{id}/unschedule", unschedule).sends("Makes a scheduled campaign a draft again"),
        Route::post("/campaigns/{id}/send", send)
            .sends("Sends a campaign now, or at a moment")
            .more("Without `at` it starts now."),
        Route::post("/campaigns/{id}/duplicate", duplicate)
            .sends("Copies a campaign")
            .more("A draft, without a moment."),
        Route::post("/campaigns/{id}/archive", archive)
            .sends("Archives a campaign")
            .more("409 `not_over`: only what is over."),
        Route::post("/campaigns/{id}/restore", restore).sends("Takes a campaign out of the archive"),
    ]
}

/// Which people of an audience are asked for.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Step {
    /// Who are still in at this step of the funnel, such as `consented`.
    stage: String,
    /// Who are lost for this reason, such as `no_consent`.
    reason: String,
    /// And for this detail of it, such as `withdrawn`.
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
    Filters(Step { stage, reason, detail }): Filters<Step>,
) -> Answer<Json<Page<Reached>>> {
    let mut tx = caller.begin().await?;
    let query = ReachQuery { page: asked.query, stage, reason, detail };
    Ok(Json(campaigns::people(&mut tx, id, &query).await?))
}

async fn preview(
    caller: Caller,
    Id(id): Id<CampaignId>,
    OptionalBody(shown): OptionalBody<For>,
) -> Answer<Json<Preview>> {
    let mut tx = caller.begin().await?;
    campaigns::brief(&mut tx, id).await?;
    Ok(Json(campaigns::preview(&caller.engine, &mut tx, id, shown.contact()?).await.map_err(named)?))
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
) -> Answer<Accepted<CampaignDetail>> {
    let mut tx = caller.begin().await?;
    let campaign = campaigns::send(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Accepted(campaign))
}

/// What a copy is called; everything may be left out.
#[derive(Default, Deserialize, JsonSchema)]
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
