//! `templates/{id}/blocks`: the blocks of a template that is made of them. Drafts are the editor's own and have no route.

use axum::Json;
use domain::{
    block::{BlockTemplate, NewBlocks},
    id::TemplateId,
};
use engine::templates::blocks;

use super::{
    Answer, Caller, Route,
    input::{Body, Id},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/templates/{id}/blocks", show)
            .seen("The blocks that a template is made of")
            .may_conflict()
            .more("409 `not_blocks`: it is HTML."),
        Route::put("/templates/{id}/blocks", save)
            .sends("Saves a template of blocks")
            .more("HTML and plain text are compiled from them. Errors name the block: `blocks.blocks.2.url`."),
    ]
}

async fn show(caller: Caller, Id(id): Id<TemplateId>) -> Answer<Json<BlockTemplate>> {
    let mut tx = caller.begin().await?;
    Ok(Json(blocks::get(&mut tx, id).await?))
}

async fn save(caller: Caller, Id(id): Id<TemplateId>, Body(new): Body<NewBlocks>) -> Answer<Json<BlockTemplate>> {
    let mut tx = caller.begin().await?;
    let saved = blocks::save(&mut tx, id, &new).await?;
    tx.commit().await?;
    Ok(Json(saved))
}
