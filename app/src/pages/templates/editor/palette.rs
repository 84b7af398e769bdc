//! What there is to put in. A press puts it behind the selected block; it can be dragged to its place as well.

use domain::block::Kind;
use leptos::prelude::*;

use super::{
    drag::{Drag, What},
    state::Editor,
};
use crate::components::{Glyph, Icon};

/// The pane; on a phone a sheet that the button opens.
pub(super) fn pane(editor: Editor, drag: Drag, sheet: RwSignal<&'static str>) -> AnyView {
    let kinds = Kind::ALL.iter().map(|kind| one(editor, drag, sheet, *kind)).collect_view();
    view! {
        <div class="bk-open">
            <button type="button" class="btn btn--default" aria-expanded=move || (sheet.get() == "palette").to_string()
                on:click=move |_| toggle(sheet, "palette")>"Add a block"</button>
            <button type="button" class="btn btn--default" aria-expanded=move || (sheet.get() == "panel").to_string()
                on:click=move |_| toggle(sheet, "panel")>"Fields"</button>
        </div>
        <section class="bk-palette" aria-label="Blocks to add">
            <h2>"Blocks"</h2>
            <div class="bk-kinds">{kinds}</div>
            <p class="small dim">"A press adds it behind the selected block."</p>
        </section>
    }
    .into_any()
}

/// Opens a sheet, or closes it when it is open.
pub(super) fn toggle(sheet: RwSignal<&'static str>, which: &'static str) {
    sheet.update(|sheet| *sheet = if *sheet == which { "" } else { which });
}

fn one(editor: Editor, drag: Drag, sheet: RwSignal<&'static str>, kind: Kind) -> AnyView {
    let glyph = match kind {
        Kind::Heading => Glyph::Tag,
        Kind::Text => Glyph::Template,
        Kind::Image => Glyph::Eye,
        Kind::Button => Glyph::Pointer,
        Kind::Divider => Glyph::Minus,
        Kind::Spacer => Glyph::Screen,
        Kind::Columns => Glyph::Pause,
    };
    let press = move |_| {
        if !drag.is_moving() {
            editor.insert(kind);
            sheet.set("");
        }
    };
    view! {
        <button type="button" class="bk-kind" on:click=press on:pointerdown=move |event| drag.take(What::New(kind), &event)>
            <Icon glyph/>
            {kind.label()}
        </button>
    }
    .into_any()
}
