//! A campaign's report: what became of it, people first. Everything on it is drawn on the server and can be read without
//! a script; what machines did is told apart, and in no rate.

mod chart;
mod figures;
mod hours;
mod links;
mod retry;

use domain::{
    access::Verb,
    campaign::CampaignStatus,
    report::{LaneFigures, PlaceFigures, Report},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{reasons, run::tabs, words};
use crate::{
    address::{Done, param, query},
    components::{
        Column, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, PageHead, Panel, Section, Table,
        format::{count, money, percent, plural},
    },
    error::Answer,
    load::load,
    session::may,
    when::When,
};

pub use retry::retry_failed;

#[server(prefix = "/_fn", endpoint = "campaign-report")]
pub async fn get_report(campaign: String) -> Answer<Report> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::reports::report(&mut tx, crate::address::id(&campaign)?).await?)
}

/// The page.
#[component]
pub fn ReportPage() -> impl IntoView {
    let (campaign, range) = (param("id"), query("range"));
    let report = Resource::new(move || campaign.get(), get_report);
    load(report, move |report| page(report, range))
}

fn page(report: Report, range: Memo<String>) -> AnyView {
    let campaign = report.campaign.clone();
    let (id, path) = (campaign.id, words::path_of(campaign.id));
    let here = format!("{path}/report");
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), path.clone())];
    let (badged, started) = (campaign.clone(), campaign.run_id.is_some());
    let (from, to) = (campaign.started_at, campaign.finished_at);
    let ended = if campaign.status == CampaignStatus::Cancelled { "stopped" } else { "finished" };
    let body = match started && campaign.figures.audience > 0 {
        true => sections(report, here.clone(), range),
        false => nothing(started, &path),
    };
    view! {
        <Title text=format!("Report, {}", campaign.name)/>
        <PageHead
            title=campaign.name
            crumbs
            badge=move || words::badge(&badged)
            actions=move || started.then(|| actions(&path))
        >
            "E-mail."
            {from.map(|at| view! { " Started " <When at/> })}
            {to.map(|at| view! { ", " {ended} " " <When at/> })}
            {from.map(|_| ".")}
        </PageHead>
        <div class="stack">
            {started.then(|| tabs(id, &here))}
            <Done words=retry::done/>
            <ErrorSummary errors=retry::refusals() title="This was not done"/>
            {body}
        </div>
    }
    .into_any()
}

/// What is done with the results, for those who may see the people.
fn actions(path: &str) -> AnyView {
    let (list, results) = (format!("{path}/make-list"), format!("{path}/results"));
    view! {
        {(may(Verb::EditLists) && may(Verb::ViewContacts))
            .then(|| view! { <LinkButton href=list glyph=Glyph::People>"Make a list"</LinkButton> })}
        {may(Verb::ViewContacts)
            .then(|| view! { <LinkButton href=results glyph=Glyph::Download>"Export"</LinkButton> })}
    }
    .into_any()
}

fn sections(report: Report, here: String, range: Memo<String>) -> AnyView {
    let path = words::path_of(report.campaign.id);
    let Report { links, places, devices, lanes, problems, retryable, .. } = report.clone();
    let from = report.campaign.started_at;
    let hours = report.hours.clone();
    view! {
        {figures::totals(&report)}
        {move || hours::section(&hours, from, &here, &range.get())}
        <div class="cols">
            {links::section(links)}
            <div class="stack">
                {figures::limits(&report)}
                {figures::devices(devices)}
            </div>
        </div>
        {retry::offer(report.campaign.id, retryable, report.campaign.status)}
        {reasons::section(problems, &path)}
        {geography(places)}
        {channels(lanes)}
    }
    .into_any()
}

/// Where people are who opened and clicked, by what is known of the contacts.
fn geography(places: Vec<PlaceFigures>) -> AnyView {
    if places.is_empty() {
        return ().into_any();
    }
    let all: i64 = places.iter().map(|place| place.opened).sum();
    let rows = places.into_iter().map(|place| {
        let name = name_of(&place);
        view! {
            <tr>
                <td class="wide"><b>{name}</b></td>
                <td class="r" data-label="Opened">{count(words::people(place.opened))}</td>
                <td class="r" data-label="Share">{percent(words::people(place.opened), words::people(all))}</td>
                <td class="r" data-label="Clicked">{count(words::people(place.clicked))}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let columns =
        vec![Column::new("Place"), Column::number("Opened"), Column::number("Share"), Column::number("Clicked")];
    view! {
        <Section title="Where people are" id="places">
            <Panel flush=true foot=|| "By the state and country of the contacts. People whose place is not known are left out.">
                <Table caption="People who opened and clicked, by place" columns>{rows}</Table>
            </Panel>
        </Section>
    }
    .into_any()
}

fn name_of(place: &PlaceFigures) -> String {
    let country = domain::country::name(&place.country).unwrap_or(&place.country).to_owned();
    match (place.state.is_empty(), country.is_empty()) {
        (true, _) => country,
        (false, true) => place.state.clone(),
        (false, false) => format!("{}, {country}", place.state),
    }
}

/// By channel and account.
fn channels(lanes: Vec<LaneFigures>) -> AnyView {
    let rows = lanes.into_iter().map(|lane| {
        let people = words::people;
        view! {
            <tr>
                <td class="wide"><b>{lane.provider.unwrap_or_else(|| "An account that is gone".into())}</b>
                    <small>"E-mail"</small></td>
                <td class="r" data-label="Sent">{count(people(lane.sent))}</td>
                <td class="r" data-label="Delivered">{count(people(lane.delivered))}</td>
                <td class="r" data-label="By people">{count(people(lane.opened))}</td>
                <td class="r dim" data-label="By machines">{count(people(lane.machine_opened))}</td>
                <td class="r" data-label="Clicked">{count(people(lane.clicked))}</td>
                <td class="r" data-label="Cost">{money(lane.cost.as_micros().try_into().unwrap_or(i64::MAX), "USD")}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let columns = vec![
        Column::new("Account"),
        Column::number("Sent"),
        Column::number("Delivered"),
        Column::number("Opened by people"),
        Column::number("By machines"),
        Column::number("Clicked"),
        Column::number("Cost"),
    ];
    view! {
        <Section title="By channel and account" id="channels">
            <Panel flush=true><Table caption="What went over each account, and what became of it" columns>{rows}</Table></Panel>
        </Section>
    }
    .into_any()
}

fn nothing(started: bool, path: &str) -> AnyView {
    let path = path.to_owned();
    let (title, text) = match started {
        false => ("Not started", "The report begins when the campaign is sent: who opens, who clicks, and where."),
        true => ("Nobody yet", "Who gets it is being worked out, or it was stopped before that."),
    };
    let action = move || view! { <LinkButton href=path>"Open the campaign"</LinkButton> };
    view! { <Panel><EmptyState glyph=Glyph::Chart title text action/></Panel> }.into_any()
}

/// "740 people".
fn people_of(number: i64) -> String {
    plural(words::people(number), "person", "people")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_named_as_far_as_it_is_known() {
        let place = |country: &str, state: &str| {
            name_of(&PlaceFigures { country: country.into(), state: state.into(), ..Default::default() })
        };
        assert_eq!(place("", "NJ"), "NJ");
        assert!(place("US", "NJ").starts_with("NJ, United States"));
        assert!(place("IT", "").starts_with("Italy"));
        assert_eq!(people_of(1), "1 person");
    }
}
