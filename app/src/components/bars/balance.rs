//! The proof under a bar: audience = sent + waiting + skipped + failed + in doubt + cancelled, always.

use super::parts::{Parts, hatching};
use crate::components::{
    format::count,
    icon::{Glyph, Icon},
};
use leptos::prelude::*;

/// The line that must add up. When it does not, it says so in the colour of danger instead of hiding it.
#[component]
pub fn BalanceLine(
    /// How many the audience had when it was fixed.
    #[prop(into)]
    audience: Signal<u64>,
    /// Where they are.
    #[prop(into)]
    parts: Signal<Parts>,
) -> impl IntoView {
    let line = move || {
        let (audience, parts) = (audience.get(), parts.get());
        let balances = audience == parts.sum();
        let (glyph, tint) = if balances { (Glyph::Done, "success") } else { (Glyph::Failed, "danger") };
        let terms = [
            (parts.sent, " sent + "),
            (parts.waiting, " waiting + "),
            (parts.skipped, " skipped + "),
            (parts.failed, " failed + "),
            (parts.in_doubt, " in doubt + "),
            (parts.cancelled, " cancelled"),
        ]
        .map(|(people, word)| view! { <b>{count(people)}</b>{word} });
        let off = (!balances).then(|| {
            let sum = count(parts.sum());
            view! {
                <span class="danger">
                    {format!(". This does not add up: the parts are {sum}. Please report it.")}
                </span>
            }
        });
        view! {
            <Icon glyph small=true tint/>
            <span>
                <b>{count(audience)}</b>
                {if balances { " audience = " } else { " audience ≠ " }}
                {terms.collect_view()}
                {off}
            </span>
        }
    };
    view! { <p class="balance">{line}</p> }.into_any()
}

/// The key to the bars of a page: which hatching means what.
#[component]
pub fn PartsKeys() -> impl IntoView {
    let keys = Parts::default()
        .in_order()
        .into_iter()
        .map(|part| view! { <li>{key(part.class, part.hatch)} {part.word}</li> })
        .collect_view();
    view! { <ul class="keys">{keys}</ul> }.into_any()
}

/// The parts as numbers, each leading to its people.
#[component]
pub fn PartsLegend(
    /// Where everyone is.
    #[prop(into)]
    parts: Signal<Parts>,
    /// The page of the people; `?state=sent` and so on is added. Without it the numbers are not links.
    #[prop(optional, into)]
    href: Option<String>,
    /// What else there is to say of a part, under its number: the part's machine word, and the words.
    #[prop(optional, into)]
    notes: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let href = StoredValue::new(href);
    let boxes = move || {
        parts
            .get()
            .in_order()
            .into_iter()
            .filter(|part| part.state != "cancelled" || part.people > 0)
            .map(|part| {
                let note = notes.with(|notes| notes.iter().find(|(state, _)| *state == part.state).cloned());
                let inner = view! {
                    {key(part.class, part.hatch)}
                    <span>{part.word}</span>
                    <b>{count(part.people)}</b>
                    {note.map(|(_, words)| view! { <small>{words}</small> })}
                };
                let href = href.get_value().map(|href| format!("{href}?state={}", part.state));
                match href {
                    Some(href) => view! { <li><a href=href>{inner}</a></li> }.into_any(),
                    None => view! { <li><div>{inner}</div></li> }.into_any(),
                }
            })
            .collect_view()
    };
    view! { <ul class="legend">{boxes}</ul> }.into_any()
}

fn key(class: &'static str, hatch: Option<&'static str>) -> impl IntoView {
    view! {
        <svg class="key" aria-hidden="true">
            <rect class=class></rect>
            {hatch.map(hatching)}
        </svg>
    }
}
