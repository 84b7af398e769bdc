//! `campaigns/{id}/report` and what is done with results: files, lists, another try.

use axum::Json;
use domain::{
    id::CampaignId,
    list::List,
    report::{MessageHistory, NewPeopleList, Report},
};
use engine::{reports, sending};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{CreatedInParts, Csv, File, Rows, Xlsx},
};
use crate::results::{Format, results};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/campaigns/{id}/report", report)
            .seen("What came of a campaign: rates, hours, links, places, devices, cost"),
        Route::get("/campaigns/{id}/recipients/{message_id}", message).seen("One message with all that happened to it"),
        Route::post("/campaigns/{id}/recipients/list", make_list)
            .sends("Makes a list of whoever a search finds")
            .more("As of now. 202 while the rest of very many follows."),
        Route::post("/campaigns/{id}/retry", retry)
            .sends("Plans those once more who failed for a reason that may have passed"),
        Route::get("/campaigns/{id}/results.csv", csv).seen("Everybody with what became of them, as CSV"),
        Route::get("/campaigns/{id}/results.json", json).seen("Everybody with what became of them, as JSON"),
        Route::get("/campaigns/{id}/results.xlsx", xlsx).seen("Everybody with what became of them, as a spreadsheet"),
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
#[derive(Serialize, JsonSchema)]
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
) -> Answer<CreatedInParts<Made>> {
    let mut tx = caller.begin().await?;
    let (list, complete) = reports::make_list(&mut tx, id, &new).await?;
    tx.commit().await?;
    let made = Made { list, complete };
    Ok(if complete { CreatedInParts::Whole(made) } else { CreatedInParts::Following(made) })
}

#[derive(Serialize, JsonSchema)]
struct Retried {
    changed: i64,
}

async fn retry(caller: Caller, Id(id): Id<CampaignId>) -> Answer<Json<Retried>> {
    let changed = sending::retry::retry_failed(&caller.engine, &caller.actor, id).await?;
    Ok(Json(Retried { changed }))
}

async fn csv(caller: Caller, Id(id): Id<CampaignId>) -> Answer<File<Csv>> {
    Ok(results(caller.engine, caller.actor, id, Format::Csv).await?.into())
}

async fn json(caller: Caller, Id(id): Id<CampaignId>) -> Answer<File<Rows>> {
    Ok(results(caller.engine, caller.actor, id, Format::Json).await?.into())
}

async fn xlsx(caller: Caller, Id(id): Id<CampaignId>) -> Answer<File<Xlsx>> {
    Ok(results(caller.engine, caller.actor, id, Format::Xlsx).await?.into())
}
