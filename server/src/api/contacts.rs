//! `contacts` and what they agreed to.

use axum::Json;
use domain::{
    consent::{ConsentEntry, NewConsent},
    contact::{Contact, ContactDetail, NewContact},
    id::ContactId,
    page::Page,
};
use engine::audience;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, Listing},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/contacts", list),
        Route::post("/contacts", create),
        Route::get("/contacts/{id}", show),
        Route::get("/contacts/{id}/consents", consents),
        Route::post("/contacts/{id}/consents", record_consent),
    ]
}

async fn list(caller: Caller, asked: Listing<Uuid>) -> Answer<Json<Page<Contact>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audience::list(&mut tx, &asked.query).await?))
}

async fn create(caller: Caller, Body(new): Body<NewContact>) -> Answer<Created<ContactDetail>> {
    let mut tx = caller.begin().await?;
    let id = audience::create(&mut tx, &new).await?;
    let contact = audience::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/contacts/{id}"), contact))
}

async fn show(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<ContactDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audience::get(&mut tx, id).await?))
}

async fn consents(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<Page<ConsentEntry>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(audience::get(&mut tx, id).await?.consents))
}

/// An entry has no id of its own: the answer is the contact, with its history and what is in force now.
async fn record_consent(
    caller: Caller,
    Id(id): Id<ContactId>,
    Body(new): Body<NewConsent>,
) -> Answer<Created<ContactDetail>> {
    let mut tx = caller.begin().await?;
    audience::record_consent(&mut tx, id, &new).await?;
    let contact = audience::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/contacts/{id}/consents"), contact))
}
