//! `api-keys`: a key's secret is in the answer that makes it and nowhere else.

use axum::Json;
use domain::{
    account::{ApiKey, FreshKey, NewKey},
    id::KeyId,
    page::Page,
};
use engine::accounts::keys;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api-keys", list).manages("All keys, without their secrets"),
        Route::post("/api-keys", create).manages("Makes a key").more("Its secret is in this answer and nowhere else."),
        Route::delete("/api-keys/{id}", revoke).manages("Revokes a key at once"),
        Route::post("/api-keys/{id}/rotate", rotate)
            .manages("Makes another key in place of one")
            .more("Of the same name, scopes and length of life; the old one works for another 24 hours."),
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

async fn revoke(caller: Caller, Id(id): Id<KeyId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    keys::revoke(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn rotate(caller: Caller, Id(id): Id<KeyId>) -> Answer<Created<FreshKey>> {
    let mut tx = caller.begin().await?;
    let fresh = keys::rotate(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/api-keys/{}", fresh.key.id), fresh))
}
