//! The fields of what is selected: of a block, of the footer, else of the mail as a whole. They are read by the same
//! rule as the plain form's.

use domain::block::{BlockId, Document, Edit, FOOTER, Place, Way, apply};
use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, HtmlSelectElement},
};

use super::{
    fields::{Fields, Texts},
    palette,
    state::Editor,
};
use crate::components::{Button, Glyph, Size};

/// The pane; on a phone a sheet.
pub(super) fn pane(editor: Editor, sheet: RwSignal<&'static str>) -> AnyView {
    let fields = move || {
        editor.drawn.track();
        let selected = editor.selected.get();
        // What is wrong may change while one types; the fields must not be drawn anew under one's hands.
        let told = untrack(|| editor.told());
        let document = editor.document();
        match selected {
            None => view! { <h2>"The whole mail"</h2> {Fields::of_settings(&told).settings(&document.settings)} }.into_any(),
            Some(FOOTER) => view! {
                <h2>"Footer"</h2>
                <p class="small muted">
                    "Name and address of your company and the link to unsubscribe stand in every marketing mail, so the footer \
                     cannot be deleted. The address is in the settings of the workspace."
                </p>
                {Fields::footer(&document.footer, &told)}
            }
            .into_any(),
            Some(id) => block(editor, &document, id, &told),
        }
    };
    view! {
        <section class="bk-panel" aria-label="Fields of what is selected">
            <form class="stack stack--m" on:input=move |event| typed(editor, &event) on:submit=|event| event.prevent_default()>
                {fields}
            </form>
            <div class="bk-close">
                <Button kind="button" on:click=move |_| palette::toggle(sheet, "panel")>"Close"</Button>
            </div>
        </section>
    }
    .into_any()
}

fn block(editor: Editor, document: &Document, id: BlockId, told: &[super::words::Told]) -> AnyView {
    let Some(found) = document.find(id) else { return ().into_any() };
    view! {
        <h2>{found.body.kind().label()}</h2>
        {Fields::of_block(id, told).body(&found.body, Texts::InPlace)}
        {columns(editor, document, id)}
        <div class="row">
            <Button kind="button" size=Size::Small on:click=move |_| editor.shift(id, Way::Up)>"Move up"</Button>
            <Button kind="button" size=Size::Small on:click=move |_| editor.shift(id, Way::Down)>"Move down"</Button>
            <Button kind="button" size=Size::Small on:click=move |_| editor.duplicate(id)>"Duplicate"</Button>
            <Button kind="button" size=Size::Small glyph=Glyph::Trash on:click=move |_| editor.delete(id)>"Delete"</Button>
        </div>
    }
    .into_any()
}

/// Takes the block into a column, where there are some.
fn columns(editor: Editor, document: &Document, id: BlockId) -> AnyView {
    let places = document.columns_for(id);
    if places.is_empty() {
        return ().into_any();
    }
    let here = document.place_of(id).ok().and_then(|place| place.column);
    let options = places.into_iter().map(|((columns, i), words)| {
        view! { <option value=format!("{columns}-{i}") selected=here == Some((columns, i))>{words}</option> }
    });
    let chosen = move |event: ev::Event| {
        event.stop_propagation();
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else {
            return;
        };
        let value = select.value();
        let column = value.split_once('-').and_then(|(columns, i)| Some((columns.parse().ok()?, i.parse().ok()?)));
        editor.move_to(id, Place { column, index: usize::MAX });
    };
    view! {
        <div class="field">
            <label for="bk-column">"Stands in"</label>
            <select class="select" id="bk-column" on:input=|event| event.stop_propagation() on:change=chosen>
                <option value="" selected=here.is_none()>"The mail itself"</option>
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}

/// Reads the fields into the document.
fn typed(editor: Editor, event: &ev::Event) {
    let element = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    let form = element.and_then(|element| element.closest("form").ok().flatten());
    let form = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else { return };
    let now = editor.document();
    let next = apply(&now, &|name: &str| data.get(&format!("fields[{name}]")).as_string());
    match editor.selected.get_untracked() {
        None => drop(editor.edit(Edit::Settings(next.settings))),
        Some(FOOTER) => drop(editor.edit(Edit::Footer(next.footer))),
        Some(id) => {
            if let Some(block) = next.find(id) {
                editor.change(id, block.body.clone());
            }
        }
    }
}
