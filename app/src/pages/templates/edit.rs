//! A template: written, previewed, saved as a new version.

use domain::{access::Verb, template::EmailContent};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    fields::TemplateForm,
    panel::{PreviewPanel, Shown},
};
use crate::{
    address::{Done, param, query},
    components::{Badge, Crumb, Glyph, PageHead, Panel},
    error::{Answer, AppError},
    load::{Trouble, load},
    session::may,
};

/// What a new template begins with.
#[cfg(feature = "ssr")]
const EXAMPLE: &str = r#"<div style="max-width: 600px; margin: 0 auto; font: 16px/24px sans-serif; color: #222222">
  <h1 style="font-size: 24px">News from {{company_name}}</h1>
  <p>Hi {{first_name}},</p>
  <p>Write here what is new.</p>
</div>
"#;

/// A text in its form: saved, or typed and not saved yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Id of the template; empty for one that was never saved.
    pub template: String,
    /// Newest version; 0 for one that was never saved.
    pub version: i32,
    /// Its name.
    pub name: String,
    /// What it says.
    pub content: EmailContent,
    /// Whom it is previewed as, as typed.
    pub person: String,
    /// The preview, or why there is none.
    pub shown: Answer<Shown>,
}

#[server(prefix = "/_fn", endpoint = "template")]
pub async fn get_template(template: String, draft: String, person: String) -> Answer<Draft> {
    let mut tx = crate::request::begin().await?;
    // A mail made of blocks is changed block by block.
    if let Ok(id) = template.parse()
        && engine::templates::blocks::get(&mut tx, id).await.is_ok()
    {
        crate::request::go(&format!("/templates/{template}/editor"));
    }
    let mut found = if template.is_empty() { example() } else { saved(&mut tx, &template).await? };
    found.person = person;
    if let Some(typed) = typed(&draft).await?.filter(|typed| typed.template == template) {
        (found.name, found.person) = (typed.name, typed.person);
        found.content = EmailContent { subject: typed.subject, html: typed.html, text: typed.text };
    }
    found.shown = super::panel::shown(&mut tx, &found.content, &found.person).await;
    Ok(found)
}

#[server(prefix = "/_fn", endpoint = "save-template")]
pub async fn save_template(
    #[server(default)] template: String,
    name: String,
    subject: String,
    html: String,
    #[server(default)] text: String,
    #[server(default)] person: String,
) -> Answer<i32> {
    let new = domain::template::NewTemplate {
        name,
        channel: "email".into(),
        subject,
        html,
        text: Some(text),
        ..Default::default()
    };
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
pub async fn draft_template(
    #[server(default)] template: String,
    #[server(default)] name: String,
    #[server(default)] subject: String,
    #[server(default)] html: String,
    #[server(default)] text: String,
    #[server(default)] person: String,
) -> Answer<()> {
    crate::request::actor()?;
    let page = if template.is_empty() { "new".to_owned() } else { template.clone() };
    let typed = serde_json::json!(Typed { template, name, subject, html, text, person });
    let kept = engine::accounts::flash::keep(&crate::request::engine()?, &typed).await?;
    crate::request::go(&format!("/templates/{page}?draft={kept}"));
    Ok(())
}

/// What was typed and is kept, so that it is shown without the script.
#[cfg(feature = "ssr")]
#[derive(Serialize, Deserialize)]
struct Typed {
    template: String,
    name: String,
    subject: String,
    html: String,
    text: String,
    person: String,
}

#[cfg(feature = "ssr")]
async fn typed(draft: &str) -> Answer<Option<Typed>> {
    let Ok(draft) = draft.parse() else { return Ok(None) };
    let kept = engine::accounts::flash::find(&crate::request::engine()?, draft).await?;
    Ok(kept.and_then(|kept| serde_json::from_value(kept).ok()))
}

#[cfg(feature = "ssr")]
async fn saved(tx: &mut engine::db::Tx, template: &str) -> Answer<Draft> {
    let found = engine::templates::get(tx, crate::address::id(template)?).await?;
    let (id, version) = (found.template.id.to_string(), found.template.version);
    let content = EmailContent { subject: found.template.subject, html: found.html, text: found.text };
    Ok(Draft { template: id, version, name: found.template.name, content, ..example() })
}

#[cfg(feature = "ssr")]
fn example() -> Draft {
    let content =
        EmailContent { subject: "News from {{company_name}}".into(), html: EXAMPLE.into(), text: String::new() };
    let (template, name, person) = Default::default();
    Draft { template, version: 0, name, content, person, shown: Err(AppError::NotFound) }
}

/// The page of a new template.
#[component]
pub fn NewTemplate() -> impl IntoView {
    if !may(Verb::EditTemplates) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! { <EditTemplate/> }.into_any()
}

/// The page of a template; to look at for those who may not change it.
#[component]
pub fn EditTemplate() -> impl IntoView {
    let (template, draft, person) = (param("id"), query("draft"), query("as"));
    let save = ServerAction::<SaveTemplate>::new();
    // Whom it is shown as at first; afterwards the form knows better than the address.
    let get = move |(template, draft)| get_template(template, draft, person.get_untracked());
    let found = Resource::new(move || (template.get(), draft.get()), get);
    load(found, move |draft| {
        let title = if draft.template.is_empty() { "New template".to_owned() } else { draft.name.clone() };
        let first = draft.version;
        let version = move || save.value().get().and_then(Result::ok).unwrap_or(first);
        let badge = move || {
            move || (version() > 0).then(|| view! { <Badge glyph=Glyph::Note text=format!("Version {}", version())/> })
        };
        let body = if may(Verb::EditTemplates) {
            view! { <TemplateForm draft save/> }.into_any()
        } else {
            let shown = Signal::stored(draft.shown);
            view! { <div class="shown"><Panel title="Preview"><PreviewPanel shown/></Panel></div> }.into_any()
        };
        view! {
            <Title text=title.clone()/>
            <PageHead title crumbs=vec![Crumb::link("Templates", "/templates")] badge>
                "Each save makes a version. Campaigns that are being sent keep the one they began with."
            </PageHead>
            <div class="stack stack--m">
                <Done words=done/>
                {body}
            </div>
        }
        .into_any()
    })
}

fn done(word: &str, _: u64) -> Option<String> {
    match word {
        "made" => Some("The template is made. Campaigns can use it now".into()),
        "saved" => Some("Saved as a new version".into()),
        _ => None,
    }
}
