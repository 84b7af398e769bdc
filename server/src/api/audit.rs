//! `audit`: who did what, newest first; only ever read. As CSV too, whose making is an entry itself.

use axum::Json;
use domain::{audit::Entry, page::Page};
use engine::accounts::audit;

use super::{
    Answer, Caller, Route,
    listing::AuditListing,
    output::{Csv, File},
};
use crate::download;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/audit", list)
            .manages("Who did what, newest first")
            .search("Words of names, actions and addresses."),
        Route::get("/audit/export", export)
            .manages("The same as CSV")
            .search("Words of names, actions and addresses.")
            .more("Is an entry itself."),
    ]
}

async fn list(caller: Caller, AuditListing(query): AuditListing) -> Answer<Json<Page<Entry>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audit::list(&mut tx, &query).await?))
}

async fn export(caller: Caller, AuditListing(query): AuditListing) -> Answer<File<Csv>> {
    Ok(download::audit_log(caller.engine, caller.actor, &query).await?.into())
}
