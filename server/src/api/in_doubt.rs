//! `in-doubt`: messages that were handed over and got no answer, and what is decided about them.

use axum::Json;
use domain::{
    doubt::{Decided, Doubted, InDoubt, NewDecision, Place},
    id::CampaignId,
    page::Page,
};
use engine::sending::doubt;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    listing::Listing,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/in-doubt", campaigns).seen("Campaigns with messages in doubt"),
        Route::get("/campaigns/{id}/in-doubt", list).seen("Messages in doubt").status("`no_answer` or `interrupted`."),
        Route::post("/campaigns/{id}/in-doubt", decide)
            .sends("Decides about messages in doubt")
            .more("At most 1,000 ids; `all` decides up to 100,000 in a call, and `left` says whether to call again."),
    ]
}

async fn campaigns(caller: Caller, asked: Listing<Uuid>) -> Answer<Json<Page<InDoubt>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(doubt::campaigns(&mut tx, &asked.query).await?))
}

async fn list(caller: Caller, Id(id): Id<CampaignId>, asked: Listing<Place>) -> Answer<Json<Page<Doubted>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(doubt::list(&mut tx, id, &asked.query).await?))
}

async fn decide(caller: Caller, Id(id): Id<CampaignId>, Body(new): Body<NewDecision>) -> Answer<Json<Decided>> {
    Ok(Json(doubt::decide_as_asked(&caller.engine, &caller.actor, id, &new).await?))
}
