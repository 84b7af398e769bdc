//! `workspace`: the workspace's own settings and its brand. The logo is sent as it is, not as JSON.

use axum::Json;
use domain::account::{NewSettings, Settings};
use engine::accounts::workspace;

use super::{
    Answer, Caller, Route,
    input::{Body, read},
    uploaded::{Picture, Upload},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/workspace", show).manages("The workspace's settings"),
        Route::patch("/workspace", change)
            .manages("Changes the settings")
            .more("What is left out stays; an empty text empties a field of the brand."),
        Route::put("/workspace/logo", set_logo)
            .manages("Sets the logo")
            .more("The body is the picture itself: PNG or JPEG, at most 512 kB."),
        Route::delete("/workspace/logo", remove_logo).manages("Takes the logo away"),
        Route::get("/settings", show).manages("The same as /workspace, by its other name"),
        Route::patch("/settings", change).manages("The same as /workspace, by its other name"),
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

async fn set_logo(caller: Caller, logo: Upload<Picture>) -> Answer<Json<Settings>> {
    let logo = read(logo.request).await?;
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
