//! Home: what needs somebody, what is going out now, how the last ones went, and what a new workspace still lacks.

mod attention;
pub mod sending;

use chrono::{DateTime, Timelike, Utc};
use domain::{access::Verb, campaign::Campaign, doubt::InDoubt};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::campaigns::{
    readiness::{Readiness, checklist},
    words::{self, people},
};
use crate::{
    components::{
        Column, EmptyState, Glyph, LinkButton, Look, Meter, PageHead, Panel, Section, Table,
        format::{count, percent},
    },
    error::Answer,
    load::load,
    session::{may, session, time_zone},
    when,
};
use sending::SendingNow;

/// What is on the page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Overview {
    now: DateTime<Utc>,
    needed: Option<Readiness>,
    sending: Vec<Campaign>,
    held: Vec<Campaign>,
    last: Vec<Campaign>,
    doubts: Vec<InDoubt>,
}

#[server(prefix = "/_fn", endpoint = "home")]
pub async fn get_home() -> Answer<Overview> {
    let mut tx = crate::request::begin().await?;
    let needed = super::campaigns::readiness::readiness(&mut tx).await?;
    let sending = sending::in_state(&mut tx, "running").await?;
    let mut held = sending::in_state(&mut tx, "paused").await?;
    held.extend(sending::in_state(&mut tx, "failed").await?);
    let mut last = sending::in_state(&mut tx, "completed").await?;
    // Those that were stopped before anybody was found have no result.
    last.extend(sending::in_state(&mut tx, "cancelled").await?.into_iter().filter(|one| one.figures.audience > 0));
    last.sort_by_key(|campaign| std::cmp::Reverse(campaign.finished_at));
    last.truncate(sending::SHOWN as usize);
    let query = domain::page::PageQuery { limit: Some(sending::SHOWN), ..Default::default() };
    let doubts = engine::sending::doubt::campaigns(&mut tx, &query).await?.data;
    Ok(Overview { now: tx.now, needed, sending, held, last, doubts })
}

/// The page.
#[component]
pub fn Home() -> impl IntoView {
    let overview = Resource::new(|| (), |()| get_home());
    view! {
        <Title text="Home"/>
        {load(overview, move |overview_now| page(overview_now, Callback::new(move |()| overview.refetch())))}
    }
}

fn page(overview: Overview, again: Callback<()>) -> AnyView {
    let Overview { now, needed, sending, held, last, doubts } = overview;
    let needed = needed.filter(|needed| !needed.is_complete());
    let first = sending.is_empty() && held.is_empty() && last.is_empty();
    let attention = attention::section(&held, &doubts);
    view! {
        {head(now)}
        <div class="stack">
            {attention}
            {needed.map(getting_started)}
            {(!sending.is_empty()).then(|| view! { <SendingNow first=sending again/> })}
            {(!last.is_empty()).then(|| last_results(last))}
            {(first && needed.is_none()).then(nothing_yet)}
        </div>
    }
    .into_any()
}

fn head(now: DateTime<Utc>) -> AnyView {
    let name = session().user.map(|user| user.name).unwrap_or_default();
    let first_name = name.split_whitespace().next().unwrap_or_default().to_owned();
    let zone = time_zone();
    let hello = greeting(now.with_timezone(&zone).hour());
    let title = if first_name.is_empty() { hello.to_owned() } else { format!("{hello}, {first_name}") };
    let actions = || {
        may(Verb::EditCampaigns).then(|| {
            view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }
        })
    };
    view! { <PageHead title actions>{when::in_full(now, zone)}</PageHead> }.into_any()
}

fn greeting(hour: u32) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

fn getting_started(needed: Readiness) -> AnyView {
    let (done, all) = needed.count();
    let tally = format!("{done} of {all} done");
    view! {
        <Section
            title="Getting started"
            id="start"
            aside=move || view! { <span class="small dim">{tally}</span> }
        >
            <div class="stack stack--s">
                <Meter share=done as f64 / all as f64/>
                {checklist(needed)}
            </div>
        </Section>
    }
    .into_any()
}

fn last_results(last: Vec<Campaign>) -> AnyView {
    let columns = vec![
        Column::new("Campaign"),
        Column::number("Sent"),
        Column::number("Not sent"),
        Column::number("Unsubscribed"),
    ];
    let all = || view! { <a class="small" href="/campaigns">"All campaigns"</a> };
    let caption = format!("The last campaigns that ended. {}", when::note());
    view! {
        <Section title="Last results" id="results" aside=all>
            <Panel flush=true foot=when::note>
                <Table caption columns>{last.into_iter().map(result).collect_view()}</Table>
            </Panel>
        </Section>
    }
    .into_any()
}

fn result(campaign: Campaign) -> AnyView {
    let figures = campaign.figures;
    let (sent, audience) = (people(figures.sent), people(figures.audience));
    let (not_sent, left) = (audience.saturating_sub(sent), people(figures.unsubscribed));
    let (badge, moment) = (words::badge(&campaign), words::moment(&campaign));
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=words::path_of(campaign.id)>{campaign.name}</a>
                <div class="row"><small>{moment}</small>{badge}</div>
            </td>
            <td class="r" data-label="Sent">{count(sent)}<small>{percent(sent, audience)}</small></td>
            <td class="r" data-label="Not sent">{count(not_sent)}</td>
            <td class="r" data-label="Unsubscribed">{count(left)}<small>{percent(left, sent)}</small></td>
        </tr>
    }
    .into_any()
}

fn nothing_yet() -> AnyView {
    let make = || {
        may(Verb::EditCampaigns)
            .then(|| view! { <LinkButton href="/campaigns/new">"Make the first campaign"</LinkButton> })
    };
    let text = "Campaigns that are sending, and how the last ones went, are shown here.";
    view! { <Panel><EmptyState glyph=Glyph::Plane title="Nothing has been sent yet" text action=make/></Panel> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::greeting;

    #[test]
    fn a_greeting_fits_the_hour() {
        assert_eq!(
            [4, 5, 11, 12, 17, 18, 23].map(greeting).map(|words| &words[5..]),
            ["evening", "morning", "morning", "afternoon", "afternoon", "evening", "evening",]
        );
    }
}
