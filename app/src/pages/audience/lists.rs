//! Lists: all of them, by name.

use domain::{access::Verb, list::List};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    address::Done,
    components::{Column, EmptyState, Glyph, LinkButton, Look, PageHead, Panel, Table, format::count},
    error::Answer,
    load::load,
    session::may,
    when::{Day, note},
};

#[server(prefix = "/_fn", endpoint = "lists")]
pub async fn get_lists() -> Answer<Vec<List>> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::lists::list(&mut tx).await?)
}

/// All lists.
#[component]
pub fn Lists() -> impl IntoView {
    let lists = Resource::new(|| (), |()| get_lists());
    view! {
        <Title text="Lists"/>
        <PageHead title="Lists" actions=|| new("New list")>"Named sets of people that campaigns are sent to."</PageHead>
        <div class="stack stack--m">
            <Done words=|word, _| (word == "deleted").then(|| "The list is deleted. Its people stay contacts".into())/>
            {load(lists, all)}
        </div>
    }
}

fn new(words: &'static str) -> AnyView {
    may(Verb::EditLists)
        .then(|| view! { <LinkButton href="/lists/new" look=Look::Primary glyph=Glyph::Plus>{words}</LinkButton> })
        .into_any()
}

fn all(lists: Vec<List>) -> AnyView {
    if lists.is_empty() {
        return view! {
            <Panel>
                <EmptyState
                    title="No lists yet"
                    text="A list is a set of people who belong together, as the readers of a newsletter. Campaigns are sent to lists."
                    glyph=Glyph::List
                    action=|| new("Make the first list")
                />
            </Panel>
        }
        .into_any();
    }
    let columns =
        vec![Column::new("List"), Column::number("Active"), Column::number("Ever on it"), Column::new("Made")];
    let rows = lists.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=note>
            <Table caption="Lists, by name" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(list: List) -> AnyView {
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=format!("/lists/{}", list.id)>{list.name}</a>
                <p class="small dim">{list.description}</p>
            </td>
            <td class="r" data-label="Active">{count(list.active.unsigned_abs())}</td>
            <td class="r" data-label="Ever on it">{count(list.total.unsigned_abs())}</td>
            <td data-label="Made"><span class="one-line"><Day at=list.created_at/></span></td>
        </tr>
    }
    .into_any()
}
