//! The month: what went out and what will, by day, in the workspace's zone. On a phone it is a list of the days on which
//! there is something.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{filters::views, month::Month, words};
use crate::{
    address::{href, query},
    components::{EmptyState, Glyph, Icon, LinkButton, Look, Notice, PageHead, Panel, Size, Tone},
    error::Answer,
    load::load,
    session::{may, time_zone},
    when,
};

/// The most campaigns of a month that are shown.
const MOST: usize = 1_000;

/// A month with what goes out in it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// `2026-03`.
    month: String,
    now: DateTime<Utc>,
    campaigns: Vec<Campaign>,
    /// Whether there are more.
    more: bool,
}

#[server(prefix = "/_fn", endpoint = "campaign-calendar")]
pub async fn get_month(#[server(default)] month: String) -> Answer<Shown> {
    use domain::{campaign::CampaignQuery, page::PageQuery};
    let mut tx = crate::request::begin().await?;
    let zone: Tz = engine::campaigns::own_workspace(&mut tx).await?.time_zone.parse().unwrap_or(Tz::UTC);
    let shown = Month::parse(&month).unwrap_or_else(|| Month::of(tx.now, zone));
    let (from, to) = (shown.begins(zone).to_rfc3339(), shown.after().begins(zone).to_rfc3339());
    let (mut campaigns, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageQuery { cursor, limit: Some(200), ..Default::default() };
        let asked = CampaignQuery {
            page,
            from: from.clone(),
            to: to.clone(),
            // What was put away went out all the same.
            archived: "all".into(),
            ..Default::default()
        };
        let page = engine::campaigns::find(&mut tx, &asked).await?;
        campaigns.extend(page.data);
        cursor = page.next_cursor;
        if cursor.is_none() || campaigns.len() >= MOST {
            break;
        }
    }
    campaigns.sort_by_key(|campaign| (moment(campaign), campaign.id));
    Ok(Shown { month: shown.word(), now: tx.now, campaigns, more: cursor.is_some() })
}

/// When it went or goes.
fn moment(campaign: &Campaign) -> Option<DateTime<Utc>> {
    campaign.started_at.or(campaign.starts_at)
}

/// The page.
#[component]
pub fn Calendar() -> impl IntoView {
    let month = query("month");
    let shown = Resource::new(move || month.get(), get_month);
    let actions = || {
        let new = || {
            view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }
        };
        view! { {views("/campaigns/calendar")} {may(Verb::EditCampaigns).then(new)} }
    };
    view! {
        <Title text="Calendar"/>
        <PageHead title="Calendar" actions/>
        {load(shown, page)}
    }
}

fn page(shown: Shown) -> AnyView {
    let zone = time_zone();
    let month = Month::parse(&shown.month).unwrap_or_else(|| Month::of(shown.now, zone));
    let today = shown.now.with_timezone(&zone).date_naive();
    let link = |month: Month| href("/campaigns/calendar", &[("month", &month.word())]);
    let (before, after) = (link(month.before()), link(month.after()));
    let away = month != Month::of(shown.now, zone);
    let back = away.then(|| view! { <LinkButton href="/campaigns/calendar" size=Size::Small>"Today"</LinkButton> });
    let none = shown.campaigns.is_empty().then(|| nothing(month));
    let more = shown.more.then(|| {
        let title = format!("Only the first {MOST} campaigns of this month are shown");
        view! { <Notice tone=Tone::Warning title/> }
    });
    let days = month.days().into_iter().map(|day| {
        let own = shown.campaigns.iter().filter(|campaign| on(campaign, day, zone)).cloned().collect();
        self::day(day, day == today, own, zone)
    });
    let days = days.collect_view();
    view! {
        <section class="stack stack--m" aria-labelledby="month">
            <div class="row between">
                <h2 id="month">{month.title()}</h2>
                <nav class="row" aria-label="Months">
                    {back}
                    <a class="btn btn--default btn--s" href=before rel="prev"><Icon glyph=Glyph::Left small=true/>"Previous month"</a>
                    <a class="btn btn--default btn--s" href=after rel="next">"Next month"<Icon glyph=Glyph::Right small=true/></a>
                </nav>
            </div>
            {more}
            {none}
            <div class="month" aria-hidden="true">{weekdays()}</div>
            <ol class=format!("month month--from-{}", month.offset())>{days}</ol>
            <p class="small muted">{when::note()}</p>
        </section>
    }
    .into_any()
}

fn weekdays() -> AnyView {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map(|day| view! { <span>{day}</span> }).collect_view().into_any()
}

fn on(campaign: &Campaign, day: NaiveDate, zone: Tz) -> bool {
    moment(campaign).is_some_and(|at| at.with_timezone(&zone).date_naive() == day)
}

fn day(day: NaiveDate, is_today: bool, campaigns: Vec<Campaign>, zone: Tz) -> AnyView {
    let class = if campaigns.is_empty() { "month__day month__day--empty" } else { "month__day" };
    let entries = campaigns.into_iter().map(|campaign| entry(campaign, zone));
    view! {
        <li class=class aria-current=is_today.then_some("date")>
            <h3>
                <span class="month__number">{day.day()}</span>
                <span class="month__name">{day.format("%A %-d %B").to_string()}</span>
            </h3>
            <ul>{entries.collect_view()}</ul>
        </li>
    }
    .into_any()
}

fn entry(campaign: Campaign, zone: Tz) -> AnyView {
    let (glyph, class) = match campaign.status {
        CampaignStatus::Scheduled => (Glyph::Clock, "month__entry month__entry--info"),
        CampaignStatus::Running => (Glyph::Plane, "month__entry month__entry--accent"),
        CampaignStatus::Completed => (Glyph::Done, "month__entry month__entry--success"),
        CampaignStatus::Paused => (Glyph::Pause, "month__entry month__entry--warning"),
        CampaignStatus::Failed => (Glyph::Failed, "month__entry month__entry--danger"),
        CampaignStatus::Cancelled => (Glyph::Square, "month__entry"),
        _ => (Glyph::Pencil, "month__entry"),
    };
    let clock = moment(&campaign).map(|at| when::clock(at, zone)).unwrap_or_default();
    let status = campaign.status_shown();
    view! {
        <li>
            <a class=class href=words::path_of(campaign.id)>
                <Icon glyph small=true/>
                <time>{clock}</time>
                " "
                <b>{campaign.name}</b>
                <span class="month__status">{status}</span>
            </a>
        </li>
    }
    .into_any()
}

fn nothing(month: Month) -> AnyView {
    let title = format!("Nothing in {}", month.title());
    let text = "What is scheduled stands on its day, and so does what went out.";
    view! { <Panel><EmptyState glyph=Glyph::Calendar title text/></Panel> }.into_any()
}
