//! What begins by itself next, by day.

use chrono::{DateTime, NaiveDate, Utc};
use domain::campaign::Campaign;
use leptos::prelude::*;

use crate::{
    components::{Panel, Section},
    pages::campaigns::words,
    session::time_zone,
    when,
};

/// The section.
pub(super) fn section(upcoming: Vec<Campaign>, now: DateTime<Utc>) -> AnyView {
    let calendar = || view! { <a class="small" href="/campaigns/calendar">"Calendar"</a> };
    view! {
        <Section title="Upcoming" id="upcoming" aside=calendar>
            <Panel>
                {if upcoming.is_empty() {
                    view! { <p class="small muted">"Nothing is scheduled."</p> }.into_any()
                } else {
                    by_day(upcoming, now)
                }}
            </Panel>
        </Section>
    }
    .into_any()
}

/// They come in order of their moments.
fn by_day(upcoming: Vec<Campaign>, now: DateTime<Utc>) -> AnyView {
    let zone = time_zone();
    let day_of = |campaign: &Campaign| campaign.starts_at.unwrap_or(now).with_timezone(&zone).date_naive();
    let today = now.with_timezone(&zone).date_naive();
    let days = upcoming.chunk_by(|one, next| day_of(one) == day_of(next)).map(|those| {
        let name = those.first().map(|first| name_of(day_of(first), today)).unwrap_or_default();
        view! {
            <div class="stack stack--s">
                <h3 class="small dim">{name}</h3>
                {those.iter().map(one).collect_view()}
            </div>
        }
    });
    days.collect_view().into_any()
}

/// "Today, 21 Nov", "Tomorrow, 22 Nov", "Tuesday, 24 Nov".
fn name_of(day: NaiveDate, today: NaiveDate) -> String {
    let name = match (day - today).num_days() {
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        _ => day.format("%A").to_string(),
    };
    format!("{name}, {}", day.format("%-d %b"))
}

fn one(campaign: &Campaign) -> AnyView {
    // By the clocks that its moment was chosen by.
    let zone = campaign.time_zone.as_deref().and_then(|name| name.parse().ok()).unwrap_or_else(time_zone);
    let moment = campaign.starts_at.map(|at| format!("{} {}", when::clock(at, zone), zone.name()));
    view! {
        <div class="row between">
            <div>
                <b><a href=words::path_of(campaign.id)>{campaign.name.clone()}</a></b>
                <p class="small muted">{moment}</p>
            </div>
            {words::badge(campaign)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_near_have_names() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
        let names = [21, 22, 24].map(|named| name_of(day(named), day(21)));
        assert_eq!(names, ["Today, 21 Nov", "Tomorrow, 22 Nov", "Tuesday, 24 Nov"]);
    }
}
