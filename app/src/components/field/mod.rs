//! Form fields: label above, hint below, what is wrong in words beside it. Inputs are uncontrolled (they get a value,
//! and are never written to again), so that what was typed before the script arrived, or before an error, stays.

pub mod check;
pub mod choice;
pub mod file;
pub mod password;
pub mod summary;
pub mod text;

pub use check::{CheckCard, CheckField, RadioCards};
pub use choice::{Choice, SelectField};
pub use file::FileField;
pub use password::{NewPasswordField, PasswordField};
pub use summary::{ErrorSummary, FieldError};
pub use text::{SearchField, TextArea, TextField};

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// What every field has around its control.
struct Frame {
    id: String,
    label: String,
    hint: Option<String>,
    optional: bool,
    error: Signal<Option<String>>,
}

impl Frame {
    /// `aria-invalid`, while there is an error.
    fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + 'static {
        let error = self.error;
        move || error.with(Option::is_some).then_some("true")
    }

    /// `aria-describedby`: the hint, and the error while there is one.
    fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + 'static {
        let error = self.error;
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id));
        let wrong = format!("{}-error", self.id);
        move || match (&hint, error.with(Option::is_some)) {
            (None, false) => None,
            (Some(hint), false) => Some(hint.clone()),
            (None, true) => Some(wrong.clone()),
            (Some(hint), true) => Some(format!("{hint} {wrong}")),
        }
    }

    /// The field with its control inside.
    fn around(self, control: AnyView) -> AnyView {
        let Self { id, label, hint, optional, error } = self;
        view! {
            <div class="field">
                <label for=id.clone()>
                    {label}
                    {optional.then(|| view! { <span class="field__optional">" (optional)"</span> })}
                </label>
                {control}
                {below(&id, hint, error)}
            </div>
        }
        .into_any()
    }
}

/// The hint and the error under a control, with the ids that `Frame::described_by` names.
fn below(id: &str, hint: Option<String>, error: Signal<Option<String>>) -> AnyView {
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        {hint.map(|hint| view! { <p class="field__hint" id=hint_id>{hint}</p> })}
        {move || {
            let id = error_id.clone();
            error
                .get()
                .map(|error| {
                    view! {
                        <p class="field__error" id=id>
                            <Icon glyph=Glyph::Warning small=true/>
                            <span>{error}</span>
                        </p>
                    }
                })
        }}
    }
    .into_any()
}

/// The element's id: the name of the field unless two forms on a page share it.
fn id_or_name(id: Option<String>, name: &str) -> String {
    id.unwrap_or_else(|| name.to_owned())
}
