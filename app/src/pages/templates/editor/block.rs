//! One block of the mail on the desk, with the buttons that it has while it is selected.

use domain::{
    block::{BlockId, Body, Document, Kind, Way, block_html},
    brand::Brand,
};
use leptos::prelude::*;

use super::{
    canvas,
    drag::{Drag, What},
    state::Editor,
    typing,
};
use crate::components::{Glyph, Icon};

/// The block.
pub(super) fn view(editor: Editor, drag: Drag, id: BlockId) -> AnyView {
    let kind = Memo::new(move |_| editor.history.with(|history| history.now().find(id).map(|block| block.body.kind())));
    let label = Memo::new(move |_| editor.history.with(|history| history.now().find(id).map(|block| block.label())));
    let is_selected = Memo::new(move |_| editor.selected.get() == Some(id));
    let is_typing = Memo::new(move |_| editor.typing.get() == Some(id));
    let wrong = Memo::new(move |_| editor.told().iter().any(|told| told.block == Some(id)));
    // Pressing selects before the click is heard.
    let was_selected = StoredValue::new(false);
    let click = move |event: leptos::ev::MouseEvent| {
        event.stop_propagation();
        event.prevent_default();
        // A second click begins to edit the text.
        if was_selected.get_value() && matches!(kind.get_untracked(), Some(Kind::Text | Kind::Heading)) {
            editor.enter(id);
        } else {
            editor.select(Some(id));
        }
    };
    let inside = move || match (kind.get(), is_typing.get()) {
        (Some(Kind::Columns), _) => columns(editor, drag, id),
        (Some(kind @ (Kind::Text | Kind::Heading)), true) => typing::view(editor, id, kind),
        _ => shown(editor, id),
    };
    view! {
        <div class="bk" id=format!("bk-{id}") data-block=id role="group"
            aria-label=move || label.get().map(|label| if wrong.get() { format!("{label}, to be mended") } else { label })
            tabindex=move || if canvas::stops(editor, id) { "0" } else { "-1" }
            class:is-selected=move || is_selected.get() class:is-wrong=move || wrong.get()
            class:is-before=move || drag.over.get() == Some((id, false))
            class:is-after=move || drag.over.get() == Some((id, true))
            on:pointerdown=move |_| was_selected.set_value(is_selected.get_untracked()) on:click=click on:focus=move |_| editor.select(Some(id))>
            {move || (is_selected.get() && !is_typing.get()).then(|| tools(editor, drag, id, label))}
            {inside}
        </div>
    }
    .into_any()
}

fn shown(editor: Editor, id: BlockId) -> AnyView {
    let html = Memo::new(move |_| {
        let brand = editor.offer.with_value(|offer| offer.brand.clone());
        editor.history.with(|history| html(history.now(), id, &brand))
    });
    canvas::drawn(html)
}

fn html(document: &Document, id: BlockId, brand: &Brand) -> String {
    let Some(block) = document.find(id) else { return String::new() };
    let block = block.with_logo(brand);
    let row = block_html(&document.settings, &block);
    let missing = match &block.body {
        Body::Image(_) if row.is_empty() => "Picture: say where it is, in its fields.",
        Body::Heading(heading) if heading.text.trim().is_empty() => "Heading: Enter to write.",
        Body::Text(text) if text.text.0.is_empty() => "Text: Enter to write.",
        Body::Button(button) if button.label.trim().is_empty() => "Button: give it words, in its fields.",
        _ => return format!("<table role=\"presentation\" class=\"bk-table\"><tbody>{row}</tbody></table>"),
    };
    format!("<p class=\"bk-empty\">{missing}</p>")
}

fn columns(editor: Editor, drag: Drag, id: BlockId) -> AnyView {
    let widths = Memo::new(move |_| {
        editor
            .history
            .with(|history| history.now().find(id).and_then(|block| canvas::widths(&block.body)))
            .unwrap_or_default()
    });
    let count = Memo::new(move |_| widths.with(Vec::len));
    let shares = move || widths.with(|widths| widths.iter().map(|width| format!("{width}fr ")).collect::<String>());
    view! {
        <div class="bk-columns" style:grid-template-columns=shares>
            {move || (0..count.get()).map(|i| canvas::blocks(editor, drag, Some((id, i)))).collect_view()}
        </div>
    }
    .into_any()
}

fn tools(editor: Editor, drag: Drag, id: BlockId, label: Memo<Option<String>>) -> AnyView {
    let button = move |glyph: Glyph, words: &'static str, keys: &'static str, act: fn(Editor, BlockId)| {
        let press = move |event: leptos::ev::MouseEvent| {
            event.stop_propagation();
            act(editor, id);
        };
        view! {
            <button type="button" class="bk-tool" title=format!("{words} ({keys})") on:click=press
                aria-label=move || format!("{words}: {}", label.get().unwrap_or_default())>
                <Icon glyph small=true/>
            </button>
        }
    };
    view! {
        <div class="bk-tools" role="group" aria-label="Block">
            // Dragging is for pointers; the buttons beside it do the same for everybody.
            <span class="bk-tool bk-grip" aria-hidden="true" on:mousedown=|event| event.prevent_default()
                on:pointerdown=move |event| drag.take(What::Block(id), &event)>
                <Icon glyph=Glyph::Menu small=true/>
            </span>
            {button(Glyph::Pencil, "Edit", "Enter", |editor, id| editor.enter(id))}
            {button(Glyph::Up, "Move up", "Alt+Up", |editor, id| editor.shift(id, Way::Up))}
            {button(Glyph::Down, "Move down", "Alt+Down", |editor, id| editor.shift(id, Way::Down))}
            {button(Glyph::Copy, "Duplicate", "Ctrl+D", |editor, id| editor.duplicate(id))}
            {button(Glyph::Trash, "Delete", "Delete", |editor, id| editor.delete(id))}
        </div>
    }
    .into_any()
}
