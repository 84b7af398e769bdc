//! `audit`: who did what, newest first; only ever read. As CSV too, whose making is an entry itself.

use axum::{Json, response::Response};
use domain::{audit::Entry, page::Page};
use engine::accounts::audit;

use super::{Answer, Caller, Route, input::AuditListing};
use crate::download;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/audit", list), Route::get("/audit/export", export)]
}

async fn list(caller: Caller, AuditListing(query): AuditListing) -> Answer<Json<Page<Entry>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audit::list(&mut tx, &query).await?))
}

async fn export(caller: Caller, AuditListing(query): AuditListing) -> Answer<Response> {
    Ok(download::audit_log(caller.engine, caller.actor, &query).await?)
}
