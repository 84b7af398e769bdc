//! `users`: the people of the workspace and what they are in it.

use axum::Json;
use domain::{
    account::{Member, NewUser},
    id::UserId,
    page::Page,
};
use engine::{Error, accounts::users, db::Tx};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/users", list).manages("All users"),
        Route::post("/users", create).manages("Adds a user"),
        Route::patch("/users/{id}", set_roles).manages("Gives a user other roles"),
        Route::delete("/users/{id}", remove).manages("Takes a user out of the workspace"),
        Route::delete("/users/{id}/sessions", end_sessions).manages("Signs a user out everywhere"),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<Member>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(users::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewUser>) -> Answer<Created<Member>> {
    let mut tx = caller.begin().await?;
    let id = users::create(&caller.engine, &mut tx, &new).await?;
    let member = member(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Created(format!("/users/{id}"), member))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct NewRoles {
    roles: Vec<String>,
}

async fn set_roles(caller: Caller, Id(id): Id<UserId>, Body(new): Body<NewRoles>) -> Answer<Json<Member>> {
    let mut tx = caller.begin().await?;
    users::set_roles(&mut tx, id, &new.roles).await?;
    let member = member(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(member))
}

async fn remove(caller: Caller, Id(id): Id<UserId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    users::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

/// Signs them out everywhere.
async fn end_sessions(caller: Caller, Id(id): Id<UserId>) -> Answer<Json<Ended>> {
    let mut tx = caller.begin().await?;
    let ended = users::end_sessions(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Ended { ended }))
}

#[derive(Serialize, JsonSchema)]
struct Ended {
    ended: u64,
}

async fn member(tx: &mut Tx, id: UserId) -> engine::Result<Member> {
    users::list(tx).await?.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)
}
