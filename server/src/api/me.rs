//! `me`: whose key this is and what it may do. Any key may ask; programs use it to check their set-up.

use axum::Json;
use domain::{access::Scope, account::Workspace, id::KeyId};
use engine::{Error, accounts::Who, campaigns};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, Caller, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/me", show).seen("The workspace and the key")]
}

#[derive(Serialize, JsonSchema)]
struct Me {
    workspace: Workspace,
    key: Key,
}

#[derive(Serialize, JsonSchema)]
struct Key {
    id: KeyId,
    name: String,
    scopes: Vec<Scope>,
}

async fn show(caller: Caller) -> Answer<Json<Me>> {
    let mut tx = caller.begin().await?;
    let workspace = campaigns::own_workspace(&mut tx).await?;
    match caller.actor.who {
        Who::Key { id, name, scopes } => Ok(Json(Me { workspace, key: Key { id, name, scopes } })),
        _ => Err(Error::Unauthenticated.into()),
    }
}
