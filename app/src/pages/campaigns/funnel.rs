//! Whom a draft reaches, step by step, with how many each step takes out and why.

use domain::campaign::Estimate;
use leptos::prelude::*;

use super::words::people;
use crate::components::{
    Meter,
    format::{count, difference},
};

/// The four steps. The last number is the one that will be sent.
pub(super) fn funnel(reach: Estimate) -> AnyView {
    let steps = [
        ("Matched", reach.matched, reach.matched, "On the included lists and not on those left out"),
        ("With an address", reach.addressable, reach.matched, "without an e-mail address, or marked do not contact"),
        ("With consent", reach.consented, reach.addressable, "without consent in force for marketing by e-mail"),
        ("Reachable", reach.reachable, reach.consented, "whose address is suppressed"),
    ];
    let lines = steps.map(|(label, number, before, why)| line(label, number, before, why, reach.matched));
    view! { <ol class="panel funnel">{lines.into_iter().collect_view()}</ol> }.into_any()
}

fn line(label: &'static str, number: i64, before: i64, why: &'static str, all: i64) -> AnyView {
    // Counts of people are far below 2^52, where f64 would begin to round them.
    let share = if all > 0 { number as f64 / all as f64 } else { 0.0 };
    let words = match number - before {
        0 if number == all && label == "Matched" => why.to_owned(),
        0 => format!("Nobody {why}"),
        lost => format!("{} {why}", difference(lost)),
    };
    view! {
        <li>
            <b>{label}</b>
            <Meter share/>
            <span class="funnel__number">{count(people(number))}</span>
            <small>{words}</small>
        </li>
    }
    .into_any()
}
