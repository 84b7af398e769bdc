//! The keyboard: between blocks, and for what is done to them.

use domain::block::{BlockId, FOOTER, Way};
use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use super::state::Editor;

/// Undo and redo, wherever on the desk the keyboard is; fields that are not of the document undo by themselves.
pub(super) fn listen(editor: Editor) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let own = target(&event).and_then(|target| target.closest("[data-own-undo], #bk-link").ok().flatten());
        if own.is_some() || !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("z", false) => editor.undo(),
            ("z", true) | ("y", false) => editor.redo(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
}

fn target(event: &KeyboardEvent) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into::<Element>().ok())
}

/// A key on the canvas.
pub(super) fn pressed(editor: Editor, event: &KeyboardEvent) {
    // On a button of the block, keys are the button's, but for the arrows.
    let on_block = target(event).is_some_and(|target| target.has_attribute("data-block"));
    let command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    let Some(id) = editor.selected.get_untracked() else {
        if matches!(key.as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            step(editor, None, Way::Down);
        }
        return;
    };
    let is_block = id != FOOTER;
    match (key.as_str(), command, event.alt_key()) {
        ("ArrowUp", false, true) if is_block => editor.shift(id, Way::Up),
        ("ArrowDown", false, true) if is_block => editor.shift(id, Way::Down),
        ("ArrowUp", false, false) => step(editor, Some(id), Way::Up),
        ("ArrowDown", false, false) => step(editor, Some(id), Way::Down),
        ("Delete" | "Backspace", false, false) if is_block && on_block => editor.delete(id),
        ("d" | "D", true, false) if is_block => editor.duplicate(id),
        ("Enter", false, false) if on_block => editor.enter(id),
        ("Escape", false, false) => editor.select(None),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// To the next block, into columns and out of them, and to the footer at the end.
fn step(editor: Editor, from: Option<BlockId>, way: Way) {
    let document = editor.document();
    let mut order: Vec<BlockId> = document.all().iter().map(|block| block.id).collect();
    order.push(FOOTER);
    let at = from.and_then(|from| order.iter().position(|id| *id == from));
    let next = match (at, way) {
        (None, _) => order.first(),
        (Some(at), Way::Up) => at.checked_sub(1).and_then(|at| order.get(at)),
        (Some(at), Way::Down) => order.get(at + 1),
    };
    if let Some(next) = next {
        editor.go_to(*next);
    }
}
