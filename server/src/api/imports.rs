//! `imports`: a file of people, what its columns are, and what became of its rows.

use axum::{
    Json,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    error::FieldErrors,
    id::ImportId,
    import::{Import, ImportDetail, NewMapping, Place, Reject},
    page::Page,
};
use engine::imports;
use serde_json::json;
use uuid::Uuid;

use super::{
    Answer, Caller, ROOT, Route,
    input::{Body, Id, Listing},
};
use crate::{download, incoming};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/imports", list),
        Route::post("/imports", create),
        Route::get("/imports/{id}", show),
        Route::delete("/imports/{id}", discard),
        Route::put("/imports/{id}/mapping", map),
        Route::post("/imports/{id}/start", start),
        Route::post("/imports/{id}/stop", stop),
        Route::post("/imports/{id}/undo", undo),
        Route::get("/imports/{id}/rejects", rejects),
        Route::get("/imports/{id}/rejects.csv", rejects_csv),
        Route::get("/imports/{id}/errors.csv", rejects_csv),
    ]
}

async fn list(caller: Caller, asked: Listing<Uuid>) -> Answer<Json<Page<Import>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(imports::list(&mut tx, &asked.query).await?))
}

/// Takes the file; with a mapping beside it, it is imported at once, without one it waits for that.
async fn create(caller: Caller, request: Request) -> Answer<Response> {
    imports::may_import(&caller.begin().await?)?;
    let came = incoming::file(&caller.engine, &caller.actor, request).await?;
    if let Some(mapping) = &came.mapping
        && let Err(refused) = begin(&caller, came.import, mapping).await
    {
        let mut tx = caller.begin().await?;
        imports::discard(&mut tx, came.import).await?;
        tx.commit().await?;
        return Err(refused);
    }
    let place = [(header::LOCATION, format!("{ROOT}/imports/{}", came.import))];
    Ok((StatusCode::ACCEPTED, place, Json(json!({ "id": came.import }))).into_response())
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

async fn discard(caller: Caller, Id(id): Id<ImportId>) -> Answer<StatusCode> {
    let mut tx = caller.begin().await?;
    imports::discard(&mut tx, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn map(caller: Caller, Id(id): Id<ImportId>, Body(new): Body<NewMapping>) -> Answer<Accepted<ImportDetail>> {
    let mut tx = caller.begin().await?;
    let import = imports::map(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(import)))
}

/// Begun, and going on in the background.
type Accepted<T> = (StatusCode, Json<T>);

async fn start(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::start(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(import)))
}

async fn stop(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::stop(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(import)))
}

async fn undo(caller: Caller, Id(id): Id<ImportId>) -> Answer<Accepted<Import>> {
    let mut tx = caller.begin().await?;
    let import = imports::undo(&caller.engine, &mut tx, id).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(import)))
}

async fn rejects(caller: Caller, Id(id): Id<ImportId>, asked: Listing<Place>) -> Answer<Json<Page<Reject>>> {
    let mut tx = caller.begin().await?;
    Ok(Json(imports::rejects(&mut tx, id, &asked.query).await?))
}

async fn rejects_csv(caller: Caller, Id(id): Id<ImportId>) -> Answer<Response> {
    Ok(download::rejected(caller.engine, caller.actor, id).await?)
}
