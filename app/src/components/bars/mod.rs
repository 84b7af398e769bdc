//! Bars, drawn as SVG with widths in percent: a strict Content-Security-Policy blocks `style` attributes.

pub mod balance;
pub mod limit;
pub mod parts;

pub use balance::{BalanceLine, PartsKeys, PartsLegend};
pub use limit::LimitMeter;
pub use parts::{FiveBar, Parts};

use super::tone::Tone;
use leptos::prelude::*;

/// A bar that is partly full. Give `label` unless the same is said in words beside it.
#[component]
pub fn Meter(
    /// How full, from 0 to 1.
    #[prop(into)]
    share: Signal<f64>,
    /// The colour; neutral is the accent.
    #[prop(optional)]
    tone: Tone,
    /// What it says to those who do not see it.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    view! {
        <svg
            class=format!("meter meter--{}", tone.word())
            role=label.is_some().then_some("img")
            aria-hidden=label.is_none().then_some("true")
            aria-label=label
        >
            <rect class="meter__fill" height="100%" rx="3" width=move || percent(share.get().clamp(0.0, 1.0))/>
        </svg>
    }
    .into_any()
}

/// A share as the value of an SVG attribute.
fn percent(share: f64) -> String {
    format!("{:.2}%", share * 100.0)
}
