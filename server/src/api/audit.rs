//! `audit`: who did what, newest first; only ever read. As CSV too, whose making is an entry itself.

use axum::{
    Json,
    body::Body,
    response::{IntoResponse, Response},
};
use domain::{audit::Entry, page::Page};
use engine::accounts::audit;

use super::{Answer, Caller, Route, input::AuditListing};
use crate::csv_file;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/audit", list), Route::get("/audit/export", export)]
}

async fn list(caller: Caller, AuditListing(query): AuditListing) -> Answer<Json<Page<Entry>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audit::list(&mut tx, &query).await?))
}

async fn export(caller: Caller, AuditListing(query): AuditListing) -> Answer<Response> {
    let mut tx = caller.begin().await?;
    let filter = audit::begin_export(&mut tx, &query).await?;
    tx.commit().await?;
    let lines = audit::lines(caller.engine, caller.actor, filter);
    Ok((csv_file("audit-log.csv"), Body::from_stream(lines)).into_response())
}
