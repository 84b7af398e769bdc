//! A field for a file. Its form is sent by the browser itself, as `multipart/form-data`.

use super::{Frame, id_or_name};
use leptos::prelude::*;

/// A field to choose one file in.
#[component]
pub fn FileField(
    /// The label above.
    #[prop(into)]
    label: String,
    /// The name in the form; also the element's id.
    name: &'static str,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What can be chosen: types and endings, as `accept` has them.
    #[prop(optional)]
    accept: Option<&'static str>,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Must be chosen.
    #[prop(optional)]
    required: bool,
    /// Says "(optional)" after the label.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, name), label, hint, optional, error };
    let control = view! {
        <input
            class="input"
            id=frame.id.clone()
            name=name
            type="file"
            accept=accept
            required=required
            aria-invalid=frame.invalid()
            aria-describedby=frame.described_by()
        />
    };
    frame.around(control.into_any())
}
