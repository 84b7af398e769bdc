//! Boxes to tick, and cards to tick or to choose one of.

use super::{Choice, below, id_or_name};
use leptos::prelude::*;

/// A box with its words beside it. Unticked, it sends nothing: the field of the server function has `#[serde(default)]`.
#[component]
pub fn CheckField(
    /// The words.
    #[prop(into)]
    label: String,
    /// The name in the form; also the element's id.
    name: &'static str,
    /// Another id, when several boxes share the name.
    #[prop(optional, into)]
    id: Option<String>,
    /// What it sends when ticked.
    #[prop(default = "true".into(), into)]
    value: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Cannot be changed now; the hint says why.
    #[prop(optional)]
    disabled: bool,
    /// What it does.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let id = id_or_name(id, name);
    let described_by = format!("{id}-error");
    view! {
        <div class="field">
            <label class="check">
                <input
                    type="checkbox"
                    id=id.clone()
                    name=name
                    value=value
                    checked=checked
                    disabled=disabled
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || error.with(Option::is_some).then(|| described_by.clone())
                />
                <span>{label} {hint.map(|hint| view! { <small>{hint}</small> })}</span>
            </label>
            {below(&id, None, error)}
        </div>
    }
    .into_any()
}

/// A card to tick, when each choice needs a line of explanation. Put several in `<div class="cards">`.
#[component]
pub fn CheckCard(
    /// The words.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// What it sends when ticked.
    #[prop(default = "true".into(), into)]
    value: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Cannot be chosen now; the hint says why.
    #[prop(optional)]
    disabled: bool,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let choice = Choice { value, label, hint, disabled };
    card("checkbox", name, choice, checked, false)
}

/// Cards of which one is chosen.
#[component]
pub fn RadioCards(
    /// The question.
    #[prop(into)]
    label: String,
    /// The name in the form; also the id of the group.
    name: &'static str,
    /// The cards.
    choices: Vec<Choice>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What to know before choosing.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong, and how to mend it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// One must be chosen.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let described_by = format!("{name}-error");
    let cards = choices
        .into_iter()
        .map(|choice| {
            let checked = choice.value == value;
            card("radio", name, choice, checked, required)
        })
        .collect_view();
    view! {
        <fieldset
            class="field"
            id=name
            tabindex="-1"
            aria-describedby=move || error.with(Option::is_some).then(|| described_by.clone())
        >
            <legend>{label}</legend>
            <div class="cards">{cards}</div>
            {below(name, hint, error)}
        </fieldset>
    }
    .into_any()
}

fn card(kind: &'static str, name: &'static str, choice: Choice, checked: bool, required: bool) -> AnyView {
    let Choice { value, label, hint, disabled } = choice;
    view! {
        <label class="card-check">
            <input type=kind name=name value=value checked=checked disabled=disabled required=required/>
            <b>{label}</b>
            {hint.map(|hint| view! { <small>{hint}</small> })}
        </label>
    }
    .into_any()
}
