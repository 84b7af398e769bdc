//! `api-keys`: a key's secret is in the answer that makes it and nowhere else.

use axum::{Json, http::StatusCode};
use domain::{
    account::{ApiKey, FreshKey, NewKey},
    id::KeyId,
    page::Page,
};
use engine::accounts::keys;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api-keys", list),
        Route::post("/api-keys", create),
        Route::delete("/api-keys/{id}", revoke),
        Route::post("/api-keys/{id}/rotate", rotate),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<ApiKey>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(keys::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewKey>) -> Answer<Created<FreshKey>> {
    let mut tx = caller.begin().await?;
    let fresh = keys::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/api-keys/{}", fresh.key.id), fresh))
}

async fn revoke(caller: Caller, Id(id): Id<KeyId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    keys::revoke(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn rotate(caller: Caller, Id(id): Id<KeyId>) -> Answer<Created<FreshKey>> {
    let mut tx = caller.begin().await?;
    let fresh = keys::rotate(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/api-keys/{}", fresh.key.id), fresh))
}
