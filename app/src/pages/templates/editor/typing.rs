//! A text or a heading edited in place. The browser makes of typing what it likes; after each input what stands there is
//! read into our text, which knows nothing but what a mail may hold. While letters are being composed (Chinese,
//! Japanese, accents) nothing is touched. Undo is the document's: what it brings back is written into the place anew.

use domain::block::{BlockId, Body, Heading, Kind, Rich, Text};
use leptos::{
    ev, html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlDivElement, InputEvent},
};

use super::{dom, state::Editor, toolbar};

/// The place to type in, with its toolbar.
pub(super) fn view(editor: Editor, id: BlockId, kind: Kind) -> AnyView {
    let place = NodeRef::<html::Div>::new();
    let is_rich = kind == Kind::Text;
    write_what_comes_from_elsewhere(editor, id, place, is_rich);
    Effect::new(move |_| {
        if let Some(place) = place.get() {
            request_animation_frame(move || {
                let _ = place.focus();
                dom::cursor_to_end(&place);
                dom::format("defaultParagraphSeparator", "p");
            });
        }
    });
    let read = move || read(editor, id, place, is_rich);
    let typed = move |event: ev::Event| {
        if !event.dyn_ref::<InputEvent>().is_some_and(InputEvent::is_composing) {
            read();
        }
    };
    let class = move || editor.history.with(|history| looks(history.now().find(id).map(|block| &block.body)));
    let label = if is_rich { "Text" } else { "Heading" };
    view! {
        <div class="bk-typing" on:focusout=move |event| left(editor, &event) on:click=|event| event.stop_propagation()>
            {is_rich.then(|| toolbar::view(editor, place))}
            <div class=class node_ref=place contenteditable="true" role="textbox" aria-multiline=is_rich.to_string()
                aria-label=label spellcheck="true" on:input=typed on:compositionend=move |_| read()
                on:paste=move |event| paste(&event, is_rich) on:keydown=move |event| pressed(editor, id, is_rich, &event)
                on:beforeinput=move |event| undone(editor, &event)></div>
        </div>
    }
    .into_any()
}

/// Looks as it will in the mail.
fn looks(body: Option<&Body>) -> String {
    match body {
        Some(Body::Heading(heading)) => {
            format!("bk-edit bk-h{} bk-{}", heading.level.clamp(1, 3), heading.align.word())
        }
        Some(Body::Text(text)) => format!("bk-edit bk-{}", text.align.word()),
        _ => "bk-edit".into(),
    }
}

fn rich_in(place: &HtmlDivElement) -> Rich {
    Rich::from_html(&place.inner_html())
}

fn words_in(place: &HtmlDivElement) -> String {
    place.text_content().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands there is left alone while it reads as the document does, so that the cursor stays.
fn write_what_comes_from_elsewhere(editor: Editor, id: BlockId, place: NodeRef<html::Div>, is_rich: bool) {
    Effect::new(move |_| {
        let Some(place) = place.get() else { return };
        editor.history.with(|history| match history.now().find(id).map(|block| &block.body) {
            Some(Body::Text(text)) if is_rich && (rich_in(&place) != text.text || place.inner_html().is_empty()) => {
                let html = text.text.to_html();
                place.set_inner_html(if html.is_empty() { "<p><br></p>" } else { &html });
                dom::cursor_to_end(&place);
            }
            Some(Body::Heading(heading)) if !is_rich && words_in(&place) != one_line(&heading.text) => {
                place.set_text_content(Some(&heading.text));
                dom::cursor_to_end(&place);
            }
            _ => {}
        });
    });
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn read(editor: Editor, id: BlockId, place: NodeRef<html::Div>, is_rich: bool) {
    let Some(place) = place.get_untracked() else { return };
    match editor.document().find(id).map(|block| block.body.clone()) {
        Some(Body::Text(text)) if is_rich => {
            editor.change(id, Body::Text(Text { text: rich_in(&place), ..text }));
        }
        Some(Body::Heading(heading)) if !is_rich => {
            editor.change(id, Body::Heading(Heading { text: words_in(&place), ..heading }));
        }
        _ => {}
    }
}

/// Of what is pasted only what a mail may hold comes in.
fn paste(event: &ev::ClipboardEvent, is_rich: bool) {
    event.prevent_default();
    let (html, plain) = dom::pasted(event);
    let clean = match (is_rich, html.is_empty()) {
        (false, _) => return dom::format("insertText", &one_line(&plain)),
        (true, true) => return dom::format("insertText", &plain),
        (true, false) => Rich::from_html(&html),
    };
    match clean.0.as_slice() {
        [] => {}
        // Within a line there is no new paragraph.
        [one] if one.kind == Default::default() => {
            let html = clean.to_html();
            dom::format("insertHTML", html.trim_start_matches("<p>").trim_end_matches("</p>"));
        }
        _ => dom::format("insertHTML", &clean.to_html()),
    }
}

/// The browser's own undo, from its menu, is the document's.
fn undone(editor: Editor, event: &InputEvent) {
    match event.input_type().as_str() {
        "historyUndo" => {
            event.prevent_default();
            editor.undo();
        }
        "historyRedo" => {
            event.prevent_default();
            editor.redo();
        }
        _ => {}
    }
}

fn pressed(editor: Editor, id: BlockId, is_rich: bool, event: &ev::KeyboardEvent) {
    // The keys of the canvas mean something else in a text.
    let steps = (event.ctrl_key() || event.meta_key()) && matches!(event.key().to_lowercase().as_str(), "z" | "y");
    if !steps {
        event.stop_propagation();
    }
    let ends = event.key() == "Escape" || (event.key() == "Enter" && !is_rich);
    if ends && !event.is_composing() {
        event.prevent_default();
        editor.leave();
        dom::focus_soon(format!("bk-{id}"));
    }
}

/// Ends the editing when the keyboard goes elsewhere; the toolbar belongs to it.
fn left(editor: Editor, event: &ev::FocusEvent) {
    let Some(to) = event.related_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if to.closest(".bk-typing").ok().flatten().is_none() {
        editor.leave();
    }
}
