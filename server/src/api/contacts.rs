//! `contacts`: who they are, what they agreed to, what was sent to them, and what is done about them.

use axum::Json;
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
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    listing::{Filters, Listing},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/contacts", list)
            .seen("Contacts, newest first")
            .search("The beginning of an address, a number or a name; what contains it where nothing begins so."),
        Route::post("/contacts", create).sends("Adds a contact"),
        Route::post("/contacts/tags", tag_many).sends("Adds tags to many contacts, or takes them away"),
        Route::get("/contacts/{id}", show).seen("One contact, with consents, lists and newest messages"),
        Route::patch("/contacts/{id}", update)
            .sends("Changes a contact")
            .more("What is left out stays, and an empty text empties; in `custom`, null takes a field away."),
        Route::delete("/contacts/{id}", erase)
            .sends("Erases a person")
            .more("What names them goes everywhere; figures and keyed hashes of the addresses stay."),
        Route::post("/contacts/{id}/merge", merge).sends("Makes a contact a part of another").more(
            "The other takes what it lacks, and what is named in `take`. This id leads to the other from then on.",
        ),
        Route::get("/contacts/{id}/export", export).sends("Everything that is held of a person"),
        Route::get("/contacts/{id}/events", events)
            .seen("What was sent to a contact and what came of it, newest first"),
        Route::get("/contacts/{id}/upcoming", upcoming).seen("What is planned for a contact"),
        Route::get("/contacts/{id}/tags", tags).seen("A contact's tags"),
        Route::post("/contacts/{id}/tags", add_tags).sends("Adds tags to a contact"),
        Route::delete("/contacts/{id}/tags/{tag}", remove_tag).sends("Takes a tag away"),
        Route::get("/contacts/{id}/consents", consents).seen("What a contact granted and withdrew"),
        Route::post("/contacts/{id}/consents", record_consent)
            .sends("Notes that a contact granted or withdrew consent")
            .more("In force is what was said last, and of two at the same instant the withdrawal."),
    ]
}

/// What narrows the list of contacts.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Narrowed {
    /// `anywhere`: what contains the text that is searched for; `beginning` when left out.
    #[serde(rename = "match")]
    how: String,
    /// Those with this tag.
    tag: String,
    /// Those at the stage of this key.
    stage: String,
    /// `granted`, `withdrawn` or `none`: what is in force for marketing by e-mail.
    consent: String,
    /// `true` or `false`: whether the e-mail address is suppressed.
    suppressed: String,
    /// `true` or `false`: whether they are test contacts.
    test: String,
    /// Those on the list of this id.
    list: String,
}

async fn list(
    caller: Caller,
    asked: Listing<Uuid>,
    Filters(narrowed): Filters<Narrowed>,
) -> Answer<Json<Page<Contact>>> {
    let Narrowed { how, tag, stage, consent, suppressed, test, list } = narrowed;
    let query = ContactQuery { page: asked.query, how, tag, stage, consent, suppressed, test, list };
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

async fn erase(caller: Caller, Id(id): Id<ContactId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    audience::erase(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
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
#[derive(Default, Deserialize, JsonSchema)]
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
#[derive(Serialize, JsonSchema)]
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
