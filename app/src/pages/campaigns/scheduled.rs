//! A campaign that waits for its moment, or missed it: when it goes, whom it would reach, and how to take it back.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    campaign::{Campaign, CampaignDetail, CampaignStatus, Estimate, MISSED_START},
};
use leptos::prelude::*;

use super::{
    actions::{StopCampaign, post, refusals},
    builder::typed::zone_of,
    checks::Check,
    facts,
    funnel::funnel,
    launch::launch,
    moves::UnscheduleCampaign,
    page::{Review, Sheet, Shown},
    words,
};
use crate::{
    components::{
        Button, Crumb, Dialog, DialogButton, Dl, ErrorSummary, Fact, Glyph, Look, Notice, PageHead, Panel, Section,
        Tone, format::plural,
    },
    session::may,
    when,
};

/// How often the page looks whether it has begun, once its moment has come.
const LOOK: Duration = Duration::from_secs(2);
/// The longest before it looks again, so that a page that is left open is right within minutes.
const LONGEST: Duration = Duration::from_secs(300);

/// The page. `again` fetches it anew.
pub(super) fn page(sheet: Sheet, review: Review, again: Callback<()>) -> AnyView {
    let Sheet { detail, preview, .. } = sheet;
    let campaign = detail.campaign.clone();
    let begin = campaign.has_missed_its_start().then(|| missed(&detail, review.clone(), preview.as_ref()));
    let reach = review.reach;
    if campaign.status == CampaignStatus::Scheduled {
        look_again(campaign.starts_at, again);
    }
    let sender = detail.sender.clone();
    let lists = facts::lists(&detail).unwrap_or_default();
    let (subject, source) = (detail.content.email.subject.clone(), facts::source(&detail.content));
    let timing = facts::timing(&campaign, reach.reachable);
    let exempt = facts::exempt(&campaign);
    let cost = reach.cost.to_string();
    let from = sender.clone();
    let whom = funnel(words::path_of(campaign.id), &reach);
    view! {
        {head(&campaign)}
        <div class="stack">
            <ErrorSummary errors=refusals() title="This was not done"/>
            {said(&campaign, &reach)}
            <Section title="Whom it reaches" id="reach">
                {whom}
            </Section>
            <Section title="Set-up" id="set-up">
                <Panel>
                    <Dl>
                        <Fact term="Timing">{timing}</Fact>
                        <Fact term="Lists">{lists}</Fact>
                        <Fact term="Sender">{from}</Fact>
                        <Fact term="Subject">{subject}</Fact>
                        <Fact term="Content">{source}</Fact>
                        <Fact term="Cost">"About " {cost}</Fact>
                        {exempt.map(|exempt| view! { <Fact term="Exempt">{exempt}</Fact> })}
                    </Dl>
                </Panel>
            </Section>
            {facts::preview(sender.as_deref(), preview)}
            {begin}
        </div>
    }
    .into_any()
}

/// The button that sends one that missed its start, with what stands in its way: that its moment is past does not.
fn missed(detail: &CampaignDetail, mut review: Review, preview: Option<&Result<Shown, String>>) -> AnyView {
    review.blockers.retain(|blocker| blocker.code != "moment_past");
    let stops = Check::stops(&Check::all(detail, &review, preview));
    launch(&detail.campaign, &review, stops)
}

fn head(campaign: &Campaign) -> AnyView {
    let (id, name) = (campaign.id, campaign.name.clone());
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::here(campaign.code.clone())];
    let shown = campaign.clone();
    let actions = move || {
        let stop =
            || view! { <DialogButton dialog="stop" look=Look::Danger glyph=Glyph::Square>"Stop…"</DialogButton> };
        let back = view! { <Button glyph=Glyph::Back>"Take back to change"</Button> };
        let back = post::<UnscheduleCampaign>(id, back.into_any());
        may(Verb::SendCampaigns).then(|| view! { {stop()} {back} })
    };
    let stop =
        move || post::<StopCampaign>(id, view! { <Button look=Look::Danger>"Stop for good"</Button> }.into_any());
    view! {
        <PageHead title=name.clone() crumbs badge=move || words::badge(&shown) actions>"E-mail."</PageHead>
        {may(Verb::SendCampaigns)
            .then(|| {
                view! {
                    <Dialog id="stop" title=format!("Stop “{name}”?") keep="Leave it" foot=stop>
                        <p class="muted">"It is not sent to anybody, and a stopped campaign cannot go on."</p>
                    </Dialog>
                }
            })}
    }
    .into_any()
}

/// When it goes, or why it did not.
fn said(campaign: &Campaign, reach: &Estimate) -> AnyView {
    let people = plural(words::people(reach.reachable), "person", "people");
    match (campaign.status, campaign.starts_at) {
        (CampaignStatus::Scheduled, Some(at)) => {
            let title = format!("Starts by itself on {}", when::in_full(at, zone_of(campaign)));
            view! {
                <Notice glyph=Glyph::Clock title>
                    {format!("As things stand it reaches {people}. Who gets it is decided at that moment; until then you can take it back.")}
                </Notice>
            }
            .into_any()
        }
        _ => {
            let title = campaign.status_reason.clone().unwrap_or_else(|| MISSED_START.to_owned());
            view! {
                <Notice tone=Tone::Warning title>
                    {format!("Nobody has got it. Send it now, to {people}, take it back to change it, or stop it.")}
                </Notice>
            }
            .into_any()
        }
    }
}

/// In the browser: looks whether it has begun when its moment has come, and goes on to look until it has.
fn look_again(starts_at: Option<DateTime<Utc>>, again: Callback<()>) {
    Effect::new(move |_| {
        let now = leptos::web_sys::js_sys::Date::now();
        let left = starts_at.map_or(0.0, |at| at.timestamp_millis() as f64 - now);
        let wait = Duration::from_millis(left.max(0.0) as u64).saturating_add(LOOK).min(LONGEST);
        if let Ok(timer) = set_timeout_with_handle(move || again.run(()), wait) {
            on_cleanup(move || timer.clear());
        }
    });
}
