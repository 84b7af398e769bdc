//! `lists` and who is on them.

use axum::Json;
use domain::{
    error::FieldErrors,
    id::{ContactId, ListId},
    list::{List, ListChange, Member, NewList, NewMembers},
    page::Page,
};
use engine::{lists, reports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    listing::Listing,
    output::{Created, Csv, File, NoContent, whole},
};
use crate::download;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lists", list).seen("All lists, with how many are on them"),
        Route::post("/lists", create).sends("Makes a list"),
        Route::get("/lists/{id}", show).seen("One list"),
        Route::patch("/lists/{id}", update).sends("Changes a list").more("What is left out stays."),
        Route::delete("/lists/{id}", delete)
            .sends("Deletes a list")
            .more("409 `in_use` names the campaigns that still need it. The people stay."),
        Route::get("/lists/{id}/members", members)
            .seen("Who is on a list")
            .search("The beginning of an address or a name.")
            .status("`active`, `removed`, `bounced` or `unsubscribed`; all that were not taken off when left out."),
        Route::post("/lists/{id}/members", add_members).sends("Puts contacts on a list"),
        Route::post("/lists/{id}/members/by-address", add_by_address)
            .sends("Puts contacts on a list by their addresses")
            .more("What is no contact's address is told in `errors`; the others are added."),
        Route::get("/lists/{id}/members/export", export).seen("Everybody ever on a list, as CSV"),
        Route::put("/lists/{id}/members/{contact_id}", put_back)
            .sends("Puts somebody back who was taken off, bounced or unsubscribed"),
        Route::delete("/lists/{id}/members/{contact_id}", remove_member)
            .sends("Takes somebody off a list")
            .more("409 `unsubscribed`: who unsubscribed is not taken off."),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<List>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(lists::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewList>) -> Answer<Created<List>> {
    let mut tx = caller.begin().await?;
    let list = lists::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/lists/{}", list.id), list))
}

/// A list, and whether people of a campaign are still being put on it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ListDetail")]
struct Shown {
    #[serde(flatten)]
    list: List,
    filling: bool,
}

async fn show(caller: Caller, Id(id): Id<ListId>) -> Answer<Json<Shown>> {
    let mut tx = caller.begin().await?;
    let list = lists::get(&mut tx, id).await?;
    let filling = reports::is_filling(&mut tx, id).await?;
    Ok(Json(Shown { list, filling }))
}

async fn update(caller: Caller, Id(id): Id<ListId>, Body(change): Body<ListChange>) -> Answer<Json<List>> {
    let mut tx = caller.begin().await?;
    let list = lists::update(&mut tx, id, &change).await?;
    tx.commit().await?;
    Ok(Json(list))
}

async fn delete(caller: Caller, Id(id): Id<ListId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    lists::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn members(caller: Caller, Id(id): Id<ListId>, asked: Listing<Uuid>) -> Answer<Json<Page<Member>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(lists::members(&mut tx, id, &asked.query).await?))
}

/// How many were not on the list before, the list as it is now, and what could not be put on it.
#[derive(Serialize, JsonSchema)]
struct Added {
    added: u64,
    list: List,
    errors: FieldErrors,
}

async fn add_members(caller: Caller, Id(id): Id<ListId>, Body(new): Body<NewMembers>) -> Answer<Json<Added>> {
    let mut tx = caller.begin().await?;
    let added = lists::add_members(&mut tx, id, &new).await?;
    let list = lists::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Added { added, list, errors: FieldErrors::default() }))
}

/// Addresses as they are pasted.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Pasted {
    addresses: String,
}

/// What is nobody's address is told beside what was done: it keeps nobody else off the list.
async fn add_by_address(caller: Caller, Id(id): Id<ListId>, Body(pasted): Body<Pasted>) -> Answer<Json<Added>> {
    let mut tx = caller.begin().await?;
    let (added, errors) = lists::add_by_address(&mut tx, id, &pasted.addresses).await?;
    let list = lists::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Added { added, list, errors }))
}

async fn export(caller: Caller, Id(id): Id<ListId>) -> Answer<File<Csv>> {
    Ok(download::members(caller.engine, caller.actor, id).await?.into())
}

async fn put_back(caller: Caller, Id((id, contact)): Id<(ListId, ContactId)>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    lists::put_back(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn remove_member(caller: Caller, Id((id, contact)): Id<(ListId, ContactId)>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    lists::remove_member(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(NoContent)
}
