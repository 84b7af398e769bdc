//! `lists` and who is on them.

use axum::{Json, http::StatusCode};
use domain::{
    id::{ContactId, ListId},
    list::{List, Member, NewList, NewMembers},
    page::Page,
};
use engine::lists;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, Listing},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/lists", list),
        Route::post("/lists", create),
        Route::get("/lists/{id}", show),
        Route::get("/lists/{id}/members", members),
        Route::post("/lists/{id}/members", add_members),
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

async fn show(caller: Caller, Id(id): Id<ListId>) -> Answer<Json<List>> {
    let mut tx = caller.begin().await?;
    Ok(Json(lists::get(&mut tx, id).await?))
}

async fn members(caller: Caller, Id(id): Id<ListId>, asked: Listing<Uuid>) -> Answer<Json<Page<Member>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(lists::members(&mut tx, id, &asked.query).await?))
}

/// How many were not on the list before, and the list as it is now.
#[derive(Serialize)]
struct Added {
    added: u64,
    list: List,
}

async fn add_members(caller: Caller, Id(id): Id<ListId>, Body(new): Body<NewMembers>) -> Answer<Json<Added>> {
    let mut tx = caller.begin().await?;
    let added = lists::add_members(&mut tx, id, &new).await?;
    let list = lists::get(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Added { added, list }))
}

async fn remove_member(caller: Caller, Id((id, contact)): Id<(ListId, ContactId)>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    lists::remove_member(&mut tx, id, contact).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
