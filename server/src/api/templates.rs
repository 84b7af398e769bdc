//! `templates`: texts with places, saved in versions, and how they read for somebody.

use axum::Json;
use domain::{
    id::TemplateId,
    page::Page,
    template::{EmailContent, NewTemplate, Preview, Template, TemplateDetail},
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
        Route::get("/templates/{id}", show),
        Route::put("/templates/{id}", update),
        Route::post("/templates/{id}/preview", preview),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<Template>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(templates::list(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewTemplate>) -> Answer<Created<TemplateDetail>> {
    let mut tx = caller.begin().await?;
    let template = templates::create(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/templates/{}", template.template.id), template))
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

/// Whom to show it for; nobody: somebody made up.
#[derive(Default, Deserialize)]
#[serde(default)]
struct For {
    contact_id: Option<String>,
}

async fn preview(
    caller: Caller,
    Id(id): Id<TemplateId>,
    OptionalBody(shown): OptionalBody<For>,
) -> Answer<Json<Preview>> {
    let mut tx = caller.begin().await?;
    let saved = templates::get(&mut tx, id).await?;
    let content = EmailContent { subject: saved.template.subject, html: saved.html, text: saved.text };
    let nobody = || Error::field("contact_id", "unknown", "There is no such contact.");
    let contact = shown.contact_id.map(|id| id.trim().parse().or(Err(nobody()))).transpose()?;
    let preview = templates::preview(&mut tx, &content, contact).await.map_err(|error| match error {
        Error::NotFound => nobody(),
        other => other,
    })?;
    Ok(Json(preview))
}
