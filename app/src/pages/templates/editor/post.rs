//! What the editor asks the server for: keeping the draft, saving it as a version, discarding it.

#[cfg(feature = "ssr")]
use domain::block::NewBlocks;
use leptos::prelude::*;

use super::super::panel::Shown;
use crate::error::Answer;

/// Keeps what has been written and shows how it reads. `document` is JSON, because a form's fields hold no lists.
#[server(prefix = "/_fn", endpoint = "keep-blocks")]
pub async fn keep_blocks(
    template: String,
    begun: i32,
    name: String,
    subject: String,
    document: String,
) -> Answer<Answer<Shown>> {
    let content = written(name, subject, &document)?;
    let mut tx = crate::request::begin().await?;
    engine::templates::blocks::keep_draft(&mut tx, crate::address::id(&template)?, &content, begun).await?;
    tx.commit().await?;
    let mut tx = crate::request::begin().await?;
    Ok(shown(&mut tx, &content).await)
}

/// Saves it as a new version and says which.
#[server(prefix = "/_fn", endpoint = "save-blocks")]
pub async fn save_blocks(template: String, name: String, subject: String, document: String) -> Answer<i32> {
    let content = written(name, subject, &document)?;
    let mut tx = crate::request::begin().await?;
    let saved = engine::templates::blocks::save(&mut tx, crate::address::id(&template)?, &content).await?;
    tx.commit().await?;
    Ok(saved.template.version)
}

#[server(prefix = "/_fn", endpoint = "discard-blocks")]
pub async fn discard_blocks(template: String) -> Answer<()> {
    let id = crate::address::id(&template)?;
    let mut tx = crate::request::begin().await?;
    engine::templates::blocks::discard_draft(&mut tx, id).await?;
    tx.commit().await?;
    crate::request::go(&format!("/templates/{id}/editor?done=discarded"));
    Ok(())
}

#[cfg(feature = "ssr")]
fn written(name: String, subject: String, document: &str) -> Answer<NewBlocks> {
    let told = |error: serde_json::Error| {
        crate::error::AppError::Invalid(domain::error::FieldErrors::one("", "malformed", error.to_string()))
    };
    Ok(NewBlocks { name, subject, blocks: serde_json::from_str(document).map_err(told)? })
}

/// How it reads for somebody made up.
#[cfg(feature = "ssr")]
pub(super) async fn shown(tx: &mut engine::db::Tx, content: &NewBlocks) -> Answer<Shown> {
    let mail = domain::template::NewTemplate {
        subject: content.subject.clone(),
        preheader: Some(content.blocks.settings.preheader.clone()),
        html: domain::block::html(&content.blocks),
        text: Some(domain::block::text(&content.blocks)),
        ..Default::default()
    };
    super::super::panel::shown(tx, &mail, "").await
}
