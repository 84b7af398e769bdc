//! `users`: the people of the workspace and what they are in it.

use axum::{Json, http::StatusCode};
use domain::{
    account::{Member, NewUser},
    id::UserId,
    page::Page,
};
use engine::{Error, accounts::users, db::Tx};
use serde::{Deserialize, Serialize};

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/users", list),
        Route::post("/users", create),
        Route::patch("/users/{id}", set_roles),
        Route::delete("/users/{id}", remove),
        Route::delete("/users/{id}/sessions", end_sessions),
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

#[derive(Default, Deserialize)]
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

async fn remove(caller: Caller, Id(id): Id<UserId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    users::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs them out everywhere.
async fn end_sessions(caller: Caller, Id(id): Id<UserId>) -> Answer<Json<Ended>> {
    let mut tx = caller.begin().await?;
    let ended = users::end_sessions(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(Ended { ended }))
}

#[derive(Serialize)]
struct Ended {
    ended: u64,
}

async fn member(tx: &mut Tx, id: UserId) -> engine::Result<Member> {
    users::list(tx).await?.into_iter().find(|member| member.id == id).ok_or(Error::NotFound)
}
