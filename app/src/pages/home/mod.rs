//! Home: what needs somebody, what is going out now, how the last ones went, what comes next, and what a new workspace
//! still lacks.

mod attention;
mod health;
mod results;
pub mod sending;
mod upcoming;

use chrono::{DateTime, Timelike, Utc};
use domain::{
    access::Verb,
    campaign::Campaign,
    demo,
    home::{FirstSteps, Home as Overview, Outcome},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::campaigns::readiness::checklist;
use crate::{
    components::{EmptyState, Glyph, LinkButton, Look, Meter, Notice, PageHead, Panel, Section},
    error::Answer,
    load::load,
    session::{may, session, time_zone},
    when,
};
use sending::SendingNow;

#[server(prefix = "/_fn", endpoint = "home")]
pub async fn get_home() -> Answer<Overview> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::home::get(&crate::request::engine()?, &mut tx).await?)
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
    let Overview { at, concerns, sending, upcoming, results, health, first_steps } = overview;
    let needed = first_steps.filter(|steps| !steps.are_over());
    let is_new = needed.is_some();
    let nothing = sending.is_empty() && concerns.is_empty() && results.is_empty() && upcoming.is_empty();
    view! {
        {head(at)}
        <div class="stack">
            {about_demo()}
            {attention::section(concerns)}
            {needed.map(getting_started)}
            {(!sending.is_empty()).then(|| view! { <SendingNow first=sending again/> })}
            {(nothing && !is_new).then(nothing_yet)}
            {(!nothing).then(|| before_and_after(results, upcoming, at))}
            {health.filter(|_| !is_new).map(|health| health::section(health, at))}
        </div>
    }
    .into_any()
}

/// What has ended, and beside it what comes.
fn before_and_after(results: Vec<Outcome>, upcoming: Vec<Campaign>, now: DateTime<Utc>) -> AnyView {
    if results.is_empty() {
        return upcoming::section(upcoming, now);
    }
    view! { <div class="cols cols--main">{results::section(results)} {upcoming::section(upcoming, now)}</div> }
        .into_any()
}

fn head(now: DateTime<Utc>) -> AnyView {
    let name = session().user.map(|user| user.name).unwrap_or_default();
    let first_name = name.split_whitespace().next().unwrap_or_default().to_owned();
    let zone = time_zone();
    let hello = greeting(now.with_timezone(&zone).hour());
    let title = if first_name.is_empty() { hello.to_owned() } else { format!("{hello}, {first_name}") };
    let import = || {
        may(Verb::EditContacts)
            .then(|| view! { <LinkButton href="/imports/new" glyph=Glyph::Upload>"Import people"</LinkButton> })
    };
    let new = || {
        may(Verb::EditCampaigns).then(|| {
            view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }
        })
    };
    let actions = move || view! { {import()} {new()} };
    view! { <PageHead title actions>{when::in_full(now, zone)}</PageHead> }.into_any()
}

fn greeting(hour: u32) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

/// Who looks around with demo data is told so, and how to come back.
fn about_demo() -> AnyView {
    let is_demo = session().user.is_some_and(|user| user.email == demo::EMAIL);
    is_demo
        .then(|| {
            view! {
                <Notice title="You are looking at made-up people and campaigns" glyph=Glyph::Inbox>
                    "Everything works, and nothing leaves this machine: messages go to the sandbox outbox. After signing out, "
                    <code>{format!("carillon user reset-link --email {}", demo::EMAIL)}</code>
                    " lets you in again; "
                    <code>"carillon tenant create"</code>
                    " makes a workspace of your own."
                </Notice>
            }
        })
        .into_any()
}

fn getting_started(steps: FirstSteps) -> AnyView {
    let (done, all) = steps.count();
    let tally = format!("{done} of {all} done");
    view! {
        <Section
            title="Getting started"
            id="start"
            aside=move || view! { <span class="small dim">{tally}</span> }
        >
            <div class="stack stack--s">
                <Meter share=done as f64 / all as f64/>
                {checklist(steps)}
            </div>
        </Section>
    }
    .into_any()
}

fn nothing_yet() -> AnyView {
    let make =
        || may(Verb::EditCampaigns).then(|| view! { <LinkButton href="/campaigns/new">"Make a campaign"</LinkButton> });
    let text = "Campaigns that are sending, what comes next and how the last ones went are shown here.";
    view! { <Panel><EmptyState glyph=Glyph::Plane title="Nothing to show yet" text action=make/></Panel> }.into_any()
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
