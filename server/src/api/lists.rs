//! `lists` and who is on them.

use axum::{Json, http::StatusCode, response::Response};
use domain::{
    error::FieldErrors,
    id::{ContactId, ListId},
    list::{List, ListChange, Member, NewList, NewMembers},
    page::Page,
};
use engine::{lists, reports};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, Listing},
    output::{Created, whole},
};
use crate::download;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lists", list),
        Route::post("/lists", create),
        Route::get("/lists/{id}", show),
        Route::patch("/lists/{id}", update),
        Route::delete("/lists/{id}", delete),
        Route::get("/lists/{id}/members", members),
        Route::post("/lists/{id}/members", add_members),
        Route::post("/lists/{id}/members/by-address", add_by_address),
        Route::get("/lists/{id}/members/export", export),
        Route::put("/lists/{id}/members/{contact_id}", put_back),
        Route::delete("/lists/{id}/members/{contact_id}", remove_member),
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
#[derive(Serialize)]
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

async fn delete(caller: Caller, Id(id): Id<ListId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    lists::delete(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn members(caller: Caller, Id(id): Id<ListId>, asked: Listing<Uuid>) -> Answer<Json<Page<Member>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(lists::members(&mut tx, id, &asked.query).await?))
}

/// How many were not on the list before, the list as it is now, and what could not be put on it.
#[derive(Serialize)]
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
#[derive(Default, Deserialize)]
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

async fn export(caller: Caller, Id(id): Id<ListId>) -> Answer<Response> {
    Ok(download::members(caller.engine, caller.actor, id).await?)
}

async fn put_back(caller: Caller, Id((id, contact)): Id<(ListId, ContactId)>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    lists::put_back(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_member(caller: Caller, Id((id, contact)): Id<(ListId, ContactId)>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    lists::remove_member(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
