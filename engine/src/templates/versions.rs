//! The versions of a template: each save's text, with who and when. None is ever changed; an old one comes back as a new
//! version.

use domain::{
    access::Verb,
    id::TemplateId,
    template::{TemplateDetail, TemplateVersion},
};

use super::{detail, get, record, store};
use crate::{Error, Result, db::Tx};

/// All versions, newest first.
pub async fn versions(tx: &mut Tx, id: TemplateId) -> Result<Vec<TemplateVersion>> {
    tx.allow(Verb::ViewTemplates)?;
    let versions = store::versions(tx.conn(), id).await?;
    if versions.is_empty() { Err(Error::NotFound) } else { Ok(versions) }
}

/// The template as this version was.
pub async fn version(tx: &mut Tx, id: TemplateId, version: i32) -> Result<TemplateDetail> {
    tx.allow(Verb::ViewTemplates)?;
    let (template, text) = store::template(tx.conn(), id, Some(version)).await?.ok_or(Error::NotFound)?;
    Ok(detail(template, text))
}

/// Makes an old version's text the newest again, as a version of its own.
pub async fn restore_version(tx: &mut Tx, id: TemplateId, version: i32) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let (_, old) = store::template(tx.conn(), id, Some(version)).await?.ok_or(Error::NotFound)?;
    // What there is to name may have changed since it was written.
    super::compile(&old)?;
    let next = store::next_version(tx.conn(), id).await?;
    store::insert_version(tx, id, next, &old).await?;
    let restored = get(tx, id).await?;
    record(tx, "template.version_restored", &restored.template).await?;
    Ok(restored)
}
