//! `suppressions`: addresses that are not written to.

use std::collections::HashMap;

use axum::{Json, extract::Query, http::StatusCode, response::Response};
use domain::{
    page::Page,
    suppression::{Filter, Imported, Key, NewImport, NewSuppression, Suppression},
};
use engine::{Error, suppressions};

use super::{
    Answer, Caller, Route,
    input::{Body, Id, Listing},
    output::Created,
};
use crate::{download, problem::Problem};

/// The largest import that is read, in bytes.
const MOST: usize = 16 * 1024 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/suppressions", list),
        Route::post("/suppressions", add),
        Route::post("/suppressions/import", import).with_body_of(MOST),
        Route::get("/suppressions/export", export),
        Route::delete("/suppressions/{channel}/{address}", remove),
    ]
}

/// What is asked for in the query besides the page.
type Asked = Query<HashMap<String, String>>;

fn filter(Query(asked): &Asked) -> Result<Filter, Problem> {
    let word = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    Ok(Filter::parse(word("channel"), word("reason"), word("search"))?)
}

async fn list(caller: Caller, page: Listing<Key>, asked: Asked) -> Answer<Json<Page<Suppression>>> {
    let filter = filter(&asked)?;
    let mut tx = caller.begin().await?;
    Ok(Json(suppressions::list(&mut tx, &filter, &page.query).await?))
}

async fn add(caller: Caller, Body(new): Body<NewSuppression>) -> Answer<Created<Suppression>> {
    let mut tx = caller.begin().await?;
    let added = suppressions::add(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/suppressions?channel={}&search={}", added.channel, in_query(&added.address)), added))
}

async fn import(caller: Caller, Body(new): Body<NewImport>) -> Answer<Json<Imported>> {
    let mut tx = caller.begin().await?;
    let imported = suppressions::import(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Json(imported))
}

async fn export(caller: Caller, asked: Asked) -> Answer<Response> {
    let filter = filter(&asked)?;
    Ok(download::suppressed(caller.engine, caller.actor, filter).await?)
}

/// The reason stands in the query: not everything between here and the caller lets a DELETE have a body.
async fn remove(
    caller: Caller,
    Id((channel, address)): Id<(String, String)>,
    Query(asked): Asked,
) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    tx.allow(domain::access::Verb::EditContacts)?;
    let Ok(key) = Key::new(&channel, &address) else { return Err(Error::NotFound.into()) };
    suppressions::remove(&mut tx, &key, asked.get("reason").map(String::as_str).unwrap_or_default()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An address in a query.
fn in_query(address: &str) -> String {
    form_urlencoded::byte_serialize(address.as_bytes()).collect()
}
