//! `imports`: a file of people, what its columns are, and what became of its rows.

use axum::Json;
use domain::{
    error::FieldErrors,
    id::ImportId,
    import::{Import, ImportDetail, NewMapping, Place, Reject},
    page::Page,
};
use engine::imports;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    listing::Listing,
    output::{Accepted, AcceptedAt, Csv, File, NoContent},
    uploaded::{ImportForm, Upload},
};
use crate::{download, incoming};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/imports", list).seen("Imports, newest first"),
        Route::post("/imports", create)
            .sends("Sends a file of people")
            .more("CSV or XLSX, up to 2 GB and 5 million rows."),
        Route::get("/imports/{id}", show).seen("One import, with how far it has come"),
        Route::delete("/imports/{id}", discard).sends("Throws away a file that was not started"),
        Route::put("/imports/{id}/mapping", map).sends("Says what the columns are").more("A dry run begins."),
        Route::post("/imports/{id}/start", start).sends("Starts an import, or lets one go on"),
        Route::post("/imports/{id}/stop", stop).sends("Stops an import"),
        Route::post("/imports/{id}/undo", undo)
            .sends("Undoes an import")
            .more("409 `messaged`: not once one of its contacts has been messaged."),
        Route::get("/imports/{id}/rejects", rejects).seen("Rows that were left out, or taken with a warning"),
        Route::get("/imports/{id}/rejects.csv", rejects_csv).seen("The same as CSV"),
        Route::get("/imports/{id}/errors.csv", rejects_csv).seen("The same as CSV, by its other name"),
    ]
}

async fn list(caller: Caller, asked: Listing<Uuid>) -> Answer<Json<Page<Import>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(imports::list(&mut tx, &asked.query).await?))
}

/// The import that a file became.
#[derive(Serialize, JsonSchema)]
struct Sent {
    id: ImportId,
}

/// Takes the file; with a mapping beside it, it is imported at once, without one it waits for that.
async fn create(caller: Caller, form: Upload<ImportForm>) -> Answer<AcceptedAt<Sent>> {
    imports::may_import(&caller.begin().await?)?;
    let came = incoming::file(&caller.engine, &caller.actor, form.request).await?;
    if let Some(mapping) = &came.mapping
        && let Err(refused) = begin(&caller, came.import, mapping).await
    {
        let mut tx = caller.begin().await?;
        imports::discard(&mut tx, came.import).await?;
        tx.commit().await?;
        return Err(refused);
    }
    Ok(AcceptedAt(format!("/imports/{}", came.import), Sent { id: came.import }))
}

async fn begin(caller: &Caller, import: ImportId, mapping: &str) -> Answer<()> {
    let mapping: NewMapping = serde_json::from_str(mapping)
        .map_err(|error| FieldErrors::one("mapping", "wrong_type", format!("Not a mapping: {error}.")))?;
    let mut tx = caller.begin().await?;
    imports::map_and_start(&caller.engine, &mut tx, import, &mapping).await?;
    Ok(tx.commit().await?)
}

async fn show(caller: Caller, Id(id): Id<ImportId>) -> Answer<Json<ImportDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(imports::get(&mut tx, id).await?))
}

async fn discard(caller: Caller, Id(id): Id<ImportId>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    imports::discard(&mut tx, id).await?;
    tx.commit().await?;
    Ok(NoContent)
}

async fn map(caller: Caller, Id(id): Id<ImportId>, Body(new): Body<NewMapping>) -> Answer<Accepted<ImportDetail>> {
    let mut tx = caller.begin().await?;
    let import = imports::map(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Accepted(import))
}

async fn start(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::start(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Accepted(import))
}

async fn stop(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::stop(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Accepted(import))
}

async fn undo(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::undo(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok(Accepted(import))
}

async fn rejects(caller: Caller, Id(id): Id<ImportId>, asked: Listing<Place>) -> Answer<Json<Page<Reject>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(imports::rejects(&mut tx, id, &asked.query).await?))
}

async fn rejects_csv(caller: Caller, Id(id): Id<ImportId>) -> Answer<File<Csv>> {
    Ok(download::rejected(caller.engine, caller.actor, id).await?.into())
}
