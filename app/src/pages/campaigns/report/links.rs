//! Where people clicked: each link of the text with how many followed it.

use domain::tracking::LinkFigures;
use leptos::prelude::*;

use super::words::people;
use crate::components::{
    EmptyState, Glyph, Meter, Panel, Section,
    format::{count, percent, plural},
};

/// The section.
pub(super) fn section(links: Vec<LinkFigures>) -> AnyView {
    let all: i64 = links.iter().map(|link| link.people).sum();
    let clicks: i64 = links.iter().map(|link| link.clicks).sum();
    let body = if links.is_empty() {
        let text = "The text has no links whose clicks can be followed.";
        view! { <Panel><EmptyState glyph=Glyph::Link title="No links" text/></Panel> }.into_any()
    } else {
        let most = links.iter().map(|link| link.people).max().unwrap_or_default();
        let lines = links.into_iter().map(|link| line(link, all, most)).collect_view();
        view! { <Panel><ol class="stack stack--m">{lines}</ol></Panel> }.into_any()
    };
    let total = plural(people(clicks), "click by people", "clicks by people");
    view! {
        <Section title="Where people clicked" id="links" aside=move || view! { <span class="small dim">{total}</span> }>
            {body}
        </Section>
    }
    .into_any()
}

fn line(link: LinkFigures, all: i64, most: i64) -> AnyView {
    // Counts of people are far below 2^52, where f64 would begin to round them.
    let share = if most > 0 { link.people as f64 / most as f64 } else { 0.0 };
    let shown = without_scheme(&link.url).to_owned();
    let (title, below) = match link.label.is_empty() {
        true => (shown, None),
        false => (link.label, Some(shown)),
    };
    let machines = (link.by_machines > 0).then(|| format!(", {} by machines", count(people(link.by_machines))));
    view! {
        <li class="meter-row">
            <span class="linkmap__name">
                <b>{title}</b>
                {below.map(|below| view! { <small>{below}</small> })}
            </span>
            <span class="linkmap__number num">
                <b>{plural(people(link.people), "person", "people")}</b>
                <small>{percent(people(link.people), people(all))} ", " {plural(people(link.clicks), "click", "clicks")} {machines}</small>
            </span>
            <Meter share/>
        </li>
    }
    .into_any()
}

/// As people say an address.
fn without_scheme(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.strip_suffix('/').unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_people_say_it() {
        assert_eq!(without_scheme("https://maple.example/"), "maple.example");
        assert_eq!(without_scheme("HTTP://maple.example/a?b"), "maple.example/a?b");
    }
}
