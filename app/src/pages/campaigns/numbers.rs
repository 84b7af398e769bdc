//! Where everyone is: while it is sent as one bar, afterwards as totals. Both end with the balance, and each number
//! leads to its people.

use domain::{campaign::CampaignStatus, message::Part, progress::Progress, stats::Figures as Numbers};
use leptos::prelude::*;

use super::words::{self, parts, people};
use crate::components::{
    BalanceLine, Figure, Figures, FiveBar, Glyph, Panel, PartsLegend,
    format::{count, percent},
};

/// The panel; which of the two changes by itself when the campaign ends.
pub(super) fn numbers(progress: RwSignal<Progress>, recipients: String) -> AnyView {
    let ended = Memo::new(move |_| {
        let status = progress.with(|progress| progress.campaign.status);
        matches!(status, CampaignStatus::Completed | CampaignStatus::Cancelled)
    });
    let figures = Memo::new(move |_| progress.with(|progress| progress.campaign.figures));
    let somebody = Memo::new(move |_| figures.with(|figures| figures.audience > 0));
    let panel = move || match (ended.get(), somebody.get()) {
        (true, true) => totals(figures, recipients.clone()),
        // Stopped before anybody was found: there is nothing to count, and a notice says so.
        (true, false) => ().into_any(),
        (false, _) => bar(progress, figures, somebody, recipients.clone()),
    };
    view! {
        {panel}
        <p class="sr" aria-live="polite">{summary(progress)}</p>
    }
    .into_any()
}

/// The bar with its legend, while it is sent.
fn bar(progress: RwSignal<Progress>, figures: Memo<Numbers>, somebody: Memo<bool>, recipients: String) -> AnyView {
    let moving = Memo::new(move |_| {
        progress.with(|progress| progress.campaign.status == CampaignStatus::Running && progress.starts_in.is_none())
    });
    let share = move || {
        let figures = figures.get();
        percent(people(figures.sent), people(figures.audience))
    };
    let words = move || match (somebody.get(), moving.get()) {
        (false, true) => "Working out who gets it",
        (false, false) => "Nothing is sent yet. Who gets it is fixed at the start.",
        (true, _) => "of everybody has been sent to",
    };
    let everybody = move || {
        let href = recipients.clone();
        somebody.get().then(|| {
            view! {
                <PartsLegend
                    parts=Signal::derive(move || parts(&figures.get()))
                    notes=Signal::derive(move || progress.with(words::notes))
                    href
                />
                {balance(figures)}
            }
        })
    };
    view! {
        <section class="panel panel__body stack stack--m" aria-label="Progress">
            <div class="row between">
                <p class="row">
                    {move || moving.get().then(|| view! { <span class="live" aria-hidden="true"></span> })}
                    {move || somebody.get().then(|| view! { <b class="figure__value">{share}</b> })}
                    <span class="muted">{words}</span>
                </p>
                {move || moving.get().then(|| pace(progress))}
            </div>
            {done(figures)}
            {everybody}
        </section>
    }
    .into_any()
}

/// The bar as what it is: how much of the work is done. What it shows of the parts is its text.
fn done(figures: Memo<Numbers>) -> AnyView {
    let settled = move || figures.with(|figures| percent_of(figures.audience - figures.waiting, figures.audience));
    view! {
        <div
            role="progressbar"
            aria-label="Done"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=settled
            aria-valuetext=move || parts(&figures.get()).in_words()
        >
            <FiveBar parts=Signal::derive(move || parts(&figures.get())) large=true/>
        </div>
    }
    .into_any()
}

/// How fast it goes and how long the rest takes.
fn pace(progress: RwSignal<Progress>) -> AnyView {
    let speed = move || progress.with(|progress| progress.per_second.and_then(words::speed));
    let left = move || progress.with(words::time_left);
    view! {
        <p class="muted">
            <b class="num">{speed}</b>
            {move || left().map(|left| format!("{}{left}", if speed().is_some() { ", " } else { "" }))}
        </p>
    }
    .into_any()
}

/// What is read aloud while it goes on: each tenth, and each change of its state, but not every number.
fn summary(progress: RwSignal<Progress>) -> Memo<String> {
    Memo::new(move |_| {
        progress.with(|progress| {
            let Numbers { audience, waiting, .. } = progress.campaign.figures;
            let tenths = percent_of(audience - waiting, audience) / 10 * 10;
            match progress.campaign.status {
                _ if progress.starts_in.is_some() => "About to start".to_owned(),
                CampaignStatus::Running => format!("Sending, {tenths} percent done"),
                CampaignStatus::Paused => format!("Paused at {tenths} percent"),
                _ => progress.campaign.status_shown(),
            }
        })
    })
}

fn percent_of(part: i64, whole: i64) -> i64 {
    if whole > 0 { part * 100 / whole } else { 0 }
}

/// The totals, when it has ended.
fn totals(figures: Memo<Numbers>, recipients: String) -> AnyView {
    let total = move |label: &'static str, glyph: Glyph, tint: &'static str, part: Part| {
        let number = Signal::derive(move || count(people(figures.get().part(part))));
        let sub = Signal::derive(move || {
            let figures = figures.get();
            Some(format!("{} of the audience", percent(people(figures.part(part)), people(figures.audience))))
        });
        let href = format!("{recipients}?state={}", part.word());
        view! { <Figure label value=number sub glyph tint href/> }
    };
    let left = move || {
        let sub = Signal::derive(move || {
            let figures = figures.get();
            let sent = people(figures.sent);
            (sent > 0).then(|| format!("{} of those sent to", percent(people(figures.unsubscribed), sent)))
        });
        let number = Signal::derive(move || count(people(figures.get().unsubscribed)));
        view! { <Figure label="Unsubscribed" value=number sub glyph=Glyph::SignOut/> }
    };
    let cancelled = Memo::new(move |_| figures.with(|figures| figures.cancelled > 0));
    let foot = move || {
        view! {
            <div class="stack stack--s">
                <FiveBar parts=Signal::derive(move || parts(&figures.get()))/>
                {balance(figures)}
            </div>
        }
    };
    view! {
        <Panel flush=true foot>
            <Figures>
                {total("Sent", Glyph::Plane, "", Part::Sent)}
                {total("Skipped", Glyph::Skip, "", Part::Skipped)}
                {total("Failed", Glyph::Failed, "danger", Part::Failed)}
                {total("In doubt", Glyph::Question, "warning", Part::InDoubt)}
                {move || cancelled.get().then(|| total("Cancelled", Glyph::Slash, "", Part::Cancelled))}
                {left()}
            </Figures>
        </Panel>
    }
    .into_any()
}

fn balance(figures: Memo<Numbers>) -> AnyView {
    let audience = Signal::derive(move || people(figures.get().audience));
    view! { <BalanceLine audience parts=Signal::derive(move || parts(&figures.get()))/> }.into_any()
}
