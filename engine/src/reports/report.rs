//! A campaign's report, from counters: as quick for a million people as for three.

use std::collections::BTreeMap;

use domain::{
    campaign::Campaign,
    channel::Channel,
    id::{CampaignId, RunId},
    report::{DeviceFigures, LaneFigures, PlaceFigures, Rates, Report},
    tracking::{Device, LinkFigures},
};
use sqlx::PgConnection;

use super::{problems, store::figures as store};
use crate::{Result, campaigns, db::Tx, limits, sending::retry, templates::links::RunLink};

/// Places that are told; a long tail helps nobody.
const PLACES: usize = 100;

/// The report of a campaign's newest run; of a draft, one with nothing in it.
pub async fn report(tx: &mut Tx, id: CampaignId) -> Result<Report> {
    let campaign = campaigns::brief(tx, id).await?;
    let now = tx.now;
    let (price, _) = limits::price(tx.conn(), Channel::Email, now).await?;
    let cost = price.times(campaign.figures.sent.unsigned_abs());
    let account = match campaign.run_id {
        Some(run) => store::provider(tx.conn(), run).await?,
        None => None,
    };
    let mut report = Report {
        rates: Rates::of(&campaign.figures, account.as_ref().map(|(_, kind)| *kind)),
        cost,
        cost_per_recipient: price,
        hours: Vec::new(),
        links: Vec::new(),
        places: Vec::new(),
        devices: Vec::new(),
        lanes: Vec::new(),
        problems: Vec::new(),
        retryable: 0,
        campaign,
    };
    let Some(run) = report.campaign.run_id else { return Ok(report) };
    let conn = tx.conn();
    report.hours = store::hours(conn, run).await?;
    report.problems = problems::of(conn, run).await?;
    report.retryable = retry::retryable(conn, run).await?;
    fill_counted(conn, run, &mut report).await?;
    report.lanes = lanes(account.map(|(name, _)| name), &report);
    Ok(report)
}

/// What counters with a code tell: links, places, devices.
async fn fill_counted(conn: &mut PgConnection, run: RunId, report: &mut Report) -> Result<()> {
    let counters = store::coded(conn, run).await?;
    let links = store::links(conn, run).await?;
    report.links = links_of(&links, &counters);
    report.places = places_of(&counters);
    let devices = Device::ALL.iter().map(|device| (*device, count(&counters, "device", device.word())));
    report.devices =
        devices.filter(|(_, count)| *count > 0).map(|(device, count)| DeviceFigures { device, count }).collect();
    report.devices.sort_by_key(|one| -one.count);
    Ok(())
}

type Coded = BTreeMap<(String, String), i64>;

fn count(counters: &Coded, kind: &str, code: &str) -> i64 {
    counters.get(&(kind.to_owned(), code.to_owned())).copied().unwrap_or_default()
}

fn links_of(links: &[RunLink], counters: &Coded) -> Vec<LinkFigures> {
    let figures = |(i, link): (usize, &RunLink)| {
        let number = u16::try_from(i + 1).ok()?;
        let code = number.to_string();
        Some(LinkFigures {
            number,
            label: link.label.clone(),
            url: link.url.clone(),
            people: count(counters, "link_people", &code),
            clicks: count(counters, "link_clicks", &code),
            by_machines: count(counters, "link_machines", &code),
        })
    };
    let mut all: Vec<_> = links.iter().enumerate().filter_map(figures).collect();
    all.sort_by_key(|link| (-link.people, link.number));
    all
}

fn places_of(counters: &Coded) -> Vec<PlaceFigures> {
    let mut places: BTreeMap<&str, PlaceFigures> = BTreeMap::new();
    for ((kind, code), count) in counters {
        let (country, state) = code.split_once('/').unwrap_or((code, ""));
        let place = || PlaceFigures { country: country.to_owned(), state: state.to_owned(), ..Default::default() };
        match kind.as_str() {
            "opened_in" => places.entry(code).or_insert_with(place).opened += count,
            "clicked_in" => places.entry(code).or_insert_with(place).clicked += count,
            _ => {}
        }
    }
    let mut places: Vec<_> = places.into_values().filter(|place| place.opened > 0 || place.clicked > 0).collect();
    places.sort_by_key(|place| (-place.opened, -place.clicked));
    places.truncate(PLACES);
    places
}

fn lanes(provider: Option<String>, report: &Report) -> Vec<LaneFigures> {
    let Campaign { figures, .. } = &report.campaign;
    vec![LaneFigures {
        channel: Channel::Email,
        provider,
        sent: figures.sent,
        delivered: figures.delivered,
        opened: figures.opened,
        machine_opened: figures.machine_opened,
        clicked: figures.clicked,
        cost: report.cost,
    }]
}
