//! An import: what its columns are, then what would happen, how it goes, and what happened.

use domain::{
    access::Verb,
    import::{Import, ImportDetail, ImportStatus, Reject},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    actions::{DiscardImport, StartImport, post, refusals},
    going::going,
    map::MapForm,
    result::result,
    words::{self, rows},
};
use crate::{
    address::{param, query},
    components::{Button, Crumb, ErrorSummary, Glyph, LinkButton, Look, Notice, PageHead, Tone, format::count},
    error::Answer,
    load::load,
    session::may,
    when::When,
};

/// An import with what its page offers to choose from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sheet {
    /// The import.
    pub detail: ImportDetail,
    /// Ids and names of lists.
    pub lists: Vec<(String, String)>,
    /// Keys and labels of custom fields.
    pub custom: Vec<(String, String)>,
    /// The first rows with something wrong.
    pub rejects: Vec<Reject>,
}

#[server(prefix = "/_fn", endpoint = "import")]
pub async fn get_import(import: String) -> Answer<Sheet> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let id = crate::address::id(&import)?;
    let detail = engine::imports::get(&mut tx, id).await?;
    let lists = engine::lists::list(&mut tx).await?.into_iter().map(|list| (list.id.to_string(), list.name)).collect();
    let custom = engine::imports::custom_fields(&mut tx).await?;
    let query = PageQuery { limit: Some(10), ..Default::default() };
    let rejects = match detail.import.status.is_busy() {
        true => Vec::new(),
        false => engine::imports::rejects(&mut tx, id, &query).await?.data,
    };
    Ok(Sheet { detail, lists, custom, rejects })
}

#[server(prefix = "/_fn", endpoint = "import-progress")]
pub async fn get_import_progress(import: String) -> Answer<Import> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::imports::progress(&mut tx, crate::address::id(&import)?).await?)
}

/// The page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let (import, edit) = (param("id"), query("edit"));
    // Moved on when something ended by itself: then the page is another one.
    let again = RwSignal::new(0_u32);
    let sheet = Resource::new(move || (import.get(), again.get()), |(import, _)| get_import(import));
    load(sheet, move |sheet| {
        let edits = move || edit.with(|edit| !edit.is_empty());
        view! {
            <Title text=sheet.detail.import.file.clone()/>
            {head(&sheet.detail)}
            <div class="stack">
                <ErrorSummary errors=refusals() title="This was not done"/>
                {move || body(sheet.clone(), edits(), again)}
            </div>
        }
        .into_any()
    })
}

fn head(detail: &ImportDetail) -> AnyView {
    let (import, found) = (&detail.import, &detail.found);
    let status = import.status;
    let badge = move || words::badge(status);
    let kind = match &found.sheet {
        Some(sheet) => format!("sheet {sheet}"),
        None => format!("{}, separated by {}", found.charset, found.delimiter_shown()),
    };
    let columns = crate::components::format::plural(found.header.len() as u64, "column", "columns");
    let line = format!("{}, {columns}, {kind}. Sent by {} ", rows(import.rows_total), import.created_by);
    let at = import.created_at;
    view! {
        <PageHead title=import.file.clone() crumbs=vec![Crumb::link("Imports", "/imports")] badge>
            {line} <When at/> "."
        </PageHead>
    }
    .into_any()
}

fn body(sheet: Sheet, edits: bool, again: RwSignal<u32>) -> AnyView {
    let import = sheet.detail.import.clone();
    match import.status {
        ImportStatus::Uploading | ImportStatus::Uploaded => view! { <MapForm sheet again/> }.into_any(),
        ImportStatus::Checked if edits => view! { <MapForm sheet again/> }.into_any(),
        ImportStatus::Checked => view! { {result(&sheet)} {ready(&import)} }.into_any(),
        status if status.is_busy() => going(import, again),
        _ => view! { {said(&import)} {result(&sheet)} {super::result::after(&import)} }.into_any(),
    }
}

/// Checked: the one button names what it does.
fn ready(import: &Import) -> AnyView {
    if !may(Verb::EditContacts) {
        return ().into_any();
    }
    let counts = import.counts;
    let taken = words::number(counts.created + counts.updated + counts.unchanged);
    let people = crate::components::format::plural(taken, "row", "rows");
    let label = match counts.rejected {
        0 => format!("Import {people}"),
        rejected => format!("Import {people}, leave out {}", count(words::number(rejected))),
    };
    let start = view! { <Button look=Look::Primary glyph=Glyph::Upload>{label}</Button> };
    let discard = view! { <Button look=Look::Quiet>"Throw the file away"</Button> };
    view! {
        <div class="stack stack--s">
            <div class="row">
                {(taken > 0).then(|| post::<StartImport>(import.id, start.into_any()))}
                <LinkButton href=format!("{}?edit=columns", words::path_of(import.id))>"Change the columns"</LinkButton>
                {post::<DiscardImport>(import.id, discard.into_any())}
            </div>
            <p class="small muted">"Nothing is changed yet. The import can be undone until one of its people has been messaged."</p>
        </div>
    }
    .into_any()
}

/// How it ended.
fn said(import: &Import) -> AnyView {
    match import.status {
        ImportStatus::Failed => {
            let why = import.fault.clone().unwrap_or_default();
            view! { <Notice tone=Tone::Danger title="The import failed">{why}</Notice> }.into_any()
        }
        ImportStatus::Stopped => {
            let line = format!(
                "{} of {} are done and stay. Go on whenever you like.",
                count(words::number(import.rows_done)),
                rows(import.rows_total)
            );
            view! { <Notice tone=Tone::Warning glyph=Glyph::Pause title="Stopped">{line}</Notice> }.into_any()
        }
        ImportStatus::Undone if import.kept > 0 => {
            let kept = crate::components::format::plural(words::number(import.kept), "person stays", "people stay");
            let line = format!("{kept} as they are, because they were changed since. All others are as before.");
            view! { <Notice glyph=Glyph::Back title="Undone">{line}</Notice> }.into_any()
        }
        ImportStatus::Undone => {
            view! { <Notice glyph=Glyph::Back title="Undone">"Everybody is as before the import."</Notice> }.into_any()
        }
        _ => ().into_any(),
    }
}
