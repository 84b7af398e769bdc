//! What can stand between the braces: the variables and helpers, as a list to look into while writing.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{error::Answer, load::load};

/// What there is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// Name, what stands there, and its fallback.
    variables: Vec<(String, String, String)>,
    helpers: Vec<String>,
    /// Name, and what people call it.
    custom: Vec<(String, String)>,
}

#[server(prefix = "/_fn", endpoint = "template-reference")]
pub async fn get_reference() -> Answer<Reference> {
    let mut tx = crate::request::begin().await?;
    let custom = engine::templates::custom_fields(&mut tx).await?;
    let variables = engine::templates::VARIABLES.iter().map(|variable| {
        (variable.name.to_owned(), variable.about.to_owned(), variable.fallback.unwrap_or_default().to_owned())
    });
    let helpers = engine::templates::forms().into_iter().map(str::to_owned).collect();
    Ok(Reference { variables: variables.collect(), helpers, custom })
}

/// The list.
pub(super) fn reference() -> AnyView {
    let all = Resource::new(|| (), |()| get_reference());
    load(all, list)
}

fn list(all: Reference) -> AnyView {
    let Reference { variables, helpers, custom } = all;
    let variables = variables.into_iter().map(|(name, about, fallback)| {
        let fallback = (!fallback.is_empty()).then(|| format!(", else “{fallback}”"));
        view! { <li><code>{format!("{{{{{name}}}}}")}</code> " " <span class="muted">{about} {fallback}</span></li> }
    });
    let custom = custom.into_iter().map(|(name, label)| {
        view! { <li><code>{format!("{{{{custom.{name}}}}}")}</code> " " <span class="muted">{label}</span></li> }
    });
    let (variables, custom) = (variables.collect_view(), custom.collect_view());
    let helpers = helpers.into_iter().map(|form| view! { <li><code>{form}</code></li> }).collect_view();
    view! {
        <div class="stack stack--s small">
            <p>
                "Single braces work too, with a fallback of your own: " <code>"{first_name}"</code> ", "
                <code>"{last_name|friend}"</code> ". Whoever lacks a variable that has no fallback is skipped."
            </p>
            <ul class="reference__list">{variables} {custom}</ul>
            <h3>"Helpers"</h3>
            <ul class="reference__list">{helpers}</ul>
        </div>
    }
    .into_any()
}
