//! The mail as it will look, block by block. A click or the arrow keys select a block; its buttons, the keyboard or
//! dragging move it.

use domain::block::{Body, FOOTER};
use leptos::prelude::*;

use super::{block, dom, drag::Drag, keys, state::Editor};

/// Where in the document: the mail itself, or a column of columns.
pub(super) type Column = Option<(domain::block::BlockId, usize)>;

/// The pane.
pub(super) fn pane(editor: Editor, drag: Drag) -> AnyView {
    let settings = Memo::new(move |_| editor.history.with(|history| history.now().settings.clone()));
    let safe = move |pick: fn(&domain::block::Settings) -> &str| settings.with(|settings| pick(settings).to_owned());
    view! {
        <section class="bk-canvas" aria-label="The mail" on:keydown=move |event| keys::pressed(editor, &event)
            style:background-color=move || safe(|settings| &settings.background)>
            <p class="sr">
                "Arrow keys go from block to block, Alt with arrow keys moves the block, Enter edits it, Delete deletes it, \
                 Control D duplicates it, Control Z undoes."
            </p>
            <div class="bk-mail" style:max-width=move || format!("{}px", settings.with(|settings| settings.width))
                style:background-color=move || safe(|settings| &settings.surface)
                style:font-family=move || safe(|settings| settings.font.stack())
                style:color=move || safe(|settings| &settings.color)>
                {blocks(editor, drag, None)}
                {footer(editor)}
            </div>
        </section>
    }
    .into_any()
}

/// The blocks that stand together.
pub(super) fn blocks(editor: Editor, drag: Drag, column: Column) -> AnyView {
    let ids = Memo::new(move |_| {
        editor.history.with(|history| {
            let blocks = history.now().neighbours(column);
            blocks.map(|blocks| blocks.iter().map(|block| block.id).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let empty = move || {
        ids.with(Vec::is_empty).then(|| {
            let words = if column.is_some() { "Empty column" } else { "No blocks yet: add one." };
            view! { <p class="bk-empty">{words}</p> }
        })
    };
    let address = column.map(|(id, i)| format!("{id}-{i}")).unwrap_or_default();
    view! {
        <div class="bk-list" data-column=address>
            <For each=move || ids.get() key=|id| *id children=move |id| block::view(editor, drag, id)/>
            {empty}
        </div>
    }
    .into_any()
}

/// The footer: selected like a block, but it stays where it is.
fn footer(editor: Editor) -> AnyView {
    let html = Memo::new(move |_| editor.history.with(|history| domain::block::footer_html(history.now())));
    view! {
        <div class="bk bk-foot" id=format!("bk-{FOOTER}") data-block=FOOTER role="group" aria-label="Footer"
            tabindex=move || if stops(editor, FOOTER) { "0" } else { "-1" }
            class:is-selected=move || editor.selected.get() == Some(FOOTER)
            class:is-wrong=move || editor.told().iter().any(|told| told.block == Some(FOOTER))
            on:click=move |event| { event.stop_propagation(); editor.select(Some(FOOTER)) }
            on:focus=move |_| editor.select(Some(FOOTER))>
            {drawn(html)}
        </div>
    }
    .into_any()
}

/// A part of the mail, drawn whenever it changes.
pub(super) fn drawn(html: Memo<String>) -> AnyView {
    let place = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |_| {
        let html = html.get();
        if let Some(place) = place.get() {
            dom::draw(&place, &html);
        }
    });
    view! { <div class="bk-shown" node_ref=place inert=true></div> }.into_any()
}

/// Whether the Tab key stops at a block: at the selected one, else at the first.
pub(super) fn stops(editor: Editor, id: domain::block::BlockId) -> bool {
    match editor.selected.get() {
        Some(selected) => selected == id,
        None => editor.history.with(|history| history.now().blocks.first().map_or(FOOTER, |block| block.id)) == id,
    }
}

/// Whether a block is of columns, and how their widths are shared.
pub(super) fn widths(body: &Body) -> Option<Vec<u8>> {
    match body {
        Body::Columns(columns) => Some(columns.widths.clone()),
        _ => None,
    }
}
