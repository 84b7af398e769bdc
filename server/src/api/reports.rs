//! `campaigns/{id}/report` and what is done with results: files, lists, another try.

use axum::{Json, http::StatusCode, response::Response};
use domain::{
    id::CampaignId,
    list::List,
    report::{MessageHistory, NewPeopleList, Report},
};
use engine::{reports, sending};
use serde::Serialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
};
use crate::results::{Format, results};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns/{id}/report", report),
        Route::get("/campaigns/{id}/recipients/{message_id}", message),
        Route::post("/campaigns/{id}/recipients/list", make_list),
        Route::post("/campaigns/{id}/retry", retry),
        Route::get("/campaigns/{id}/results.csv", csv),
        Route::get("/campaigns/{id}/results.json", json),
        Route::get("/campaigns/{id}/results.xlsx", xlsx),
    ]
}

async fn report(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Report>> {
    let mut tx = caller.begin().await?;
    Ok(Json(reports::report(&mut tx, id).await?))
}

async fn message(caller: Caller, Id((id, message)): Id<(CampaignId, String)>) -> Answer<Json<MessageHistory>> {
    let mut tx = caller.begin().await?;
    Ok(Json(reports::message(&mut tx, id, &message).await?))
}

/// A list that was made, and whether everybody is on it by now.
#[derive(Serialize)]
struct Made {
    #[serde(flatten)]
    list: List,
    complete: bool,
}

/// 201 when everybody is on it, 202 while the others follow.
async fn make_list(
    caller: Caller,
    Id(id): Id<CampaignId>,
    Body(new): Body<NewPeopleList>,
) -> Answer<(StatusCode, Json<Made>)> {
    let mut tx = caller.begin().await?;
    let (list, complete) = reports::make_list(&mut tx, id, &new).await?;
    tx.commit().await?;
    let status = if complete { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, Json(Made { list, complete })))
}

#[derive(Serialize)]
struct Retried {
    changed: i64,
}

async fn retry(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Retried>> {
    let changed = sending::retry::retry_failed(&caller.engine, &caller.actor, id).await?;
    Ok(Json(Retried { changed }))
}

async fn csv(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Response> {
    Ok(results(caller.engine, caller.actor, id, Format::Csv).await?)
}

async fn json(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Response> {
    Ok(results(caller.engine, caller.actor, id, Format::Json).await?)
}

async fn xlsx(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Response> {
    Ok(results(caller.engine, caller.actor, id, Format::Xlsx).await?)
}
