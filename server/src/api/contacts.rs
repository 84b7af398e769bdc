//! `contacts`: who they are, what they agreed to, what was sent to them, and what is done about them.

use std::collections::HashMap;

use axum::{Json, extract::Query, http::StatusCode};
use domain::{
    access::Verb,
    consent::{ConsentEntry, NewConsent},
    contact::{
        Contact, ContactChange, ContactDetail, ContactQuery, Happening, NewContact, Upcoming, merge::NewMerge,
        tag::NewTagging,
    },
    id::ContactId,
    page::Page,
};
use engine::audience;
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
        Route::post("/contacts/tags", tag_many),
        Route::get("/contacts/{id}", show),
        Route::patch("/contacts/{id}", update),
        Route::delete("/contacts/{id}", erase),
        Route::post("/contacts/{id}/merge", merge),
        Route::get("/contacts/{id}/export", export),
        Route::get("/contacts/{id}/events", events),
        Route::get("/contacts/{id}/upcoming", upcoming),
        Route::get("/contacts/{id}/tags", tags),
        Route::post("/contacts/{id}/tags", add_tags),
        Route::delete("/contacts/{id}/tags/{tag}", remove_tag),
        Route::get("/contacts/{id}/consents", consents),
        Route::post("/contacts/{id}/consents", record_consent),
    ]
}

async fn list(
    caller: Caller,
    asked: Listing<Uuid>,
    Query(mut filters): Query<HashMap<String, String>>,
) -> Answer<Json<Page<Contact>>> {
    let mut take = |name: &str| filters.remove(name).unwrap_or_default();
    let query = ContactQuery {
        page: asked.query,
        how: take("match"),
        tag: take("tag"),
        stage: take("stage"),
        consent: take("consent"),
        suppressed: take("suppressed"),
        test: take("test"),
        list: take("list"),
    };
    let mut tx = caller.begin().await?;
    Ok(Json(audience::find(&mut tx, &query).await?))
}

async fn create(caller: Caller, Body(new): Body<NewContact>) -> Answer<Created<ContactDetail>> {
    let mut tx = caller.begin().await?;
    let id = audience::create(&caller.engine, &mut tx, &new).await?;
    let contact = audience::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/contacts/{id}"), contact))
}

async fn show(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<ContactDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audience::get(&mut tx, id).await?))
}

async fn update(
    caller: Caller,
    Id(id): Id<ContactId>,
    Body(change): Body<ContactChange>,
) -> Answer<Json<ContactDetail>> {
    let mut tx = caller.begin().await?;
    audience::update(&caller.engine, &mut tx, id, &change).await?;
    let contact = audience::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(contact))
}

async fn erase(caller: Caller, Id(id): Id<ContactId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    audience::erase(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The contact in the path goes; the answer is the one that stays.
async fn merge(caller: Caller, Id(id): Id<ContactId>, Body(new): Body<NewMerge>) -> Answer<Json<ContactDetail>> {
    let mut tx = caller.begin().await?;
    let stays = audience::merge(&mut tx, id, &new).await?;
    let contact = audience::get(&mut tx, stays.id).await?;
    tx.commit().await?;
    Ok(Json(contact))
}

async fn export(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<Value>> {
    let mut tx = caller.begin().await?;
    let all = audience::export(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(all))
}

async fn events(
    caller: Caller,
    Id(id): Id<ContactId>,
    asked: Listing<engine::audience::EventsCursor>,
) -> Answer<Json<Page<Happening>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(audience::events(&mut tx, id, &asked.query).await?))
}

async fn upcoming(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<Page<Upcoming>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(audience::upcoming(&mut tx, id).await?))
}

async fn tags(caller: Caller, Id(id): Id<ContactId>) -> Answer<Json<Page<String>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(audience::get(&mut tx, id).await?.contact.tags))
}

/// Tags to add.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Tags {
    tags: Vec<String>,
}

async fn add_tags(caller: Caller, Id(id): Id<ContactId>, Body(new): Body<Tags>) -> Answer<Json<Page<String>>> {
    let new = NewTagging { contact_ids: vec![id.to_string()], add: new.tags, ..Default::default() };
    tag_one(caller, id, &new).await
}

async fn remove_tag(caller: Caller, Id((id, tag)): Id<(ContactId, String)>) -> Answer<Json<Page<String>>> {
    let new = NewTagging { contact_ids: vec![id.to_string()], remove: vec![tag], ..Default::default() };
    tag_one(caller, id, &new).await
}

/// The answer is the tags as they are then.
async fn tag_one(caller: Caller, id: ContactId, new: &NewTagging) -> Answer<Json<Page<String>>> {
    let mut tx = caller.begin().await?;
    // Before anything is said of who is there.
    tx.allow(Verb::EditContacts)?;
    audience::get(&mut tx, id).await?;
    audience::tag(&mut tx, new).await?;
    let tags = audience::get(&mut tx, id).await?.contact.tags;
    tx.commit().await?;
    Ok(whole(tags))
}

/// Of how many contacts the tags changed.
#[derive(Serialize)]
struct Tagged {
    changed: u64,
}

async fn tag_many(caller: Caller, Body(new): Body<NewTagging>) -> Answer<Json<Tagged>> {
    let mut tx = caller.begin().await?;
    let changed = audience::tag(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(Tagged { changed }))
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
