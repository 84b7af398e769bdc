//! Choosing one of several from a list.

use super::{Frame, id_or_name};
use crate::components::icon::{Glyph, Icon};
use leptos::prelude::*;

/// One of several things to choose from, for `SelectField` and `RadioCards`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What it means (cards only); for a disabled one, why.
    pub hint: Option<String>,
    /// Cannot be chosen now.
    pub disabled: bool,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, disabled: false }
    }

    /// With what it means.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Shown, but not to be chosen, for this reason.
    #[must_use]
    pub fn disabled(mut self, why: impl Into<String>) -> Self {
        self.hint = Some(why.into());
        self.disabled = true;
        self
    }
}

/// A list to choose one from.
#[component]
pub fn SelectField(
    /// The label above.
    #[prop(into)]
    label: String,
    /// The name in the form; also the element's id.
    #[prop(into)]
    name: String,
    /// Another id, when two forms on a page share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What there is to choose from.
    choices: Vec<Choice>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    /// A first line that stands for no choice: "Choose a sender".
    #[prop(optional, into)]
    none: Option<String>,
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
    /// Cannot be changed now; the hint says why.
    #[prop(optional)]
    disabled: bool,
) -> impl IntoView {
    let frame = Frame { id: id_or_name(id, &name), label, hint, optional, error };
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! {
                <option value=choice.value selected=selected disabled=choice.disabled>
                    {choice.label}
                </option>
            }
        })
        .collect_view();
    let control = view! {
        <span class="pick">
            <select
                class="select"
                id=frame.id.clone()
                name=name
                required=required
                disabled=disabled
                aria-invalid=frame.invalid()
                aria-describedby=frame.described_by()
            >
                {none.map(|none| view! { <option value="">{none}</option> })}
                {options}
            </select>
            <Icon glyph=Glyph::Down small=true/>
        </span>
    };
    frame.around(control.into_any())
}
