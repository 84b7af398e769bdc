//! All imports, newest first.

use domain::{access::Verb, import::Import, page::Page};
use leptos::prelude::*;
use leptos_meta::Title;

use super::words::{badge, number, path_of, rows};
use crate::{
    address::Done,
    components::{Column, EmptyState, Glyph, LinkButton, Look, PageHead, Panel, Table, format::count},
    error::Answer,
    load::load,
    paging::{Place, Rows},
    session::may,
    when::{Moment, note},
};

#[server(prefix = "/_fn", endpoint = "imports")]
pub async fn get_imports(cursor: String) -> Answer<Page<Import>> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let query = PageQuery { cursor: Some(cursor), ..Default::default() };
    Ok(engine::imports::list(&mut tx, &query).await?)
}

/// The page.
#[component]
pub fn Imports() -> impl IntoView {
    let place = Place::here();
    let imports = Resource::new(move || place.get().cursor, get_imports);
    view! {
        <Title text="Imports"/>
        <PageHead title="Imports" actions=add>"Files of people, and what became of their rows."</PageHead>
        <div class="stack stack--m">
            <Done words=done/>
            {load(imports, move |imports| all(imports, &place.get_untracked()))}
        </div>
    }
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "discarded").then(|| "The file is thrown away. Nothing of it was imported".into())
}

fn add() -> Option<AnyView> {
    let button = || view! { <LinkButton href="/imports/new" look=Look::Primary glyph=Glyph::Upload>"Import a file"</LinkButton> };
    may(Verb::EditContacts).then(|| button().into_any())
}

fn all(imports: Page<Import>, place: &Place) -> AnyView {
    if imports.data.is_empty() && place.cursor.is_empty() {
        return view! {
            <Panel>
                <EmptyState
                    title="No imports yet"
                    text="Bring your people in from a CSV or an Excel file. Before anything changes you see what would."
                    glyph=Glyph::Upload
                    action=add
                />
            </Panel>
        }
        .into_any();
    }
    let foot = place.pager("/imports", &[], &Rows::from(&imports), None, &note());
    let columns = vec![
        Column::new("File"),
        Column::new("Stands"),
        Column::number("New"),
        Column::number("Updated"),
        Column::number("Rejected"),
        Column::new("Sent"),
    ];
    let rows = imports.data.into_iter().map(row).collect_view();
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption="Imports, newest first" columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn row(import: Import) -> AnyView {
    let counts = import.counts;
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=path_of(import.id)>{import.file}</a>
                <small>{rows(import.rows_total)}</small>
            </td>
            <td data-label="Stands">{badge(import.status)}</td>
            <td class="r" data-label="New">{count(number(counts.created))}</td>
            <td class="r" data-label="Updated">{count(number(counts.updated))}</td>
            <td class="r" data-label="Rejected">{count(number(counts.rejected))}</td>
            <td data-label="Sent"><span class="one-line"><Moment at=import.created_at/></span><small>{import.created_by}</small></td>
        </tr>
    }
    .into_any()
}
