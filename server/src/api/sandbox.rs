//! `sandbox`: what sandbox accounts took, as its recipients would have got it.

use axum::Json;
use domain::{
    id::MailId,
    page::Page,
    sandbox::{Mail, MailLine},
};
use engine::sandbox;

use super::{Answer, Caller, Route, input::Id, listing::Listing};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sandbox/messages", list)
            .seen("What sandbox accounts took, newest first")
            .search("The beginning of a recipient's address."),
        Route::get("/sandbox/messages/{id}", get).seen("One mail as its recipient would have got it"),
        Route::get("/outbox", list)
            .seen("The same as /sandbox/messages, by its other name")
            .search("The beginning of a recipient's address."),
        Route::get("/outbox/{id}", get).seen("The same as /sandbox/messages/{id}, by its other name"),
    ]
}

async fn list(caller: Caller, listing: Listing<MailId>) -> Answer<Json<Page<MailLine>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(sandbox::list(&mut tx, &listing.query).await?))
}

async fn get(caller: Caller, Id(id): Id<MailId>) -> Answer<Json<Mail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(sandbox::get(&mut tx, id).await?))
}
