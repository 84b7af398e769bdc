//! Templates and how they become what one person reads (SPEC 4).

mod about;
pub mod blocks;
mod body;
mod check;
mod dates;
mod footer;
mod helpers;
pub(crate) mod letter;
pub(crate) mod links;
mod logo;
mod needs;
mod numbers;
#[cfg(test)]
mod oracle;
mod person;
mod places;
pub mod render;
mod source;
mod starters;
mod store;
mod tokens;
mod trial;
mod variables;
mod versions;

use domain::{
    access::Verb,
    error::FieldErrors,
    id::{ContactId, TemplateId},
    template::{
        CLIPPED_FROM, EmailContent, NewTemplate, ParsedTemplate, Preview, Template, TemplateChange, TemplateDetail,
        TemplateFilter, TemplateText,
    },
};

use crate::{
    Engine, Error, Result,
    accounts::audit,
    audience,
    db::{Tx, new_id},
};

pub use helpers::forms;
pub(crate) use logo::check_logo;
pub(crate) use needs::{Needs, needs};
pub use starters::{starter, starters};
pub(crate) use trial::ready_from;
pub use trial::{Ready, ready_trial};
pub use variables::{VARIABLES, Variable};
pub use versions::{restore_version, version, versions};

/// All templates that campaigns can choose, last saved first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Template>> {
    find(tx, &TemplateFilter::default()).await
}

/// The templates that a filter lets through, last saved first.
pub async fn find(tx: &mut Tx, filter: &TemplateFilter) -> Result<Vec<Template>> {
    tx.allow(Verb::ViewTemplates)?;
    let filter = filter.parse()?;
    store::templates(tx.conn(), &filter).await
}

/// A template with its newest text.
pub async fn get(tx: &mut Tx, id: TemplateId) -> Result<TemplateDetail> {
    tx.allow(Verb::ViewTemplates)?;
    let (template, text) = store::template(tx.conn(), id, None).await?.ok_or(Error::NotFound)?;
    Ok(detail(template, text))
}

/// Makes a template; a text that cannot be rendered is refused with line and column.
pub async fn create(tx: &mut Tx, new: &NewTemplate) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let parsed = blocks::compiled(&starters::filled(new)?)?.parse()?;
    compile(&parsed.text)?;
    let slug = match parsed.slug.clone() {
        Some(slug) => slug,
        None => free_slug(tx, &parsed.name).await?,
    };
    let (id, now) = (TemplateId(new_id(tx.now)), tx.now);
    let ParsedTemplate { name, channel, category, description, text, .. } = parsed;
    let template = Template {
        id,
        name,
        slug,
        description: description.unwrap_or_default(),
        channel,
        category: category.unwrap_or(domain::template::Category::Marketing),
        format: text.format,
        active: true,
        used: 0,
        version: 1,
        subject: text.subject.clone(),
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &template).await?;
    store::insert_version(tx, id, 1, &text).await?;
    record(tx, "template.created", &template).await?;
    Ok(detail(template, text))
}

/// Saves a template. A changed text is a new version; campaigns that pinned an earlier one keep it.
pub async fn update(tx: &mut Tx, id: TemplateId, new: &NewTemplate) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let parsed = blocks::compiled(new)?.parse()?;
    compile(&parsed.text)?;
    if !store::update(tx, id, &parsed).await? {
        return Err(Error::NotFound);
    }
    let before = store::template(tx.conn(), id, None).await?.ok_or(Error::NotFound)?.1;
    if before != parsed.text {
        let version = store::next_version(tx.conn(), id).await?;
        store::insert_version(tx, id, version, &parsed.text).await?;
    }
    let saved = get(tx, id).await?;
    record(tx, "template.saved", &saved.template).await?;
    Ok(saved)
}

/// Changes some fields of a template; what is left out stays.
pub async fn change(tx: &mut Tx, id: TemplateId, change: &TemplateChange) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let known = get(tx, id).await?;
    update(tx, id, &change.onto(&known)).await
}

/// Makes another template of a template's newest text, under another name.
pub async fn duplicate(tx: &mut Tx, id: TemplateId, name: Option<&str>) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let known = get(tx, id).await?;
    let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => free_name(tx, &known.template.name).await?,
    };
    let mut copy = TemplateChange::default().onto(&known);
    copy.name = name;
    copy.category = Some(known.template.category.word().into());
    copy.description = Some(known.template.description);
    create(tx, &copy).await
}

/// Takes a template out of use: campaigns cannot choose it any more, and those that did keep what they pinned.
pub async fn archive(tx: &mut Tx, id: TemplateId) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    let now = tx.now;
    set_archived(tx, id, Some(now), "template.archived").await
}

/// Brings an archived template back into use.
pub async fn restore(tx: &mut Tx, id: TemplateId) -> Result<TemplateDetail> {
    tx.allow(Verb::EditTemplates)?;
    set_archived(tx, id, None, "template.restored").await
}

async fn set_archived(
    tx: &mut Tx,
    id: TemplateId,
    at: Option<chrono::DateTime<chrono::Utc>>,
    action: &str,
) -> Result<TemplateDetail> {
    let changed = store::set_archived(tx.conn(), id, at).await?;
    let template = get(tx, id).await?;
    if changed {
        record(tx, action, &template.template).await?;
    }
    Ok(template)
}

/// Custom fields that a text can use: name, and what people call it.
pub async fn custom_fields(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.allow(Verb::ViewTemplates)?;
    store::custom_fields(tx.conn()).await
}

/// What a contact would get of an e-mail; a made-up person where none is named.
pub async fn preview(
    engine: &Engine,
    tx: &mut Tx,
    content: &EmailContent,
    contact: Option<ContactId>,
) -> Result<Preview> {
    tx.allow(Verb::ViewTemplates)?;
    let mut errors = FieldErrors::default();
    let content = content.parse("", &mut errors);
    let content = errors.finish(content)?;
    let compiled = render::compile(&content, "")?;
    let about = render::About::now(engine, tx, "A campaign", None).await?;
    let person = person(tx, contact).await?;
    compiled.render(&person, &about, &render::Links::of_trial("")).map_err(|missing| missing.into_error("html"))
}

/// What a contact would get of a text that may not be saved yet, and what could go better with it.
pub async fn preview_text(
    engine: &Engine,
    tx: &mut Tx,
    new: &NewTemplate,
    contact: Option<ContactId>,
) -> Result<Preview> {
    tx.allow(Verb::ViewTemplates)?;
    let mut errors = FieldErrors::default();
    let text = new.parse_text(&mut errors);
    let text = errors.finish(text)?;
    compile(&text)?;
    let mut shown = preview(engine, tx, &email(&text)?, contact).await?;
    shown.warnings = warnings(tx, &text, shown.html.len()).await?;
    Ok(shown)
}

/// The newest version of a template, ready for pinning: HTML with its preheader in it.
pub(crate) async fn newest(tx: &mut Tx, id: TemplateId) -> Result<Option<(Template, EmailContent)>> {
    match store::template(tx.conn(), id, None).await? {
        Some((template, text)) => Ok(Some((template, email(&text)?))),
        None => Ok(None),
    }
}

/// A campaign was started with it.
pub(crate) async fn count_use(tx: &mut Tx, id: TemplateId) -> Result<()> {
    store::count_use(tx.conn(), id).await
}

async fn person(tx: &mut Tx, contact: Option<ContactId>) -> Result<render::Person> {
    Ok(match contact {
        Some(id) => render::Person::from(&audience::contact_fields(tx.conn(), id).await?.ok_or(Error::NotFound)?),
        None => render::Person::example(),
    })
}

/// Refuses a text that cannot be rendered, each mistake at its field.
fn compile(text: &TemplateText) -> Result<()> {
    let mut errors = FieldErrors::default();
    let TemplateText { subject, html, text: plain, .. } = text.clone();
    if let Err(Error::Invalid(wrong)) = render::compile(&EmailContent { subject, html, text: plain }, "") {
        errors = wrong;
    }
    errors.take("preheader", render::check_line(&text.preheader));
    Ok(errors.finish(Some(()))?)
}

/// A text as an e-mail: HTML, with the preheader in it.
fn email(text: &TemplateText) -> Result<EmailContent> {
    let html = body::html(&text.html).map_err(|refused| Error::field("html", refused.code, refused.message))?;
    let html = body::with_preheader(html, &text.preheader);
    Ok(EmailContent { subject: text.subject.clone(), html, text: text.text.clone() })
}

/// What could go better with a text, in sentences.
async fn warnings(tx: &mut Tx, text: &TemplateText, size: usize) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    if size > CLIPPED_FROM {
        let kilobytes = size / 1000;
        warnings.push(format!(
            "The message has {kilobytes} kB. Gmail cuts off what is larger than 102 kB: make it shorter."
        ));
    }
    let known = store::custom_fields(tx.conn()).await?;
    let used = detail_variables(text);
    let custom =
        used.iter().filter_map(|name| name.strip_prefix("custom.")).map(|name| name.split('.').next().unwrap_or(name));
    for name in custom.filter(|name| !known.is_empty() && !known.iter().any(|(known, _)| known == name)) {
        warnings.push(format!("There is no custom field {name}. Whoever does not have it is skipped."));
    }
    warnings.dedup();
    Ok(warnings)
}

fn detail_variables(text: &TemplateText) -> Vec<String> {
    let subject = format!("{} {}", text.subject, text.preheader);
    render::variables(&EmailContent { subject, html: text.html.clone(), text: text.text.clone() })
}

fn detail(template: Template, text: TemplateText) -> TemplateDetail {
    let variables = detail_variables(&text);
    let TemplateText { preheader, html, text, blocks, .. } = text;
    TemplateDetail { template, preheader, html, text, blocks, variables }
}

/// A slug from the name: `spring-news`, or with the next free number.
async fn free_slug(tx: &mut Tx, name: &str) -> Result<String> {
    let slug = domain::text::slug(name);
    let slug = if slug.is_empty() { "template".to_owned() } else { slug };
    let taken = store::slugs_like(tx.conn(), &slug).await?;
    let numbered = (2..).map(|n| format!("{slug}-{n}"));
    let free = std::iter::once(slug.clone()).chain(numbered).find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or(slug))
}

/// `Spring (copy)`, `Spring (copy 2)` and so on.
async fn free_name(tx: &mut Tx, name: &str) -> Result<String> {
    let short: String = name.chars().take(180).collect();
    let taken = store::names_like(tx.conn(), &short.to_lowercase()).await?;
    let numbered = (2..).map(|n| format!("{short} (copy {n})"));
    let mut names = std::iter::once(format!("{short} (copy)")).chain(numbered);
    Ok(names.find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(short))
}

async fn record(tx: &mut Tx, action: &str, template: &Template) -> Result<()> {
    let detail = serde_json::json!({ "version": template.version });
    let (id, name) = (template.id.to_string(), template.name.as_str());
    audit::record(tx, audit::Act { action, kind: "template", id, name, detail }).await
}
