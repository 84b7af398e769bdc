//! `workspace`: the workspace's own settings and its brand. The logo is sent as it is, not as JSON.

use axum::{Json, body::Bytes};
use domain::account::{NewSettings, Settings};
use engine::accounts::workspace;

use super::{Answer, Caller, Route, input::Body};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/workspace", show),
        Route::patch("/workspace", change),
        Route::put("/workspace/logo", set_logo),
        Route::delete("/workspace/logo", remove_logo),
    ]
}

async fn show(caller: Caller) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    Ok(Json(workspace::get(&caller.engine, &mut tx).await?))
}

async fn change(caller: Caller, Body(new): Body<NewSettings>) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    let settings = workspace::change(&caller.engine, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

async fn set_logo(caller: Caller, logo: Bytes) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    let settings = workspace::set_logo(&caller.engine, &mut tx, &logo).await?;
    tx.commit().await?;
    Ok(Json(settings))
}

async fn remove_logo(caller: Caller) -> Answer<Json<Settings>> {
    let mut tx = caller.begin().await?;
    let settings = workspace::remove_logo(&caller.engine, &mut tx).await?;
    tx.commit().await?;
    Ok(Json(settings))
}
