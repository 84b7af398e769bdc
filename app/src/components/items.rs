//! Lists of things to act on, and lists of facts.

use super::{
    icon::{Glyph, Icon},
    tone::Tone,
};
use leptos::{children::ViewFnOnce, prelude::*};

/// A list of `Item`s in a panel.
#[component]
pub fn Items(
    /// What the list is, when no heading says so.
    #[prop(optional, into)]
    label: Option<String>,
    /// Less room between rows, for feeds.
    #[prop(optional)]
    tight: bool,
    /// `Item`s.
    children: Children,
) -> impl IntoView {
    let class = if tight { "panel items items--tight" } else { "panel items" };
    view! { <ul class=class aria-label=label>{children()}</ul> }.into_any()
}

/// A row: what it is, what to know about it, and the remedy or the time at its end.
#[component]
pub fn Item(
    /// A picture of its kind or state.
    glyph: Glyph,
    /// The colour of that picture; the words say the same.
    #[prop(optional)]
    tone: Tone,
    /// What it is.
    #[prop(into)]
    title: String,
    /// Where the title leads.
    #[prop(optional, into)]
    href: Option<String>,
    /// A small button or a time at the end; a time in `<span class="end">`.
    #[prop(optional, into)]
    end: ViewFnOnce,
    /// What to know about it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title = match href {
        Some(href) => view! { <a href=href>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    view! {
        <li>
            <Icon glyph tint=if tone == Tone::Neutral { "dim" } else { tone.tint() }/>
            <div>
                <b>{title}</b>
                {children.map(|children| view! { <p>{children()}</p> })}
            </div>
            {end.run()}
        </li>
    }
    .into_any()
}

/// Facts as pairs of a term and what it is. In a panel.
#[component]
pub fn Dl(
    /// `Fact`s.
    children: Children,
) -> impl IntoView {
    view! { <dl class="dl">{children()}</dl> }.into_any()
}

/// A pair of `Dl`.
#[component]
pub fn Fact(
    /// The term.
    #[prop(into)]
    term: String,
    /// What it is.
    children: Children,
) -> impl IntoView {
    view! {
        <dt>{term}</dt>
        <dd>{children()}</dd>
    }
    .into_any()
}
