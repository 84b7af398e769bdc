//! `providers`: the accounts that messages leave through. Their secrets go in and never come out.

use axum::Json;
use domain::{
    id::ProviderId,
    page::Page,
    provider::{NewProvider, Provider},
};
use engine::providers;
use serde::Serialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/providers", list), Route::post("/providers", create), Route::post("/providers/{id}/test", test)]
}

async fn list(caller: Caller) -> Answer<Json<Page<Provider>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(providers::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewProvider>) -> Answer<Created<Provider>> {
    let mut tx = caller.begin().await?;
    let provider = providers::create(&caller.engine, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/providers/{}", provider.id), provider))
}

/// What the provider said when it was asked.
#[derive(Serialize)]
struct Tested {
    ok: bool,
    message: String,
}

async fn test(caller: Caller, Id(id): Id<ProviderId>) -> Answer<Json<Tested>> {
    let mut tx = caller.begin().await?;
    let tested = match providers::test(&caller.engine, &mut tx, id).await? {
        Ok(message) => Tested { ok: true, message },
        Err(message) => Tested { ok: false, message },
    };
    Ok(Json(tested))
}
