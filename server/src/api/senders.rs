//! `senders`: in whose name messages go.

use axum::Json;
use domain::{
    dns::SenderDns,
    id::SenderId,
    invitation::Delivery,
    page::Page,
    provider::{NewSender, Sender, SenderChange},
};
use engine::providers;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/senders", list).seen("All senders"),
        Route::post("/senders", create).manages("Adds a sender"),
        Route::get("/senders/{id}", get).seen("One sender"),
        Route::patch("/senders/{id}", update).manages("Changes a sender").more("What is left out stays."),
        Route::delete("/senders/{id}", delete).manages("Removes a sender"),
        Route::post("/senders/{id}/code", ask_code).manages("Mails a code to a sender's address"),
        Route::post("/senders/{id}/verify", verify)
            .manages("Verifies a sender by the code that was mailed")
            .more("Five tries, within half an hour."),
        Route::get("/senders/{id}/dns", dns).seen("What a sender's domain needs, as it was found last"),
        Route::post("/senders/{id}/dns/check", check_dns).manages("Asks the DNS now"),
    ]
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

async fn get(caller: Caller, Id(id): Id<SenderId>) -> Answer<Json<Sender>> {
    let mut tx = caller.begin().await?;
    Ok(Json(providers::get_sender(&mut tx, id).await?))
}

async fn update(caller: Caller, Id(id): Id<SenderId>, Body(change): Body<SenderChange>) -> Answer<Json<Sender>> {
    let mut tx = caller.begin().await?;
    let sender = providers::update_sender(&mut tx, id, &change).await?;
    tx.commit().await?;
    Ok(Json(sender))
}

async fn delete(caller: Caller, Id(id): Id<SenderId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    providers::delete_sender(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn dns(caller: Caller, Id(id): Id<SenderId>) -> Answer<Json<SenderDns>> {
    let mut tx = caller.begin().await?;
    Ok(Json(providers::dns::get(&mut tx, id).await?))
}

async fn check_dns(caller: Caller, Id(id): Id<SenderId>) -> Answer<Json<SenderDns>> {
    Ok(Json(providers::dns::check(&caller.engine, &caller.actor, id).await?))
}

/// What became of the mail with the code.
#[derive(Serialize, JsonSchema)]
struct Mailed {
    delivery: Delivery,
}

async fn ask_code(caller: Caller, Id(id): Id<SenderId>) -> Answer<Json<Mailed>> {
    let mut tx = caller.begin().await?;
    let letter = providers::ask_code(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Mailed { delivery: letter.send().await }))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "MailedCode")]
struct Typed {
    code: String,
}

async fn verify(caller: Caller, Id(id): Id<SenderId>, Body(typed): Body<Typed>) -> Answer<Json<Sender>> {
    Ok(Json(providers::verify_sender(&caller.engine, &caller.actor, id, &typed.code).await?))
}
