//! `templates`: texts with places, saved in versions, how they read for somebody, and the library that new ones begin
//! with.

use axum::{Json, extract::Query, http::Uri};
use domain::{
    id::{ContactId, TemplateId},
    page::Page,
    template::{
        NewTemplate, NewTrial, Preview, Starter, Template, TemplateChange, TemplateDetail, TemplateFilter,
        TemplateVersion, Trial,
    },
};
use engine::{Error, templates};
use serde::Deserialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, OptionalBody},
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/templates", list),
        Route::post("/templates", create),
        Route::get("/templates/starters", starters),
        Route::post("/templates/preview", preview_text),
        Route::get("/templates/{id}", show),
        Route::put("/templates/{id}", update),
        Route::patch("/templates/{id}", change),
        Route::post("/templates/{id}/preview", preview),
        Route::post("/templates/{id}/test", trial),
        Route::post("/templates/{id}/duplicate", duplicate),
        Route::post("/templates/{id}/archive", archive),
        Route::post("/templates/{id}/restore", restore),
        Route::get("/templates/{id}/versions", versions),
        Route::get("/templates/{id}/versions/{version}", version),
        Route::post("/templates/{id}/versions/{version}/restore", restore_version),
    ]
}

async fn list(caller: Caller, uri: Uri) -> Answer<Json<Page<Template>>> {
    // What cannot be read as a filter narrows nothing, as fields that nobody knows.
    let filter = Query::<TemplateFilter>::try_from_uri(&uri).map(|Query(filter)| filter).unwrap_or_default();
    let mut tx = caller.begin().await?;
    Ok(whole(templates::find(&mut tx, &filter).await?))
}

async fn create(caller: Caller, Body(new): Body<NewTemplate>) -> Answer<Created<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/templates/{}", template.template.id), template))
}

async fn starters(caller: Caller) -> Answer<Json<Page<Starter>>> {
    caller.begin().await?.allow(domain::access::Verb::ViewTemplates)?;
    Ok(whole(templates::starters()))
}

async fn show(caller: Caller, Id(id): Id<TemplateId>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(templates::get(&mut tx, id).await?))
}

async fn update(caller: Caller, Id(id): Id<TemplateId>, Body(new): Body<NewTemplate>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::update(&mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(template))
}

async fn change(
    caller: Caller,
    Id(id): Id<TemplateId>,
    Body(change): Body<TemplateChange>,
) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::change(&mut tx, id, &change).await?;
    tx.commit().await?;
    Ok(Json(template))
}

/// Whom to show it for; nobody: somebody made up.
#[derive(Default, Deserialize)]
#[serde(default)]
struct For {
    contact_id: Option<String>,
}

impl For {
    fn contact(self) -> Result<Option<ContactId>, Error> {
        self.contact_id.map(|id| id.trim().parse().or(Err(nobody()))).transpose()
    }
}

fn nobody() -> Error {
    Error::field("contact_id", "unknown", "There is no such contact.")
}

fn named(error: Error) -> Error {
    if matches!(error, Error::NotFound) { nobody() } else { error }
}

async fn preview(
    caller: Caller,
    Id(id): Id<TemplateId>,
    OptionalBody(shown): OptionalBody<For>,
) -> Answer<Json<Preview>> {
    let mut tx = caller.begin().await?;
    let saved = templates::get(&mut tx, id).await?;
    let text = TemplateChange::default().onto(&saved);
    Ok(Json(templates::preview_text(&caller.engine, &mut tx, &text, shown.contact()?).await.map_err(named)?))
}

/// A text that is not saved, and whom to show it for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    text: NewTemplate,
    #[serde(flatten)]
    shown: For,
}

async fn preview_text(caller: Caller, Body(typed): Body<Typed>) -> Answer<Json<Preview>> {
    let mut tx = caller.begin().await?;
    Ok(Json(
        templates::preview_text(&caller.engine, &mut tx, &typed.text, typed.shown.contact()?).await.map_err(named)?,
    ))
}

async fn trial(caller: Caller, Id(id): Id<TemplateId>, Body(new): Body<NewTrial>) -> Answer<Json<Trial>> {
    let mut tx = caller.begin().await?;
    let ready = templates::ready_trial(&caller.engine, &mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(ready.send().await))
}

/// What the copy is called.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Copied {
    name: Option<String>,
}

async fn duplicate(
    caller: Caller,
    Id(id): Id<TemplateId>,
    OptionalBody(copied): OptionalBody<Copied>,
) -> Answer<Created<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::duplicate(&mut tx, id, copied.name.as_deref()).await?;
    tx.commit().await?;
    Ok(Created(format!("/templates/{}", template.template.id), template))
}

async fn archive(caller: Caller, Id(id): Id<TemplateId>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::archive(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(template))
}

async fn restore(caller: Caller, Id(id): Id<TemplateId>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::restore(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Json(template))
}

async fn versions(caller: Caller, Id(id): Id<TemplateId>) -> Answer<Json<Page<TemplateVersion>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(templates::versions(&mut tx, id).await?))
}

async fn version(caller: Caller, Id((id, version)): Id<(TemplateId, i32)>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    Ok(Json(templates::version(&mut tx, id, version).await?))
}

async fn restore_version(caller: Caller, Id((id, version)): Id<(TemplateId, i32)>) -> Answer<Json<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::restore_version(&mut tx, id, version).await?;
    tx.commit().await?;
    Ok(Json(template))
}
