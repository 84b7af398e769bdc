//! Whether the machinery is well: what waits, the provider accounts, the month's budget.

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    home::{Budget, Health, Lane, SHOWN, Standing},
};
use leptos::prelude::*;

use crate::{
    components::{
        Figure, Figures, Glyph, Panel, Section,
        format::{count, duration, percent, plural, share},
    },
    pages::campaigns::words::people,
    session::{may, time_zone},
    when,
};

/// The section.
pub(super) fn section(health: Health, now: DateTime<Utc>) -> AnyView {
    let checked = format!("Checked at {} {}", when::to_the_second(now, time_zone()), time_zone().name());
    let mut providers = health.providers;
    providers.sort_by_key(|lane| rank(lane.standing()));
    view! {
        <Section title="Health" id="health" aside=move || view! { <span class="small dim">{checked}</span> }>
            <Panel flush=true>
                <Figures>
                    {queue(health.waiting, health.oldest_due, now)}
                    {providers.into_iter().take(SHOWN).map(account).collect_view()}
                    {health.budget.map(budget)}
                </Figures>
            </Panel>
        </Section>
    }
    .into_any()
}

fn queue(waiting: i64, oldest: Option<DateTime<Utc>>, now: DateTime<Utc>) -> AnyView {
    let value = match oldest {
        Some(since) => duration((now - since).num_seconds().try_into().unwrap_or_default()),
        None => "None".to_owned(),
    };
    let sub = match people(waiting) {
        0 => "Nothing waits".to_owned(),
        some => format!("{} to go", plural(some, "message", "messages")),
    };
    view! { <Figure label="Longest wait" value=value sub=Some(sub) glyph=Glyph::Clock/> }.into_any()
}

/// What is wrong comes first.
fn rank(standing: Standing) -> u8 {
    match standing {
        Standing::Stands => 0,
        Standing::Troubled => 1,
        Standing::Good => 2,
        Standing::Idle => 3,
    }
}

fn account(lane: Lane) -> AnyView {
    let (glyph, tint, value) = match lane.standing() {
        Standing::Stands => (Glyph::Failed, "danger", "Stands still"),
        Standing::Troubled => (Glyph::Warning, "warning", "Troubled"),
        Standing::Good => (Glyph::Done, "success", "Good"),
        Standing::Idle => (Glyph::Minus, "dim", "Idle"),
    };
    let sub = match lane.errors() {
        Some(errors) => format!("{} in 7 days, {} errors", count(people(lane.sent)), share(errors)),
        None => "Nothing sent in 7 days".to_owned(),
    };
    let href = may(Verb::EditProviders).then(|| format!("/settings/providers/{}", lane.provider_id));
    match href {
        Some(href) => {
            view! { <Figure label=lane.name value=value.to_owned() sub=Some(sub) glyph tint href/> }.into_any()
        }
        None => view! { <Figure label=lane.name value=value.to_owned() sub=Some(sub) glyph tint/> }.into_any(),
    }
}

fn budget(Budget { spent, most }: Budget) -> AnyView {
    let sub = format!("of {most}, {} used", percent(spent.as_micros(), most.as_micros()));
    view! { <Figure label="Spent this month" value=spent.to_string() sub=Some(sub) glyph=Glyph::Chart href="/settings/limits"/> }
        .into_any()
}
