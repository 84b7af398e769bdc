//! `suppressions`: addresses that are not written to.

use axum::Json;
use domain::{
    page::Page,
    suppression::{Filter, Imported, Key, NewImport, NewSuppression, Suppression},
};
use engine::{Error, suppressions};

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    listing::{Filters, Listing},
    output::{Created, Csv, File, NoContent},
};
use crate::{download, problem::Problem};

/// The largest import that is read, in bytes.
const MOST: usize = 16 * 1024 * 1024;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/suppressions", list).seen("Suppressed addresses, newest first"),
        Route::post("/suppressions", add).sends("Suppresses an address"),
        Route::post("/suppressions/import", import)
            .sends("Suppresses many addresses")
            .more("One a line, or a CSV with a header. The same twice adds nothing. Up to 16 MiB.")
            .with_body_of(MOST),
        Route::get("/suppressions/export", export).seen("Suppressed addresses as CSV"),
        Route::delete("/suppressions/{channel}/{address}", remove).sends("Lets an address be written to again"),
    ]
}

/// What narrows the addresses.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Narrowed {
    /// Those of this channel.
    channel: String,
    /// Those for this reason, such as `hard_bounce`.
    reason: String,
    /// The beginning of an address.
    search: String,
}

impl Narrowed {
    fn parse(&self) -> Result<Filter, Problem> {
        Ok(Filter::parse(&self.channel, &self.reason, &self.search)?)
    }
}

async fn list(
    caller: Caller,
    page: Listing<Key>,
    Filters(asked): Filters<Narrowed>,
) -> Answer<Json<Page<Suppression>>> {
    let filter = asked.parse()?;
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

async fn export(caller: Caller, Filters(asked): Filters<Narrowed>) -> Answer<File<Csv>> {
    let filter = asked.parse()?;
    Ok(download::suppressed(caller.engine, caller.actor, filter).await?.into())
}

/// Why an address may be written to again.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Removal {
    /// Needed, in words: the audit log keeps it.
    reason: String,
}

/// The reason stands in the query: not everything between here and the caller lets a DELETE have a body.
async fn remove(
    caller: Caller,
    Id((channel, address)): Id<(String, String)>,
    Filters(asked): Filters<Removal>,
) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    tx.allow(domain::access::Verb::EditContacts)?;
    let Ok(key) = Key::new(&channel, &address) else { return Err(Error::NotFound.into()) };
    suppressions::remove(&mut tx, &key, &asked.reason).await?;
    tx.commit().await?;
    Ok(NoContent)
}

/// An address in a query.
fn in_query(address: &str) -> String {
    form_urlencoded::byte_serialize(address.as_bytes()).collect()
}
