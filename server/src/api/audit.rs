//! `audit`: who did what, newest first; only ever read.

use axum::Json;
use domain::{audit::Entry, page::Page};
use engine::accounts::audit;
use uuid::Uuid;

use super::{Answer, Caller, Route, input::Listing};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/audit", list)]
}

async fn list(caller: Caller, asked: Listing<Uuid>) -> Answer<Json<Page<Entry>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audit::list(&mut tx, &asked.query).await?))
}
