//! How the campaigns that ended last went: people's opens and clicks.

use domain::{home::Outcome, report::UNSUBSCRIBED_MAX};
use leptos::prelude::*;

use crate::{
    components::{
        Column, Panel, Section, Table,
        format::{NONE, count, fine_share, share},
    },
    pages::campaigns::words::{self, people},
    when,
};

/// The section.
pub(super) fn section(results: Vec<Outcome>) -> AnyView {
    let columns = vec![
        Column::new("Campaign"),
        Column::number("Delivered"),
        Column::number("Opened"),
        Column::number("Clicked"),
        Column::number("Unsubscribed"),
    ];
    let all = || view! { <a class="small" href="/campaigns">"All campaigns"</a> };
    let note =
        || format!("Opened and clicked by people, of what was delivered; machines are left out. {}", when::note());
    view! {
        <Section title="Last results" id="results" aside=all>
            <Panel flush=true foot=note>
                <Table caption="The last campaigns that ended" columns>
                    {results.into_iter().map(row).collect_view()}
                </Table>
            </Panel>
        </Section>
    }
    .into_any()
}

fn row(outcome: Outcome) -> AnyView {
    let Outcome { campaign, arrived, rates } = outcome;
    let (badge, moment) = (words::badge(&campaign), words::moment(&campaign));
    let href = format!("{}/report", words::path_of(campaign.id));
    let told = |rate: Option<f64>, words: fn(f64) -> String| rate.map_or(NONE.to_owned(), words);
    let over = rates.unsubscribe.is_some_and(|rate| rate >= UNSUBSCRIBED_MAX);
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=href>{campaign.name}</a>
                <div class="row"><small>{moment}</small>{badge}</div>
            </td>
            <td class="r" data-label="Delivered">
                {count(people(arrived))}
                <small>{told(rates.delivery, share)}</small>
            </td>
            <td class="r" data-label="Opened">{told(rates.open, share)}</td>
            <td class="r" data-label="Clicked">{told(rates.click_of_delivered, share)}</td>
            <td class=if over { "r danger" } else { "r" } data-label="Unsubscribed">
                {told(rates.unsubscribe, fine_share)}
                {over.then(|| view! { <small>"Over the limit"</small> })}
            </td>
        </tr>
    }
    .into_any()
}
