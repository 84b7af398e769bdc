//! `sandbox`: what sandbox accounts took, as its recipients would have got it.

use axum::Json;
use domain::{
    id::MailId,
    outbox::{Mail, MailLine},
    page::Page,
};
use engine::outbox;

use super::{
    Answer, Caller, Route,
    input::{Id, Listing},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/sandbox/messages", list), Route::get("/sandbox/messages/{id}", get)]
}

async fn list(caller: Caller, listing: Listing<MailId>) -> Answer<Json<Page<MailLine>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(outbox::list(&mut tx, &listing.query).await?))
}

async fn get(caller: Caller, Id(id): Id<MailId>) -> Answer<Json<Mail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(outbox::get(&mut tx, id).await?))
}
