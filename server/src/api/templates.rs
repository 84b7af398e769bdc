//! `templates`: texts with places, saved in versions, how they read for somebody, and the library that new ones begin
//! with.

use axum::Json;
use domain::{
    id::{ContactId, TemplateId},
    page::Page,
    template::{
        NewTemplate, NewTrial, Preview, Starter, Template, TemplateChange, TemplateDetail, TemplateFilter,
        TemplateVersion, Trial,
    },
};
use engine::{Error, templates};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Answer, Caller, Route,
    input::{Body, Id, OptionalBody},
    listing::Filters,
    output::{Created, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/templates", list).seen("All templates"),
        Route::post("/templates", create)
            .sends("Makes a template")
            .more("`{\"starter\": \"welcome\"}` begins with one of the library."),
        Route::get("/templates/starters", starters).seen("The library that new templates begin with"),
        Route::post("/templates/preview", preview_text).seen("How a text that is not saved reads for somebody"),
        Route::get("/templates/{id}", show).seen("One template"),
        Route::put("/templates/{id}", update).sends("Saves a template").more("A changed text is a new version."),
        Route::patch("/templates/{id}", change).sends("Changes parts of a template").more("What is left out stays."),
        Route::post("/templates/{id}/preview", preview).seen("How a template reads for somebody"),
        Route::post("/templates/{id}/test", trial)
            .sends("Sends a test")
            .more("It counts nowhere, and its subject begins with `[Test]`."),
        Route::post("/templates/{id}/duplicate", duplicate).sends("Copies a template"),
        Route::post("/templates/{id}/archive", archive)
            .sends("Archives a template")
            .more("Campaigns cannot choose it any more."),
        Route::post("/templates/{id}/restore", restore).sends("Takes a template out of the archive"),
        Route::get("/templates/{id}/versions", versions).seen("Each save of a template, newest first"),
        Route::get("/templates/{id}/versions/{version}", version).seen("A template as it was"),
        Route::post("/templates/{id}/versions/{version}/restore", restore_version)
            .sends("Brings an old version back as a new one"),
    ]
}

async fn list(caller: Caller, Filters(filter): Filters<TemplateFilter>) -> Answer<Json<Page<Template>>> {
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
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct For {
    /// The id of a contact; somebody made up when left out.
    contact_id: Option<String>,
}

impl For {
    /// Who that is.
    pub(super) fn contact(self) -> Result<Option<ContactId>, Error> {
        self.contact_id.map(|id| id.trim().parse().or(Err(nobody()))).transpose()
    }
}

fn nobody() -> Error {
    Error::field("contact_id", "unknown", "There is no such contact.")
}

/// A contact that is not there is a wrong field, not a path that leads nowhere.
pub(super) fn named(error: Error) -> Error {
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
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
#[schemars(rename = "PreviewOfText")]
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
#[derive(Default, Deserialize, JsonSchema)]
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
