//! Whom a draft reaches, step by step. Each number opens the people behind it, and so does each reason why somebody is
//! lost.

use domain::campaign::{Estimate, Loss, Stage};
use leptos::prelude::*;

use super::words::people;
use crate::{
    address::href,
    components::{
        Meter,
        format::{count, difference, plural},
    },
};

/// What a step is called.
pub(super) fn title(stage: Stage) -> &'static str {
    match stage {
        Stage::Matched => "Matched",
        Stage::Addressable => "With an address",
        Stage::Consented => "With consent",
        Stage::Unsuppressed => "Not suppressed",
        Stage::Reachable => "Reachable",
    }
}

/// What nobody is lost for at a step.
fn nobody(stage: Stage) -> &'static str {
    match stage {
        Stage::Matched => "On the included lists and not on those left out",
        Stage::Addressable => "Nobody without an e-mail address, or marked do not contact",
        Stage::Consented => "Nobody without consent in force for marketing by e-mail",
        Stage::Unsuppressed => "Nobody whose address is suppressed",
        Stage::Reachable => "Nobody who has had too much lately, or lacks a value that the text needs",
    }
}

/// The steps, of a campaign whose page this is. The last number is the one that will be sent.
pub(super) fn funnel(page: String, reach: &Estimate) -> AnyView {
    let list = format!("{page}/audience");
    let lines = Stage::ALL.iter().map(|stage| line(*stage, reach, &list));
    view! { <ol class="panel funnel">{lines.collect_view()}</ol> }.into_any()
}

fn line(stage: Stage, reach: &Estimate, list: &str) -> AnyView {
    let (label, number) = (title(stage), reach.at(stage));
    // Counts of people are far below 2^52, where f64 would begin to round them.
    let share = if reach.matched > 0 { number as f64 / reach.matched as f64 } else { 0.0 };
    let all = href(list, &[("stage", stage.word())]);
    let said = format!("{label}: {}, show them", plural(people(number), "person", "people"));
    let lost: Vec<_> = reach.losses.iter().filter(|loss| stage.lost().contains(&loss.reason)).cloned().collect();
    let words = match lost.is_empty() {
        true => nobody(stage).into_any(),
        false => losses(lost, list),
    };
    let undecided = (stage == Stage::Reachable && reach.at_most).then_some(
        " At most: the text needs values under conditions, or as numbers or dates, and whoever lacks one is skipped.",
    );
    view! {
        <li>
            <b>{label}</b>
            <Meter share/>
            <a class="funnel__number" href=all aria-label=said>{count(people(number))}</a>
            <small>{words} {undecided}</small>
        </li>
    }
    .into_any()
}

/// "−778: 702 never gave consent, 76 withdrew it".
fn losses(lost: Vec<Loss>, list: &str) -> AnyView {
    let sum: i64 = lost.iter().map(|loss| loss.count).sum();
    let last = lost.len() - 1;
    let links = lost.into_iter().enumerate().map(|(place, loss)| {
        let to = href(list, &[("reason", loss.reason.word()), ("detail", &loss.detail)]);
        let words = format!("{}: {}", loss.text, count(people(loss.count)));
        view! { <a href=to>{words}</a> {(place < last).then_some(", ")} }
    });
    view! { <b class="num">{difference(-sum)}</b> " " {links.collect_view()} }.into_any()
}
