//! `senders`: in whose name messages go.

use axum::Json;
use domain::{
    page::Page,
    provider::{NewSender, Sender},
};
use engine::providers;

use super::{
    Answer, Caller, Route,
    input::Body,
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/senders", list), Route::post("/senders", create)]
}

async fn list(caller: Caller) -> Answer<Json<Page<Sender>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(providers::senders(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewSender>) -> Answer<Created<Sender>> {
    let mut tx = caller.begin().await?;
    let sender = providers::create_sender(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/senders/{}", sender.id), sender))
}
