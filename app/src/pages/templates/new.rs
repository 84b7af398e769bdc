//! What a new template begins with: one of the starter library, seen as it will look, or an empty sheet.

use domain::{access::Verb, template::Category};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::edit::EditTemplate;
use crate::{
    address::{href, query},
    components::{Badge, Crumb, Glyph, LinkButton, PageHead, Section},
    error::{Answer, AppError},
    load::{Trouble, load},
    session::may,
};

/// One of the library.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offered {
    key: String,
    name: String,
    description: String,
    category: Category,
}

#[server(prefix = "/_fn", endpoint = "starters")]
pub async fn get_starters() -> Answer<Vec<Offered>> {
    crate::request::begin().await?.allow(Verb::EditTemplates)?;
    let offered = engine::templates::starters().into_iter().map(|starter| Offered {
        key: starter.key,
        name: starter.name,
        description: starter.description,
        category: starter.category,
    });
    Ok(offered.collect())
}

/// The page of a new template: the choice, and then the form.
#[component]
pub fn NewTemplate() -> impl IntoView {
    if !may(Verb::EditTemplates) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    let (start, draft, flash) = (query("start"), query("draft"), query("flash"));
    let begun = move || !start.get().is_empty() || !draft.get().is_empty() || !flash.get().is_empty();
    (move || if begun() { view! { <EditTemplate/> }.into_any() } else { view! { <Choose/> }.into_any() }).into_any()
}

#[component]
fn Choose() -> impl IntoView {
    let starters = Resource::new(|| (), |()| get_starters());
    view! {
        <Title text="New template"/>
        <PageHead title="New template" crumbs=vec![Crumb::link("Templates", "/templates")]>
            "Begin with one that is ready, and change what you like; or write your own."
        </PageHead>
        <div class="stack">
            <Section title="Ready to use" id="ready">{load(starters, library)}</Section>
            <Section title="Your own" id="own">
                <div class="row">
                    <LinkButton href="/templates/new/blocks" glyph=Glyph::Template>"Put together blocks"</LinkButton>
                    <LinkButton href="/templates/new?start=html" glyph=Glyph::Pencil>"Write HTML"</LinkButton>
                    <LinkButton href="/templates/new?start=mjml" glyph=Glyph::Pencil>"Write MJML"</LinkButton>
                </div>
            </Section>
        </div>
    }
    .into_any()
}

fn library(starters: Vec<Offered>) -> AnyView {
    let cards = starters.into_iter().map(card).collect_view();
    view! { <ul class="starters">{cards}</ul> }.into_any()
}

/// The picture is the message itself, drawn small; it is looked at, not used.
fn card(starter: Offered) -> AnyView {
    let Offered { key, name, description, category } = starter;
    let start = href("/templates/new", &[("start", &key)]);
    view! {
        <li class="starter">
            <div class="starter__picture" aria-hidden="true">
                <iframe src=format!("/starters/{key}") sandbox="" tabindex="-1" title=""></iframe>
            </div>
            <div class="starter__words stack stack--s">
                <h3><a href=start>{name}</a></h3>
                <p class="small muted">{description}</p>
                <div><Badge glyph=Glyph::Template text=category.label()/></div>
            </div>
        </li>
    }
    .into_any()
}
