//! A question before something that cannot be taken back. The browser's own `<dialog>`: it holds the focus, closes on
//! Escape, and its buttons work by `command` where the script is not there yet.

use super::button::{Look, Size};
use leptos::{children::ViewFnOnce, ev, prelude::*, wasm_bindgen::JsCast, web_sys};

/// The dialog. `foot` holds the form that does it; the button that does nothing is there already.
#[component]
pub fn Dialog(
    /// Its id, which `DialogButton` names.
    id: &'static str,
    /// The question: "Stop “Autumn open house”?"
    #[prop(into)]
    title: String,
    /// The button that does nothing, named by what stays: "Keep sending".
    #[prop(default = "Cancel".into(), into)]
    keep: String,
    /// The form that does it, with its button.
    #[prop(into)]
    foot: ViewFnOnce,
    /// What happens then.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let heading = title_id.clone();
    view! {
        <dialog class="dialog" id=id aria-labelledby=title_id>
            <div class="dialog__body">
                <h2 id=heading>{title}</h2>
                {children()}
            </div>
            <div class="dialog__foot">
                <form method="dialog">
                    <button class="btn btn--default">{keep}</button>
                </form>
                {foot.run()}
            </div>
        </dialog>
    }
    .into_any()
}

/// The button that opens a dialog.
#[component]
pub fn DialogButton(
    /// The id of the dialog.
    dialog: &'static str,
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<super::icon::Glyph>,
    /// The words, with an ellipsis: a question follows.
    children: Children,
) -> impl IntoView {
    let open = move |event: ev::MouseEvent| {
        let found = document().get_element_by_id(dialog);
        let found = found.and_then(|element| element.dyn_into::<web_sys::HtmlDialogElement>().ok());
        if let Some(found) = found.filter(|dialog| !dialog.open()) {
            event.prevent_default();
            // Fails only for a dialog that is not on the page, which was asked just now.
            drop(found.show_modal());
        }
    };
    view! {
        <button
            class=super::button::class(look, size)
            type="button"
            command="show-modal"
            commandfor=dialog
            aria-haspopup="dialog"
            on:click=open
        >
            {super::button::icon(glyph, size)}
            {children()}
        </button>
    }
    .into_any()
}
