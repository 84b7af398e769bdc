//! `custom-fields`: what a workspace knows about its contacts beyond the usual.

use axum::Json;
use domain::{
    custom_field::{CustomField, CustomFieldChange, NewCustomField},
    page::Page,
};
use engine::audience;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
    output::{Created, NoContent, whole},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/custom-fields", list).seen("All custom fields"),
        Route::post("/custom-fields", create).sends("Adds a custom field"),
        Route::patch("/custom-fields/{key}", rename).sends("Renames a custom field"),
        Route::delete("/custom-fields/{key}", delete).sends("Deletes a custom field and all its values"),
    ]
}

async fn list(caller: Caller) -> Answer<Json<Page<CustomField>>> {
    let mut tx = caller.begin().await?;
    Ok(whole(audience::fields(&mut tx).await?))
}

async fn create(caller: Caller, Body(new): Body<NewCustomField>) -> Answer<Created<CustomField>> {
    let mut tx = caller.begin().await?;
    let field = audience::create_field(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(Created(format!("/custom-fields/{}", field.key), field))
}

async fn rename(
    caller: Caller,
    Id(key): Id<String>,
    Body(change): Body<CustomFieldChange>,
) -> Answer<Json<CustomField>> {
    let mut tx = caller.begin().await?;
    let field = audience::rename_field(&mut tx, &key, &change).await?;
    tx.commit().await?;
    Ok(Json(field))
}

async fn delete(caller: Caller, Id(key): Id<String>) -> Answer<NoContent> {
    let mut tx = caller.begin().await?;
    audience::delete_field(&mut tx, &key).await?;
    tx.commit().await?;
    Ok(NoContent)
}
