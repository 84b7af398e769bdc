//! `sandbox`: what sandbox accounts took, as its recipients would have got it.

use axum::Json;
use domain::{
    id::MailId,
    page::Page,
    sandbox::{Mail, MailLine},
};
use engine::sandbox;

use super::{
    Answer, Caller, Route,
    input::{Id, Listing},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/sandbox/messages", list), Route::get("/sandbox/messages/{id}", get)]
}

async fn list(caller: Caller, listing: Listing<MailId>) -> Answer<Json<Page<MailLine>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(sandbox::list(&mut tx, &listing.query).await?))
}

async fn get(caller: Caller, Id(id): Id<MailId>) -> Answer<Json<Mail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(sandbox::get(&mut tx, id).await?))
}
