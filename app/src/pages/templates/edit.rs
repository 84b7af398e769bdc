//! A template: written, previewed, saved as a new version.

use domain::{
    access::Verb,
    template::{BodyFormat, NewTemplate},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    acts::refusals,
    details,
    fields::TemplateForm,
    panel::{PreviewPanel, Shown},
};
use crate::{
    address::{Done, param, query},
    components::{Badge, Crumb, ErrorSummary, Glyph, LinkButton, Notice, PageHead, Panel, Size, Tone},
    error::Answer,
    load::load,
    session::may,
};

/// What a template of one's own begins with.
#[cfg(feature = "ssr")]
const HTML: &str = r#"<div style="max-width: 600px; margin: 0 auto; font: 16px/24px sans-serif; color: #222222">
  <h1 style="font-size: 24px">News from {{company_name}}</h1>
  <p>Hi {{first_name}},</p>
  <p>Write here what is new.</p>
</div>
"#;
/// The same in MJML.
#[cfg(feature = "ssr")]
const MJML: &str = r#"<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text font-size="24px" font-weight="bold">News from {{company_name}}</mj-text>
        <mj-text font-size="16px" line-height="24px">Hi {{first_name}}, write here what is new.</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"#;

/// A text in its form: saved, or typed and not saved yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Id of the template; empty for one that was never saved.
    pub template: String,
    /// Newest version; 0 for one that was never saved.
    pub version: i32,
    /// How many campaigns were started with it.
    pub used: i64,
    /// Whether campaigns can choose it.
    pub active: bool,
    /// What it says and what it is called.
    pub new: NewTemplate,
    /// How it is written.
    pub format: BodyFormat,
    /// Whom it is previewed as, as typed.
    pub person: String,
    /// The preview, or why there is none.
    pub shown: Answer<Shown>,
}

#[server(prefix = "/_fn", endpoint = "template")]
pub async fn get_template(template: String, start: String, draft: String, person: String) -> Answer<Draft> {
    let mut tx = crate::request::begin().await?;
    let mut found = if template.is_empty() { begun(&start)? } else { saved(&mut tx, &template).await? };
    found.person = person;
    if let Some(typed) = typed(&draft).await?.filter(|typed| typed.template == template) {
        found.person = typed.person.clone();
        found.new = typed.into();
    }
    found.shown = super::panel::shown(&mut tx, &found.new, &found.person).await;
    Ok(found)
}

/// The fields of the form.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    template: String,
    name: String,
    category: String,
    description: String,
    subject: String,
    preheader: String,
    html: String,
    text: String,
    person: String,
}

impl From<Written> for NewTemplate {
    fn from(written: Written) -> Self {
        Self {
            name: written.name,
            channel: "email".into(),
            category: Some(written.category),
            description: Some(written.description),
            subject: written.subject,
            preheader: Some(written.preheader),
            html: written.html,
            text: Some(written.text),
            ..Default::default()
        }
    }
}

#[server(prefix = "/_fn", endpoint = "save-template")]
pub async fn save_template(#[server(flatten)] written: Written) -> Answer<i32> {
    let (template, person) = (written.template.clone(), written.person.clone());
    let new = NewTemplate::from(written);
    let mut tx = crate::request::begin().await?;
    let (saved, done) = match template.as_str() {
        "" => (engine::templates::create(&mut tx, &new).await?, "made"),
        known => (engine::templates::update(&mut tx, crate::address::id(known)?, &new).await?, "saved"),
    };
    tx.commit().await?;
    let page = format!("/templates/{}", saved.template.id);
    crate::request::go(&crate::address::href(&page, &[("done", done), ("as", &person)]));
    Ok(saved.template.version)
}

#[server(prefix = "/_fn", endpoint = "draft-template")]
pub async fn draft_template(#[server(flatten)] written: Written) -> Answer<()> {
    crate::request::actor()?;
    let page = if written.template.is_empty() { "new".to_owned() } else { written.template.clone() };
    let kept = engine::accounts::flash::keep(&crate::request::engine()?, &serde_json::json!(written)).await?;
    crate::request::go(&format!("/templates/{page}?draft={kept}"));
    Ok(())
}

/// What was typed and is kept, so that it is shown without the script.
#[cfg(feature = "ssr")]
async fn typed(draft: &str) -> Answer<Option<Written>> {
    let Ok(draft) = draft.parse() else { return Ok(None) };
    let kept = engine::accounts::flash::find(&crate::request::engine()?, draft).await?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

#[cfg(feature = "ssr")]
async fn saved(tx: &mut engine::db::Tx, template: &str) -> Answer<Draft> {
    let found = engine::templates::get(tx, crate::address::id(template)?).await?;
    let mut new = domain::template::TemplateChange::default().onto(&found);
    new.category = Some(found.template.category.word().into());
    new.description = Some(found.template.description);
    let (version, used, active) = (found.template.version, found.template.used, found.template.active);
    let (template, person) = (template.to_owned(), String::new());
    let format = found.template.format;
    Ok(Draft { template, version, used, active, new, format, person, shown: Err(crate::error::AppError::NotFound) })
}

/// A template that nobody has saved yet.
#[cfg(feature = "ssr")]
fn begun(start: &str) -> Answer<Draft> {
    let new = match start {
        "" | "html" => own(HTML),
        "mjml" => own(MJML),
        key => {
            let starter = engine::templates::starter(key).or(Err(crate::error::AppError::NotFound))?;
            let (category, description) = (Some(starter.category.word().into()), Some(starter.description));
            let (name, preheader) = (starter.name, Some(starter.preheader));
            NewTemplate { name, category, description, subject: starter.subject, preheader, ..own(&starter.html) }
        }
    };
    let format = BodyFormat::of(&new.html);
    let (template, person) = Default::default();
    Ok(Draft {
        template,
        version: 0,
        used: 0,
        active: true,
        new,
        format,
        person,
        shown: Err(crate::error::AppError::NotFound),
    })
}

#[cfg(feature = "ssr")]
fn own(html: &str) -> NewTemplate {
    let (subject, html) = ("News from {{company_name}}".into(), html.into());
    NewTemplate { channel: "email".into(), subject, html, ..Default::default() }
}

/// The page of a template; to look at for those who may not change it.
#[component]
pub fn EditTemplate() -> impl IntoView {
    let (template, start, draft, person) = (param("id"), query("start"), query("draft"), query("as"));
    let save = ServerAction::<SaveTemplate>::new();
    // Whom it is shown as at first; afterwards the form knows better than the address.
    let get = move |(template, start, draft)| get_template(template, start, draft, person.get_untracked());
    let found = Resource::new(move || (template.get(), start.get(), draft.get()), get);
    load(found, move |draft| page(draft, save))
}

fn page(draft: Draft, save: ServerAction<SaveTemplate>) -> AnyView {
    let title = if draft.template.is_empty() { "New template".to_owned() } else { draft.new.name.clone() };
    let first = draft.version;
    let version = move || save.value().get().and_then(Result::ok).unwrap_or(first);
    let badge = move || {
        move || (version() > 0).then(|| view! { <Badge glyph=Glyph::Note text=format!("Version {}", version())/> })
    };
    let (id, active) = (draft.template.clone(), draft.active);
    let actions = move || details::actions(&id, active);
    let about = (!draft.template.is_empty()).then(|| details::about(&draft));
    let archived = (!active).then(|| {
        view! {
            <Notice tone=Tone::Info title="This template is archived">
                "Campaigns cannot choose it. Those that did keep what they pinned."
            </Notice>
        }
    });
    view! {
        <Title text=title.clone()/>
        <PageHead title crumbs=vec![Crumb::link("Templates", "/templates")] badge actions>
            "Each save of a changed text makes a version. Campaigns that are being sent keep the one they began with."
        </PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=refusals() title="This was not done"/>
            {archived}
            {body(draft, save)}
            {about}
        </div>
    }
    .into_any()
}

/// The form; the preview alone for those who may not change it, and for what is changed in the block editor.
fn body(draft: Draft, save: ServerAction<SaveTemplate>) -> AnyView {
    let of_blocks = draft.format == BodyFormat::Blocks;
    if may(Verb::EditTemplates) && !of_blocks {
        return view! { <TemplateForm draft save/> }.into_any();
    }
    let editor = format!("/templates/{}/editor", draft.template);
    let open = (may(Verb::EditTemplates) && of_blocks).then(|| {
        let action = move || view! { <LinkButton href=editor size=Size::Small>"Open the block editor"</LinkButton> };
        view! { <Notice tone=Tone::Info title="This message is made of blocks" action=action/> }
    });
    let shown = Signal::stored(draft.shown);
    view! {
        {open}
        <div class="shown"><Panel title="Preview"><PreviewPanel shown/></Panel></div>
    }
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    match word {
        "made" => Some("The template is made. Campaigns can use it now".into()),
        "saved" => Some("Saved".into()),
        "copied" => Some("This is the copy. Give it a name of its own".into()),
        "archived" => Some("Archived. Campaigns cannot choose it any more".into()),
        "restored" => Some("Restored. Campaigns can choose it again".into()),
        "version" => Some("The old version is the newest again".into()),
        _ => None,
    }
}
