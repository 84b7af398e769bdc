//! What can be done to selected text. Pressing a button leaves the selection as it is.

use domain::block::is_link;
use leptos::{
    ev, html,
    prelude::*,
    reactive::owner::LocalStorage,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::HtmlSelectElement,
};

use super::{dom, state::Editor};
use crate::components::{Glyph, Icon};

/// What a button shows: a letter as in every word processor, or an icon.
enum Face {
    Letter(&'static str, &'static str),
    Glyph(Glyph),
}

/// The toolbar of the text that is edited in `place`.
pub(super) fn view(editor: Editor, place: NodeRef<html::Div>) -> AnyView {
    let asks = RwSignal::new(false);
    let range = StoredValue::new_local(None::<JsValue>);
    let link = move |event: ev::MouseEvent| {
        event.prevent_default();
        range.set_value(dom::selected_range());
        asks.update(|asks| *asks = !*asks);
        dom::focus_soon("bk-link".into());
    };
    view! {
        <div class="bk-format" role="toolbar" aria-label="Text">
            {command(Face::Letter("B", "bk-b"), "Bold", "bold")}
            {command(Face::Letter("I", "bk-i"), "Italic", "italic")}
            {command(Face::Letter("U", "bk-u"), "Underline", "underline")}
            <button type="button" class="bk-tool" aria-label="Link" title="Link" aria-expanded=move || asks.get().to_string()
                on:mousedown=|event| event.prevent_default() on:click=link>
                <Icon glyph=Glyph::Link small=true/>
            </button>
            {command(Face::Glyph(Glyph::List), "List with bullets", "insertUnorderedList")}
            {command(Face::Letter("1.", ""), "List with numbers", "insertOrderedList")}
            {variables(editor, place)}
        </div>
        {move || asks.get().then(|| address(editor, place, range, asks))}
    }
    .into_any()
}

fn command(face: Face, words: &'static str, command: &'static str) -> AnyView {
    let face = match face {
        Face::Letter(letter, class) => view! { <span class=class aria-hidden="true">{letter}</span> }.into_any(),
        Face::Glyph(glyph) => view! { <Icon glyph small=true/> }.into_any(),
    };
    view! {
        <button type="button" class="bk-tool" aria-label=words title=words on:mousedown=|event| event.prevent_default()
            on:click=move |_| dom::format(command, "")>
            {face}
        </button>
    }
    .into_any()
}

/// Puts a variable in where the cursor was.
fn variables(editor: Editor, place: NodeRef<html::Div>) -> AnyView {
    let range = StoredValue::new_local(None::<JsValue>);
    let chosen = move |event: ev::Event| {
        let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) else {
            return;
        };
        let name = select.value();
        select.set_value("");
        back(place, range.try_update_value(Option::take).flatten());
        dom::format("insertText", &format!("{{{{{name}}}}}"));
    };
    let (variables, custom) = editor.offer.with_value(|offer| (offer.variables.clone(), offer.custom.clone()));
    let custom = (!custom.is_empty()).then(|| {
        view! { <optgroup label="Custom fields">{options(custom)}</optgroup> }
    });
    view! {
        <select class="select bk-variables" aria-label="Put in a variable" on:change=chosen
            on:pointerdown=move |_| range.set_value(dom::selected_range()) on:focus=move |_| {
                if range.with_value(Option::is_none) {
                    range.set_value(dom::selected_range());
                }
            }>
            <option value="">"Variable…"</option>
            <optgroup label="Variables">{options(variables)}</optgroup>
            {custom}
        </select>
    }
    .into_any()
}

fn options(variables: Vec<(String, String)>) -> AnyView {
    let option = |(name, words): (String, String)| view! { <option value=name>{words}</option> };
    variables.into_iter().map(option).collect_view().into_any()
}

/// Back to the text, with what was selected there.
fn back(place: NodeRef<html::Div>, range: Option<JsValue>) {
    if let Some(place) = place.get_untracked() {
        let _ = place.focus();
    }
    if let Some(range) = range {
        dom::select_range(&range);
    }
}

/// The address of a link; none takes the link away.
fn address(
    editor: Editor,
    place: NodeRef<html::Div>,
    range: StoredValue<Option<JsValue>, LocalStorage>,
    asks: RwSignal<bool>,
) -> AnyView {
    let field = NodeRef::<html::Input>::new();
    let wrong = RwSignal::new(false);
    let done = move || {
        let typed = field.get_untracked().map(|field| field.value().trim().to_owned()).unwrap_or_default();
        // What people type without thinking of it.
        let typed = if typed.starts_with("www.") { format!("https://{typed}") } else { typed };
        if !typed.is_empty() && !is_link(&typed) {
            wrong.set(true);
            return;
        }
        asks.set(false);
        back(place, range.get_value());
        match typed.is_empty() {
            true => dom::format("unlink", ""),
            false => dom::format("createLink", &typed),
        }
        editor.say(if typed.is_empty() { "Link taken away." } else { "Link put in." });
    };
    let pressed = move |event: ev::KeyboardEvent| {
        event.stop_propagation();
        match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                done();
            }
            "Escape" => {
                asks.set(false);
                back(place, range.get_value());
            }
            _ => {}
        }
    };
    view! {
        <div class="bk-link">
            <label class="sr" for="bk-link">"Where the link leads"</label>
            <input class="input" id="bk-link" type="text" inputmode="url" placeholder="https://…" autocomplete="off" node_ref=field
                on:keydown=pressed aria-invalid=move || wrong.get().then_some("true") aria-describedby="bk-link-error"/>
            <button type="button" class="btn btn--default btn--s" on:click=move |_| done()>"Set link"</button>
            <p class="field__error" id="bk-link-error" role="alert">
                {move || wrong.get().then_some("Begin with https://, mailto: or tel:. Empty takes the link away.")}
            </p>
        </div>
    }
    .into_any()
}
