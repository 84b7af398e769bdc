//! Where everyone is: while it is sent as one bar, afterwards as totals. Both end with the balance, and each number
//! leads to its people.

use domain::{campaign::CampaignStatus, message::Part, stats::Figures as Numbers};
use leptos::prelude::*;

use super::{
    page::Progress,
    words::{parts, people},
};
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
    (move || if ended.get() { totals(figures, recipients.clone()) } else { bar(progress, figures, recipients.clone()) })
        .into_any()
}

/// The bar with its legend, while it is sent.
fn bar(progress: RwSignal<Progress>, figures: Memo<Numbers>, recipients: String) -> AnyView {
    let moving = Memo::new(move |_| {
        progress.with(|progress| progress.campaign.status == CampaignStatus::Running && progress.starts_in.is_none())
    });
    let share = move || {
        let figures = figures.get();
        percent(people(figures.sent), people(figures.audience))
    };
    let nobody_yet = move || figures.with(|figures| figures.audience == 0);
    let words = move || match (nobody_yet(), moving.get()) {
        (true, true) => "Working out who gets it",
        (true, false) => "Nothing is sent yet",
        (false, _) => "of everybody has been sent to",
    };
    view! {
        <section class="panel panel__body stack stack--m" aria-label="Progress">
            <p class="row">
                {move || moving.get().then(|| view! { <span class="live" aria-hidden="true"></span> })}
                {move || (!nobody_yet()).then(|| view! { <b class="figure__value">{share}</b> })}
                <span class="muted">{words}</span>
            </p>
            <FiveBar parts=Signal::derive(move || parts(&figures.get())) large=true/>
            <PartsLegend parts=Signal::derive(move || parts(&figures.get())) href=recipients/>
            {balance(figures)}
        </section>
    }
    .into_any()
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
            Some(format!("{} of those sent to", percent(people(figures.unsubscribed), people(figures.sent))))
        });
        let number = Signal::derive(move || count(people(figures.get().unsubscribed)));
        view! { <Figure label="Unsubscribed" value=number sub glyph=Glyph::SignOut/> }
    };
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
