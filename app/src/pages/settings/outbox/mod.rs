//! The outbox: what the sandbox took, newest first, with a search.

mod mail;

use domain::{page::Page, sandbox::MailLine};
use leptos::prelude::*;
use leptos_meta::Title;

use super::crumbs;
use crate::{
    address::query,
    components::{Button, Column, EmptyState, Glyph, LinkButton, PageHead, Panel, SearchField, Table},
    error::Answer,
    load::load,
    paging::{Place, Rows},
    when::{Moment, note},
};

pub(super) use mail::MailPage;

const PATH: &str = "/settings/outbox";

#[server(prefix = "/_fn", endpoint = "outbox")]
pub async fn get_outbox(search: String, cursor: String) -> Answer<Page<MailLine>> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let query = PageQuery { cursor: Some(cursor), search: Some(search), ..Default::default() };
    Ok(engine::sandbox::list(&mut tx, &query).await?)
}

/// The page.
#[component]
pub fn Outbox() -> impl IntoView {
    let (search, place) = (query("q"), Place::here());
    let found =
        Resource::new(move || (search.get(), place.get().cursor), |(search, cursor)| get_outbox(search, cursor));
    view! {
        <Title text="Outbox"/>
        <PageHead title="Outbox" crumbs=crumbs()>"What the sandbox took instead of sending it, as its recipients would get it."</PageHead>
        <div class="stack stack--m">
            <form action=PATH method="get">
                <div class="row">
                    <SearchField label="Search recipients" value=search.get_untracked() placeholder="Beginning of an e-mail address"/>
                    <Button>"Search"</Button>
                </div>
            </form>
            {load(found, move |page| all(page, &search.get_untracked(), &place.get_untracked()))}
        </div>
    }
}

fn all(page: Page<MailLine>, search: &str, place: &Place) -> AnyView {
    if page.data.is_empty() {
        return nothing(search);
    }
    let foot = place.pager(PATH, &[("q", search)], &Rows::from(&page), None, &note());
    let columns = vec![Column::new("Subject"), Column::new("To"), Column::new("From"), Column::new("Taken")];
    let rows = page.data.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Outbox, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(line: MailLine) -> AnyView {
    let subject = if line.subject.is_empty() { "No subject".to_owned() } else { line.subject };
    view! {
        <tr>
            <td class="wide"><a class="name" href=format!("{PATH}/{}", line.id)>{subject}</a></td>
            <td data-label="To">{line.to}</td>
            <td data-label="From">{line.from}</td>
            <td data-label="Taken"><span class="one-line"><Moment at=line.at/></span></td>
        </tr>
    }
    .into_any()
}

fn nothing(search: &str) -> AnyView {
    if !search.is_empty() {
        let text = format!("No recipient's address begins with “{search}”.");
        let all = || view! { <LinkButton href=PATH attr:rel="external">"Show the whole outbox"</LinkButton> };
        return view! { <Panel><EmptyState title="Nothing found" text glyph=Glyph::Search action=all/></Panel> }
            .into_any();
    }
    let senders = || view! { <LinkButton href="/settings/senders">"Senders"</LinkButton> };
    view! {
        <Panel>
            <EmptyState title="Nothing in the outbox yet" glyph=Glyph::Inbox action=senders
                text="Campaigns whose sender goes out through the sandbox end here, and reach nobody."/>
        </Panel>
    }
    .into_any()
}
