//! The preview beside a template: what one person gets, drawn by the server, on a desktop, on a phone, on a dark
//! screen, and as plain text.

#[cfg(feature = "ssr")]
use domain::template::NewTemplate;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    components::{MailPreview, Notice, Tone},
    error::{Answer, AppError},
};

/// What one person gets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// Who it is.
    pub person: String,
    /// Subject.
    pub subject: String,
    /// Where a frame finds the HTML.
    pub src: String,
    /// Plain text.
    pub text: String,
    /// Name and address that it would come from.
    pub from: (String, String),
    /// What mail programs show beside the subject.
    pub preheader: String,
    /// Variables that the text names.
    pub variables: Vec<String>,
    /// What could go better.
    pub warnings: Vec<String>,
}

#[server(prefix = "/_fn", endpoint = "preview-template")]
pub async fn preview_template(
    #[server(default)] subject: String,
    #[server(default)] preheader: String,
    #[server(default)] html: String,
    #[server(default)] text: String,
    #[server(default)] person: String,
) -> Answer<Shown> {
    let mut tx = crate::request::begin().await?;
    let new = NewTemplate { subject, preheader: Some(preheader), html, text: Some(text), ..Default::default() };
    shown(&mut tx, &new, &person).await
}

/// Renders a text for a person; for somebody made up when none is named.
#[cfg(feature = "ssr")]
pub(super) async fn shown(tx: &mut engine::db::Tx, new: &NewTemplate, person: &str) -> Answer<Shown> {
    let contact = find_person(tx, person).await?;
    let engine = crate::request::engine()?;
    let mail = engine::templates::preview_text(&engine, tx, new, contact.as_ref().map(|contact| contact.id)).await?;
    let workspace = crate::request::request()?.signed_in.map(|who| who.workspace.name).unwrap_or_default();
    let sender = engine::providers::senders(tx).await?.into_iter().next();
    let person = contact.map_or_else(|| "Nora Whitfield, an example".to_owned(), |contact| contact.label());
    let content = domain::template::EmailContent {
        subject: format!("{} {}", new.subject, new.preheader.as_deref().unwrap_or_default()),
        html: new.html.clone(),
        text: new.text.clone().unwrap_or_default(),
    };
    Ok(Shown {
        person,
        src: crate::preview::keep(&mail.html).await?,
        subject: mail.subject,
        text: mail.text,
        from: from(sender, workspace),
        preheader: new.preheader.clone().unwrap_or_default(),
        variables: engine::templates::render::variables(&content),
        warnings: mail.warnings,
    })
}

/// Name and address of the first sender there is.
#[cfg(feature = "ssr")]
fn from(sender: Option<domain::provider::Sender>, workspace: String) -> (String, String) {
    match sender {
        Some(sender) if sender.name.is_empty() => (workspace, sender.email),
        Some(sender) => (sender.name, sender.email),
        None => (workspace, "no sender yet".into()),
    }
}

/// The contact whose address this is, else the first whose address or name begins so.
#[cfg(feature = "ssr")]
pub(super) async fn find_person(tx: &mut engine::db::Tx, typed: &str) -> Answer<Option<domain::contact::Contact>> {
    let search = typed.trim().to_owned();
    if search.is_empty() {
        return Ok(None);
    }
    let query = domain::page::PageQuery { search: Some(search.clone()), ..Default::default() };
    let mut found = engine::audience::list(tx, &query).await?.data;
    let exact =
        found.iter().position(|contact| contact.email.as_ref().is_some_and(|e| e.eq_ignore_ascii_case(&search)));
    if found.is_empty() {
        let unknown = "No contact has an address or a name that begins so.";
        return Err(AppError::Invalid(domain::error::FieldErrors::one("person", "unknown", unknown)));
    }
    Ok(Some(found.swap_remove(exact.unwrap_or_default())))
}

/// The preview. While a text cannot be shown, the last that could stays, and why stands above it.
#[component]
pub(super) fn PreviewPanel(
    /// What is shown, or why nothing is.
    shown: Signal<Answer<Shown>>,
) -> impl IntoView {
    let last = Memo::new(move |last: Option<&Option<Shown>>| match shown.get() {
        Ok(shown) => Some(shown),
        Err(_) => last.cloned().flatten(),
    });
    let trouble = move || shown.get().err().map(|error| why(&error));
    view! {
        <div class="seg" role="radiogroup" aria-label="Shown as">
            {way("desktop", "Desktop", true)} {way("phone", "Phone", false)} {way("dark", "Dark", false)}
            {way("text", "Plain text", false)}
        </div>
        <div class="stack stack--s" aria-live="polite">
            {trouble}
            {move || last.get().map(|shown| whose(shown.person))}
        </div>
        {move || last.get().map(mail)}
    }
    .into_any()
}

fn way(value: &'static str, words: &'static str, checked: bool) -> AnyView {
    view! {
        <label>
            <input class="sr" type="radio" name="view" value=value checked=checked/>
            {words}
        </label>
    }
    .into_any()
}

fn whose(person: String) -> AnyView {
    let line = " gets it, with the footer that every marketing e-mail has.";
    view! { <p class="small muted">"As " <b>{person}</b> {line}</p> }.into_any()
}

fn mail(shown: Shown) -> AnyView {
    let Shown { subject, src, text, from: (from_name, from_address), preheader, variables, warnings, .. } = shown;
    let variables = variables.into_iter().map(|name| view! { <li><code>{format!("{{{{{name}}}}}")}</code></li> });
    let variables = variables.collect::<Vec<_>>();
    let none = variables.is_empty().then_some("None: everybody reads the same.");
    let warnings = warnings.into_iter().map(|title| view! { <Notice tone=Tone::Warning title/> }).collect_view();
    let beside = (!preheader.is_empty()).then(|| {
        view! { <p class="small muted">"Beside the subject in the inbox: " <b>{preheader}</b></p> }
    });
    let (light, dark) = (format!("{src}?scheme=light"), format!("{src}?scheme=dark"));
    view! {
        {warnings}
        {beside}
        <div class="shown__light">
            <MailPreview from_name=from_name.clone() from_address=from_address.clone() subject=subject.clone() src=light/>
        </div>
        <div class="shown__dark">
            <MailPreview from_name from_address subject=subject.clone() src=dark/>
        </div>
        <div class="shown__text stack stack--s">
            <p class="b">{subject}</p>
            <pre>{text}</pre>
        </div>
        <div>
            <h3>"Variables in it"</h3>
            <ul class="row small">{variables}</ul>
            <p class="small muted">{none}</p>
        </div>
    }
    .into_any()
}

fn why(error: &AppError) -> AnyView {
    let skipped = error.fields().and_then(|errors| errors.0.iter().find(|error| error.code == "missing_value"));
    let (skipped, text) = (skipped.map(|skipped| skipped.message.clone()), error.to_string());
    match (skipped, error.fields()) {
        // It is nobody's fault: everybody would be skipped.
        (Some(skipped), _) if skipped.contains("brand.logo_url") => view! {
            <Notice tone=Tone::Warning title="There is no logo">{skipped}</Notice>
        }
        .into_any(),
        (Some(skipped), _) => view! {
            <Notice tone=Tone::Warning title="This person would be skipped">
                {skipped} " Name somebody above who has it, or put the place between {{#if …}} and {{/if}}."
            </Notice>
        }
        .into_any(),
        (None, Some(errors)) if errors.0.iter().any(|error| error.field == "person") => {
            let unknown = errors.message("person").unwrap_or_default();
            view! { <Notice tone=Tone::Warning title=unknown/> }.into_any()
        }
        (None, Some(_)) => view! {
            <Notice tone=Tone::Warning title="Not shown as typed">"The marked fields say why."</Notice>
        }
        .into_any(),
        (None, None) => view! { <Notice tone=Tone::Danger title="No preview">{text}</Notice> }.into_any(),
    }
}
