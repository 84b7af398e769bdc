//! A question before something that cannot be taken back, where there are many of them: it opens in its own row, with
//! and without the script.

use leptos::{html, prelude::*};

/// The button that asks, and below it, once pressed, what happens and the form that does it.
#[component]
pub fn Ask(
    /// The words of the button, with an ellipsis: "Revoke…".
    #[prop(into)]
    question: String,
    /// What it is about, read aloud after the words: the name of the key.
    #[prop(into)]
    about: String,
    /// What happens, and the form.
    children: Children,
) -> impl IntoView {
    let details = NodeRef::<html::Details>::new();
    // Answered: the row may stand for something else when the page is drawn again.
    let close = move |_| {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    view! {
        <details class="ask" node_ref=details on:submit=close>
            <summary class="btn btn--default btn--s">
                {question}
                <span class="sr">{format!(" {about}")}</span>
            </summary>
            <div class="ask__body">{children()}</div>
        </details>
    }
    .into_any()
}
