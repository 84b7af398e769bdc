//! `workspace`: the workspace's own settings.

use axum::Json;
use domain::account::{NewSettings, Settings};
use engine::accounts::workspace;

use super::{Answer, Caller, Route, input::Body};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/workspace", show), Route::patch("/workspace", change)]
}

async fn show(caller: Caller) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    Ok(Json(workspace::get(&mut tx).await?))
}

async fn change(caller: Caller, Body(new): Body<NewSettings>) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    let settings = workspace::change(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(settings))
}
