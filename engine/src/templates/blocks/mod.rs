//! Templates made of blocks (SPEC 4.3): a version keeps its blocks beside the HTML that was compiled from them, and what
//! somebody is writing is kept as their draft until they save it as a version or discard it.

mod store;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    block::{BlockDraft, BlockTemplate, Document, NewBlocks},
    error::FieldErrors,
    id::{TemplateId, UserId},
    template::{EmailContent, HTML_MAX, NewTemplate},
};

use super::render;
use crate::{Error, Result, db::Tx};

/// The format's word.
const FORMAT: &str = "blocks";

/// The newest version with its blocks.
pub async fn get(tx: &mut Tx, id: TemplateId) -> Result<BlockTemplate> {
    let template = super::get(tx, id).await?.template;
    let blocks = store::blocks(tx.conn(), id, template.version).await?;
    let blocks =
        blocks.ok_or_else(|| Error::conflict("not_blocks", "This template is written as HTML, not made of blocks."))?;
    let blocks = serde_json::from_value(blocks).map_err(|error| Error::internal("blocks of a template", error))?;
    Ok(BlockTemplate { template, blocks })
}

/// Saves a new version, and with it ends the draft of who saves.
pub async fn save(tx: &mut Tx, id: TemplateId, new: &NewBlocks) -> Result<BlockTemplate> {
    tx.allow(Verb::EditTemplates)?;
    super::update(tx, id, &template(new)?).await?;
    if let Some(user) = tx.actor.user() {
        store::delete_draft(tx.conn(), id, user).await?;
    }
    get(tx, id).await
}

/// Makes a template.
pub async fn create(tx: &mut Tx, new: &NewBlocks) -> Result<BlockTemplate> {
    tx.allow(Verb::EditTemplates)?;
    let made = super::create(tx, &template(new)?).await?;
    get(tx, made.template.id).await
}

/// What the one who asks has written and not saved as a version.
pub async fn draft(tx: &mut Tx, id: TemplateId) -> Result<Option<BlockDraft>> {
    tx.allow(Verb::EditTemplates)?;
    let user = writer(tx)?;
    let Some((document, version, saved_at)) = store::draft(tx.conn(), id, user).await? else { return Ok(None) };
    let content = serde_json::from_value(document).map_err(|error| Error::internal("draft of a template", error))?;
    Ok(Some(BlockDraft { content, version, saved_at }))
}

/// Keeps what has been written, whether it could be saved as a version or not. Says when.
pub async fn keep_draft(tx: &mut Tx, id: TemplateId, content: &NewBlocks, version: i32) -> Result<DateTime<Utc>> {
    tx.allow(Verb::EditTemplates)?;
    let user = writer(tx)?;
    super::get(tx, id).await?;
    let mut content = content.clone();
    content.blocks.number();
    let document = serde_json::json!(content);
    if document.to_string().len() > 2 * HTML_MAX {
        return Err(Error::field("blocks", "too_long", "The mail is too long: at most 1 MB."));
    }
    store::keep_draft(tx, id, user, &document, version).await?;
    Ok(tx.now)
}

/// Forgets what the one who asks has written since the newest version.
pub async fn discard_draft(tx: &mut Tx, id: TemplateId) -> Result<()> {
    tx.allow(Verb::EditTemplates)?;
    let user = writer(tx)?;
    super::get(tx, id).await?;
    store::delete_draft(tx.conn(), id, user).await
}

/// Drafts are of people.
fn writer(tx: &Tx) -> Result<UserId> {
    let no_user = || Error::conflict("no_user", "Drafts are people's: a program saves the template itself.");
    tx.actor.user().ok_or_else(no_user)
}

fn template(new: &NewBlocks) -> Result<NewTemplate> {
    Ok(NewTemplate {
        name: new.name.clone(),
        channel: "email".into(),
        subject: new.subject.clone(),
        format: Some(FORMAT.into()),
        blocks: Some(serde_json::json!(new.blocks)),
        ..Default::default()
    })
}

/// A template of blocks with the HTML and the plain text that they are compiled to; any other as it is.
pub(super) fn compiled(new: &NewTemplate) -> Result<Cow<'_, NewTemplate>> {
    let format = new.format.as_deref().map(str::trim).filter(|format| !format.is_empty());
    let Some(blocks) = new.blocks.as_ref().filter(|_| format.is_none_or(|format| format == FORMAT)) else {
        return Ok(Cow::Borrowed(new));
    };
    let told = |error: serde_json::Error| Error::field("blocks", "wrong_type", format!("Not understood: {error}."));
    let mut blocks: Document = serde_json::from_value(blocks.clone()).map_err(told)?;
    if let Some(preheader) = &new.preheader {
        blocks.settings.preheader.clone_from(preheader);
    }
    let typed = NewBlocks { name: new.name.clone(), subject: new.subject.clone(), blocks };
    let (name, blocks, EmailContent { subject, html, text }) = typed.parse()?;
    check_variables(&blocks)?;
    let preheader = Some(blocks.settings.preheader.trim().to_owned());
    let (format, blocks) = (Some(FORMAT.to_owned()), Some(serde_json::json!(blocks)));
    Ok(Cow::Owned(NewTemplate { name, subject, preheader, html, text: Some(text), format, blocks, ..new.clone() }))
}

/// Says at its block where a variable is wrong: in the HTML as a whole nobody would find it.
fn check_variables(blocks: &Document) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (path, text) in blocks.texts().into_iter().filter(|(_, text)| text.contains('{')) {
        let alone = EmailContent { subject: text, html: "-".into(), text: "-".into() };
        match render::compile(&alone, "") {
            Err(Error::Invalid(FieldErrors(told))) => {
                told.iter().for_each(|error| errors.add(&format!("blocks.{path}"), &error.code, &error.message));
            }
            other => drop(other?),
        }
    }
    errors.finish(Some(())).map_err(Error::from)
}
