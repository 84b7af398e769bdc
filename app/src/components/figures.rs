//! Totals: a number, what it counts, and what it is a share of. Each leads to the people behind it.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// A row of figures; stands in a flush panel.
#[component]
pub fn Figures(
    /// `Figure`s.
    children: Children,
) -> impl IntoView {
    view! { <div class="figures">{children()}</div> }.into_any()
}

/// One figure.
#[component]
pub fn Figure(
    /// What is counted.
    #[prop(into)]
    label: String,
    /// The number, written out.
    #[prop(into)]
    value: Signal<String>,
    /// What it is a share of, or what it costs.
    #[prop(optional, into)]
    sub: Signal<Option<String>>,
    /// An icon before the label.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The colour of that icon.
    #[prop(optional)]
    tint: &'static str,
    /// The people behind it.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let inner = view! {
        <p class="figure__label">
            {glyph.map(|glyph| view! { <Icon glyph small=true tint/> })}
            {label}
        </p>
        <p class="figure__value">{value}</p>
        {move || sub.get().map(|sub| view! { <p class="figure__sub">{sub}</p> })}
    };
    match href {
        Some(href) => view! { <a href=href>{inner}</a> }.into_any(),
        None => view! { <div>{inner}</div> }.into_any(),
    }
}
