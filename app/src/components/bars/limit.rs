//! A rate against the limit it must stay under, as complaints and hard bounces have one.

use super::Meter;
use crate::components::{format, icon::Icon, tone::Tone};
use leptos::prelude::*;

/// From this part of a limit on, it is near.
const NEAR: f64 = 0.75;

/// The rate, the limit, and how much of it is used; says in an icon whether all is well.
#[component]
pub fn LimitMeter(
    /// What is counted: "Complaints".
    #[prop(into)]
    label: String,
    /// The rate, from 0 to 1.
    #[prop(into)]
    rate: Signal<f64>,
    /// The most that is good, from 0 to 1.
    limit: f64,
) -> impl IntoView {
    let line = move || {
        let rate = rate.get();
        let used = rate / limit;
        let (tone, state) = judge(used);
        view! {
            <span class="row">
                <Icon glyph=tone.glyph() small=true tint=tone.tint() label=state/>
                {label.clone()}
            </span>
            <span class="small muted num">
                <b>{format::fine_share(rate)}</b>
                " limit "
                {format::fine_share(limit)}
            </span>
            <Meter share=used tone/>
        }
    };
    view! { <div class="meter-row">{line}</div> }.into_any()
}

/// The tone of a used part of a limit, and what it means.
fn judge(used: f64) -> (Tone, &'static str) {
    match used {
        used if used >= 1.0 => (Tone::Danger, "Over the limit"),
        used if used >= NEAR => (Tone::Warning, "Near the limit"),
        _ => (Tone::Success, "Well below the limit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_over_it() {
        assert_eq!(judge(0.2).0, Tone::Success);
        assert_eq!(judge(0.82).0, Tone::Warning);
        assert_eq!(judge(1.0).0, Tone::Danger);
    }
}
