//! The audit log: who did what, when, and from where; newest first, filtered, and as a file.

mod detail;
mod filters;

use domain::{audit::Entry, page::Page};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::crumbs;
use crate::{
    components::{Choice, Column, EmptyState, Glyph, LinkButton, PageHead, Panel, Table},
    error::Answer,
    load::load,
    paging::{Place, Rows},
    when::{Moment, note},
};
use filters::Filters;

const PATH: &str = "/settings/audit";

/// Entries, and the people and keys that can be asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Log {
    /// A page of it.
    pub page: Page<Entry>,
    /// Ids and names of users and API keys.
    pub actors: Vec<(String, String)>,
}

#[server(prefix = "/_fn", endpoint = "audit")]
pub async fn get_log(filters: Filters, cursor: String) -> Answer<Log> {
    use engine::accounts::{audit, keys, users};
    let mut tx = crate::request::begin().await?;
    let page = audit::list(&mut tx, &filters.query(cursor)).await?;
    let users = users::list(&mut tx).await?.into_iter().map(|user| (user.id.to_string(), user.name));
    let keys = keys::list(&mut tx).await?.into_iter().map(|key| (key.id.to_string(), format!("API key {}", key.name)));
    Ok(Log { page, actors: users.chain(keys).collect() })
}

/// The page.
#[component]
pub fn AuditLog() -> impl IntoView {
    let (filters, place) = (Filters::here(), Place::here());
    let found =
        Resource::new(move || (filters.get(), place.get().cursor), |(filters, cursor)| get_log(filters, cursor));
    let export = move || {
        let href = move || filters.with(|filters| filters.href("/settings/audit/export"));
        view! {
            <a class="btn btn--default" href=href rel="external" download="audit-log.csv">"Export as CSV"</a>
        }
    };
    view! {
        <Title text="Audit log"/>
        <PageHead title="Audit log" crumbs=crumbs() actions=export>
            "Who did what, when, and from where. Entries are only ever added."
        </PageHead>
        <div class="stack stack--m">
            {move || filters.with(Filters::chips)}
            {load(found, move |log| all(log, &filters.get_untracked(), &place.get_untracked()))}
        </div>
    }
}

fn all(log: Log, filters: &Filters, place: &Place) -> AnyView {
    let actors = log.actors.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
    view! {
        {filters.form(actors)}
        {entries(log.page, filters, place)}
    }
    .into_any()
}

fn entries(page: Page<Entry>, filters: &Filters, place: &Place) -> AnyView {
    if page.data.is_empty() {
        let all = || view! { <LinkButton href=PATH attr:rel="external">"Show the whole log"</LinkButton> };
        return view! {
            <Panel>
                <EmptyState title="Nothing found" text="No entry is like this. Ask for less, or for a longer time."
                    glyph=Glyph::Search action=all/>
            </Panel>
        }
        .into_any();
    }
    let kept = filters.kept();
    let kept: Vec<_> = kept.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let foot = place.pager(PATH, &kept, &Rows::from(&page), None, &note());
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
    let detail = detail::readable(&entry.detail);
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
                {detail}
                <small>
                    <a class="tap" href=Filters::of_subject(&entry.subject_id).href(PATH)>"Everything done to it"</a>
                </small>
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
        "sender" => Some(format!("/settings/senders/{id}")),
        "provider" => Some(format!("/settings/providers/{id}")),
        _ => None,
    };
    match page {
        Some(page) => view! { <a class="n tap" href=page>{name}</a> }.into_any(),
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
