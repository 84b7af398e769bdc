//! Tables. On a phone a row becomes a card, whose labels come from `data-label`; a table that must stay one scrolls in
//! its own box.

use leptos::prelude::*;

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: &'static str,
    right: bool,
    hidden: bool,
}

impl Column {
    /// A column of words.
    pub const fn new(label: &'static str) -> Self {
        Self { label, right: false, hidden: false }
    }

    /// A column of numbers, set to the right; its cells have the class `r`.
    pub const fn number(label: &'static str) -> Self {
        Self { label, right: true, hidden: false }
    }

    /// A column whose label is only read aloud, as "Actions".
    pub const fn unseen(label: &'static str) -> Self {
        Self { label, right: false, hidden: true }
    }
}

/// What becomes of a table on a phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Narrow {
    /// Rows become cards. Cells: `data-label="Sent"`, class `wide` over the whole card, `hide-card` not at all.
    #[default]
    Cards,
    /// It stays a table in a box that scrolls, and can be reached by keyboard.
    Scroll,
}

/// A table. Its children are the `<tr>`s.
#[component]
pub fn Table(
    /// What it shows, and in which zone its times are; read aloud.
    #[prop(into)]
    caption: String,
    /// The columns.
    columns: Vec<Column>,
    /// On a phone.
    #[prop(optional)]
    narrow: Narrow,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let head = columns
        .into_iter()
        .map(|Column { label, right, hidden }| {
            let label = if hidden { view! { <span class="sr">{label}</span> }.into_any() } else { label.into_any() };
            view! { <th scope="col" class=right.then_some("r")>{label}</th> }
        })
        .collect_view();
    let scrolls = narrow == Narrow::Scroll;
    let region = scrolls.then(|| caption.clone());
    view! {
        <div
            class="scroll"
            role=scrolls.then_some("region")
            tabindex=scrolls.then_some("0")
            aria-label=region
        >
            <table class=if scrolls { "table" } else { "table table--cards" }>
                <caption class="sr">{caption}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
