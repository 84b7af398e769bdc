//! `providers`: the accounts that messages leave through. Their secrets go in and never come out.

use axum::{Json, http::StatusCode};
use domain::{
    id::ProviderId,
    page::Page,
    provider::{NewProvider, Provider},
    webhook::Webhook,
};
use engine::{providers, webhooks};
use serde::Serialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/providers", list),
        Route::post("/providers", create),
        Route::get("/providers/{id}", get),
        Route::patch("/providers/{id}", update),
        Route::delete("/providers/{id}", delete),
        Route::post("/providers/{id}/test", test),
        Route::get("/providers/{id}/webhook", webhook),
        Route::post("/providers/{id}/webhook/renew", renew),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<Provider>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(providers::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewProvider>) -> Answer<Created<Provider>> {
    let mut tx = caller.begin().await?;
    let provider = providers::create(&caller.engine, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/providers/{}", provider.id), provider))
}

async fn get(caller: Caller, Id(id): Id<ProviderId>) -> Answer<Json<Provider>> {
    let mut tx = caller.begin().await?;
    Ok(Json(providers::get(&mut tx, id).await?))
}

async fn update(caller: Caller, Id(id): Id<ProviderId>, Body(change): Body<NewProvider>) -> Answer<Json<Provider>> {
    let mut tx = caller.begin().await?;
    let provider = providers::update(&caller.engine, &mut tx, id, &change).await?;
    tx.commit().await?;
    Ok(Json(provider))
}

async fn delete(caller: Caller, Id(id): Id<ProviderId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    providers::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the provider said when it was asked.
#[derive(Serialize)]
struct Tested {
    ok: bool,
    message: String,
}

async fn test(caller: Caller, Id(id): Id<ProviderId>) -> Answer<Json<Tested>> {
    let mut tx = caller.begin().await?;
    let account = providers::for_test(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    let tested = match account.test().await {
        Ok(message) => Tested { ok: true, message },
        Err(message) => Tested { ok: false, message },
    };
    Ok(Json(tested))
}

async fn webhook(caller: Caller, Id(id): Id<ProviderId>) -> Answer<Json<Webhook>> {
    let mut tx = caller.begin().await?;
    Ok(Json(webhooks::get(&caller.engine, &mut tx, id).await?))
}

async fn renew(caller: Caller, Id(id): Id<ProviderId>) -> Answer<Json<Webhook>> {
    let mut tx = caller.begin().await?;
    webhooks::rotate(&caller.engine, &mut tx, id).await?;
    let webhook = webhooks::get(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(webhook))
}
