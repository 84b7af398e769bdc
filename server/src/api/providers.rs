//! `providers`: the accounts that messages leave through. Their secrets go in and never come out.

use axum::Json;
use domain::{
    id::ProviderId,
    page::Page,
    provider::{NewProvider, Provider},
    webhook::Webhook,
};
use engine::{providers, webhooks};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/providers", list).seen("All provider accounts"),
        Route::post("/providers", create)
            .manages("Adds an account")
            .more("`config` has the fields of the account's kind. Secrets go in and are never given out again."),
        Route::get("/providers/{id}", get).seen("One account"),
        Route::patch("/providers/{id}", update)
            .manages("Changes an account")
            .more("What is left out stays, and an empty text empties. Secrets are kept when they are left out."),
        Route::delete("/providers/{id}", delete).manages("Removes an account"),
        Route::post("/providers/{id}/test", test).manages("Connects and signs in").more("Sends nothing."),
        Route::get("/providers/{id}/webhook", webhook)
            .manages("Where an account reports to, and what came lately")
            .may_conflict(),
        Route::post("/providers/{id}/webhook/renew", renew)
            .manages("Makes another address for reports")
            .more("The old one takes nothing any more."),
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

async fn delete(caller: Caller, Id(id): Id<ProviderId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    providers::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

/// What the provider said when it was asked.
#[derive(Serialize, JsonSchema)]
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
