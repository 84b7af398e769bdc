//! Opens and clicks over the first day or the first week: as a chart, and as a table for those who want the numbers or
//! cannot see it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::report::Hour;
use leptos::prelude::*;

use super::{
    chart::{Bar, chart},
    words::people,
};
use crate::{
    components::{Column, Link, Narrow, Panel, Section, Segmented, Table, format::count},
    session::time_zone,
    when,
};

/// How a range is drawn: so many bars of so many hours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Range {
    word: &'static str,
    bars: i64,
    hours: i64,
}

const DAY: Range = Range { word: "", bars: 24, hours: 1 };
const WEEK: Range = Range { word: "7d", bars: 28, hours: 6 };

/// The section; `here` is the page's path, `range` what its address asks for.
pub(super) fn section(hours: &[Hour], from: Option<DateTime<Utc>>, here: &str, range: &str) -> AnyView {
    let range = if range == WEEK.word { WEEK } else { DAY };
    let Some(begin) = from.map(hour_of).or_else(|| hours.first().map(|hour| hour.at)) else { return ().into_any() };
    let spans = spans(hours, begin, range);
    let week = format!("{here}?range={}", WEEK.word);
    let current = if range == WEEK { week.clone() } else { here.to_owned() };
    let links = vec![Link::new("24 h", here.to_owned()), Link::new("7 days", week)];
    let later = hours.iter().filter(|hour| hour.at >= begin + TimeDelta::hours(range.bars * range.hours));
    let later: i64 = later.map(|hour| hour.opened + hour.clicked).sum();
    let bars = spans.iter().map(|span| bar(span, range)).collect();
    let zone = time_zone();
    let note = format!(
        "Times in {}. Mail privacy programs, filters and scanners are told apart by what they say, by speed, and by a link \
         that people cannot see; they are shown and in no rate.",
        zone.name()
    );
    view! {
        <Section
            title="Opens and clicks by hour"
            id="hours"
            aside=move || view! { <Segmented label="Range" links current=current/> }
        >
            <Panel>
                {chart(bars)}
                {(later > 0).then(|| view! { <p class="small muted">{format!("{} more later.", count(people(later)))}</p> })}
                <p class="small dim">{note}</p>
                {table(&spans)}
            </Panel>
        </Section>
    }
    .into_any()
}

/// The hours of each bar, those without anything as well.
fn spans(hours: &[Hour], begin: DateTime<Utc>, range: Range) -> Vec<Hour> {
    let span = |bar: i64| {
        let at = begin + TimeDelta::hours(bar * range.hours);
        let end = at + TimeDelta::hours(range.hours);
        // What came before the campaign said that it had begun belongs to its first hour.
        let within = hours.iter().filter(|hour| hour.at < end && (hour.at >= at || bar == 0));
        within.fold(Hour { at, ..Default::default() }, |sum, hour| Hour {
            at,
            opened: sum.opened + hour.opened,
            clicked: sum.clicked + hour.clicked,
            machine_opened: sum.machine_opened + hour.machine_opened,
            machine_clicked: sum.machine_clicked + hour.machine_clicked,
        })
    };
    (0..range.bars).map(span).collect()
}

fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp() - at.timestamp().rem_euclid(3600), 0).unwrap_or(at)
}

fn bar(span: &Hour, range: Range) -> Bar {
    let zone = time_zone();
    let label = if range == WEEK { when::without_zone(span.at, zone) } else { when::clock(span.at, zone) };
    Bar { label, human: people(span.opened), machine: people(span.machine_opened), line: people(span.clicked) }
}

/// The same in numbers. Hours in which nothing happened are left out.
fn table(spans: &[Hour]) -> AnyView {
    let zone = time_zone();
    let busy = spans.iter().filter(|hour| hour.opened + hour.clicked + hour.machine_opened + hour.machine_clicked > 0);
    let rows: Vec<_> = busy
        .map(|hour| {
            let cells = [hour.opened, hour.clicked, hour.machine_opened, hour.machine_clicked];
            let cells = cells.map(|number| view! { <td class="r">{count(people(number))}</td> });
            view! { <tr><th scope="row">{when::without_zone(hour.at, zone)}</th>{cells.into_iter().collect_view()}</tr> }
        })
        .collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::new("From"),
        Column::number("Opens by people"),
        Column::number("Clicks by people"),
        Column::number("Opens by machines"),
        Column::number("Clicks by machines"),
    ];
    view! {
        <details>
            <summary>"Show the numbers"</summary>
            <Table caption=format!("Opens and clicks by hour. {}", when::note()) columns narrow=Narrow::Scroll>
                {rows.collect_view()}
            </Table>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_has_its_hours_and_the_first_what_came_before() {
        let begin = DateTime::from_timestamp(1_700_002_800, 0).unwrap();
        let hour = |offset: i64, opened| Hour { at: begin + TimeDelta::hours(offset), opened, ..Default::default() };
        let hours = [hour(-1, 1), hour(0, 2), hour(5, 4), hour(6, 8), hour(24, 16), hour(999, 32)];
        let opened = |range| spans(&hours, begin, range).iter().map(|span| span.opened).collect::<Vec<_>>();
        let day = opened(DAY);
        assert_eq!((day.len(), day[0], day[5], day[6], day.iter().sum::<i64>()), (24, 3, 4, 8, 15));
        let week = opened(WEEK);
        assert_eq!((week.len(), week[0], week[1], week[4]), (28, 7, 8, 16));
        assert_eq!(hour_of(begin + TimeDelta::minutes(59)), begin);
    }
}
