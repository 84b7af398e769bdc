//! What is wrong with a whole form, above it: each line leads to its field.

use crate::components::icon::{Glyph, Icon};
use leptos::{html, prelude::*};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the field, which is its name unless it was given another; empty for the form as a whole.
    pub field: String,
    /// What is wrong, and how to mend it.
    pub message: String,
}

impl FieldError {
    /// An error of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The errors of a form. Shows nothing while there are none; takes the focus when they appear.
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields.
    #[prop(into)]
    errors: Signal<Vec<FieldError>>,
    /// The line above them.
    #[prop(default = "This could not be saved".into(), into)]
    title: String,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if errors.with(|errors| !errors.is_empty())
            && let Some(summary) = summary.get()
        {
            // Fails only where nothing can have the focus; then there is nobody to lead.
            drop(summary.focus());
        }
    });
    let lines = move || {
        errors
            .get()
            .into_iter()
            .map(|FieldError { field, message }| {
                if field.is_empty() {
                    view! { <li>{message}</li> }.into_any()
                } else {
                    view! { <li><a href=format!("#{field}") rel="external">{message}</a></li> }.into_any()
                }
            })
            .collect_view()
    };
    let title = StoredValue::new(title);
    view! {
        <Show when=move || errors.with(|errors| !errors.is_empty())>
            <div class="note note--danger error-summary" role="alert" tabindex="-1" node_ref=summary>
                <Icon glyph=Glyph::Failed/>
                <div>
                    <b>{title.get_value()}</b>
                    <ul>{lines}</ul>
                </div>
            </div>
        </Show>
    }
    .into_any()
}
