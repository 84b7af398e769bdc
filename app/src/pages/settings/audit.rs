//! The audit log: who did what, when, and from where; newest first.

use domain::{audit::Entry, page::Page};
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::{href, query},
    components::{
        Button, Column, EmptyState, FilterChips, Glyph, Link, LinkButton, PageHead, Panel, SearchField, Table,
    },
    error::Answer,
    load::load,
    paging::{Place, Rows},
    when::{Moment, note},
};

const PATH: &str = "/settings/audit";
/// What the chips filter by: the beginning of an action.
const KINDS: &[(&str, &str)] = &[
    ("All", ""),
    ("Campaigns", "campaign."),
    ("Contacts", "contact."),
    ("Consent", "consent."),
    ("Lists", "list."),
    ("Templates", "template."),
    ("Providers", "provider."),
    ("Senders", "sender."),
    ("Users", "user."),
    ("API keys", "api_key."),
];

#[server(prefix = "/_fn", endpoint = "audit")]
pub async fn get_entries(search: String, cursor: String) -> Answer<Page<Entry>> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let query = PageQuery { cursor: Some(cursor), search: Some(search), ..Default::default() };
    Ok(engine::accounts::audit::list(&mut tx, &query).await?)
}

/// The page.
#[component]
pub fn AuditLog() -> impl IntoView {
    let (search, place) = (query("q"), Place::here());
    let found =
        Resource::new(move || (search.get(), place.get().cursor), |(search, cursor)| get_entries(search, cursor));
    let links = KINDS.iter().map(|(label, kind)| Link::new(*label, href(PATH, &[("q", kind)]))).collect();
    let current = Signal::derive(move || search.with(|search| href(PATH, &[("q", search)])));
    view! {
        <Title text="Audit log"/>
        <PageHead title="Audit log" crumbs=crumbs()>"Who did what, when, and from where. Entries are only ever added."</PageHead>
        <div class="stack stack--m">
            <FilterChips label="Kind of action" links current/>
            <form action=PATH method="get">
                <div class="row">
                    <SearchField label="Search actions" value=search.get_untracked() placeholder="Beginning of an action: campaign.started"/>
                    <Button>"Search"</Button>
                </div>
            </form>
            {load(found, move |page| entries(page, &search.get_untracked(), &place.get_untracked()))}
        </div>
    }
}

fn entries(page: Page<Entry>, search: &str, place: &Place) -> AnyView {
    if page.data.is_empty() {
        let text = format!("No action begins with “{search}”.");
        let all = || view! { <LinkButton href=PATH attr:rel="external">"Show the whole log"</LinkButton> };
        return view! { <Panel><EmptyState title="Nothing found" text glyph=Glyph::Search action=all/></Panel> }
            .into_any();
    }
    let foot = place.pager(PATH, &[("q", search)], &Rows::from(&page), None, &note());
    let columns = vec![Column::new("When"), Column::new("Who"), Column::new("Action"), Column::new("On")];
    let entries = page.data;
    let rows = view! { <For each=move || entries.clone() key=|entry| entry.id.clone() children=row/> };
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Audit log, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(entry: Entry) -> AnyView {
    let detail = match entry.detail.as_object() {
        Some(detail) if detail.is_empty() => None,
        _ => serde_json::to_string_pretty(&entry.detail).ok(),
    };
    view! {
        <tr>
            <td data-label="When"><span class="one-line"><Moment at=entry.at/></span></td>
            <td data-label="Who">{entry.actor}<small>{entry.address.map(|address| format!("from {address}"))}</small></td>
            <td class="wide">
                {in_words(&entry.action)}
                <small><code>{entry.action.clone()}</code></small>
            </td>
            <td class="wide">
                {subject(&entry.subject_kind, &entry.subject_id, entry.subject_name)}
                {detail.map(|detail| view! { <details class="small detail"><summary>"Details"</summary><pre>{detail}</pre></details> })}
            </td>
        </tr>
    }
    .into_any()
}

/// `user.roles_changed` → `User: roles changed`.
fn in_words(action: &str) -> String {
    let (noun, verb) = action.split_once('.').unwrap_or((action, ""));
    let noun = noun.replace('_', " ").replace("api", "API");
    let mut letters = noun.chars();
    let noun = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default();
    if verb.is_empty() { noun } else { format!("{noun}: {}", verb.replace('_', " ")) }
}

/// The name of what it was done to, leading to its page where there is one.
fn subject(kind: &str, id: &str, name: String) -> AnyView {
    let page = match kind {
        "campaign" => Some(format!("/campaigns/{id}")),
        "contact" => Some(format!("/contacts/{id}")),
        "list" => Some(format!("/lists/{id}")),
        "template" => Some(format!("/templates/{id}")),
        "user" => Some(format!("/settings/users/{id}")),
        _ => None,
    };
    match page {
        Some(page) => view! { <a class="n" href=page>{name}</a> }.into_any(),
        None => name.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn actions_are_said_in_words() {
        assert_eq!(in_words("user.roles_changed"), "User: roles changed");
        assert_eq!(in_words("api_key.created"), "API key: created");
    }
}
