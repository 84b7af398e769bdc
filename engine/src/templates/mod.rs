//! Templates and how they become what one person reads (SPEC 4).

pub mod blocks;
pub mod render;
mod source;
mod store;

use domain::{
    access::Verb,
    error::FieldErrors,
    id::{ContactId, TemplateId},
    template::{EmailContent, NewTemplate, Preview, Template, TemplateDetail},
};

use crate::{
    Error, Result,
    accounts::audit,
    audience,
    db::{Tx, new_id},
};

/// All templates, last saved first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Template>> {
    tx.allow(Verb::ViewTemplates)?;
    store::templates(tx.conn()).await
}

/// A template with its newest text.
pub async fn get(tx: &mut Tx, id: TemplateId) -> Result<TemplateDetail> {
    tx.allow(Verb::ViewTemplates)?;
    let (template, content) = store::template(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let variables = render::variables(&content);
    Ok(TemplateDetail { template, html: content.html, text: content.text, variables })
}

/// Makes a template; a text that cannot be rendered is refused with line and column.
pub async fn create(tx: &mut Tx, new: &NewTemplate) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let new = blocks::compiled(new)?;
    let (name, channel, content) = checked(&new)?;
    let template = Template {
        id: TemplateId(new_id(tx.now)),
        name,
        channel,
        version: 1,
        subject: content.subject.clone(),
        created_at: tx.now,
        updated_at: tx.now,
    };
    store::insert(tx, &template).await?;
    store::insert_version(tx, template.id, 1, &content, new.blocks.as_ref()).await?;
    record(tx, "template.created", &template).await?;
    let variables = render::variables(&content);
    Ok(TemplateDetail { template, html: content.html, text: content.text, variables })
}

/// Saves a new version. Campaigns that pinned an earlier one keep it.
pub async fn update(tx: &mut Tx, id: TemplateId, new: &NewTemplate) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let new = blocks::compiled(new)?;
    let (name, _, content) = checked(&new)?;
    let version = store::next_version(tx, id, &name).await?.ok_or(Error::NotFound)?;
    store::insert_version(tx, id, version, &content, new.blocks.as_ref()).await?;
    let saved = get(tx, id).await?;
    record(tx, "template.saved", &saved.template).await?;
    Ok(saved)
}

/// What a contact would get of a text that may not be saved yet; a made-up person where none is named.
pub async fn preview(tx: &mut Tx, content: &EmailContent, contact: Option<ContactId>) -> Result<Preview> {
    tx.allow(Verb::ViewTemplates)?;
    let mut errors = FieldErrors::default();
    let content = content.parse("", &mut errors);
    let content = errors.finish(content)?;
    let compiled = render::compile(&content, "")?;
    let workspace = crate::campaigns::workspace(tx.conn()).await?;
    let person = match contact {
        Some(id) => render::Person::from(&audience::contact_fields(tx.conn(), id).await?.ok_or(Error::NotFound)?),
        None => render::Person::example(),
    };
    let about = render::About { company_name: workspace.name, postal_address: workspace.postal_address };
    compiled.render(&person, &about, "#").map_err(|missing| {
        Error::field("html", "missing_value", format!("{} is empty for this person, who would be skipped.", missing.0))
    })
}

/// The newest version of a template, for pinning.
pub(crate) async fn newest(tx: &mut Tx, id: TemplateId) -> Result<Option<(Template, EmailContent)>> {
    store::template(tx.conn(), id).await
}

fn checked(new: &NewTemplate) -> Result<(String, domain::channel::Channel, EmailContent)> {
    let (name, channel, content) = new.parse()?;
    render::compile(&content, "")?;
    Ok((name, channel, content))
}

async fn record(tx: &mut Tx, action: &str, template: &Template) -> Result<()> {
    let detail = serde_json::json!({ "version": template.version });
    let (id, name) = (template.id.to_string(), template.name.as_str());
    audit::record(tx, audit::Act { action, kind: "template", id, name, detail }).await
}
