//! What was reported of those who were sent to: delivered, bounced, opened. Seen once there is anything: not every
//! provider reports.

use domain::{progress::Progress, stats::Figures as Numbers};
use leptos::prelude::*;

use super::words::people;
use crate::components::{
    Figure, Figures, Glyph, Panel,
    format::{count, percent},
};

/// The panel, and nothing while nothing was reported.
pub(super) fn reported(progress: RwSignal<Progress>, recipients: String) -> AnyView {
    let figures = Memo::new(move |_| progress.with(|progress| progress.campaign.figures));
    let is_any = Memo::new(move |_| {
        let Numbers { delivered, bounced, complained, opened, clicked, .. } = figures.get();
        delivered + bounced + complained + opened + clicked > 0
    });
    (move || is_any.get().then(|| panel(figures, recipients.clone()))).into_any()
}

/// Which of the numbers a figure is.
type Read = fn(&Numbers) -> i64;

fn panel(figures: Memo<Numbers>, recipients: String) -> AnyView {
    let listed = move |label: &'static str, word: &str, glyph: Glyph, tint: &'static str, read: Read| {
        let (value, sub) = shown(figures, read);
        view! { <Figure label value sub glyph tint href=format!("{recipients}?state={word}")/> }
    };
    view! {
        <Panel flush=true title="Reported">
            <Figures>
                {listed("Delivered", "delivered", Glyph::Delivered, "success", |figures| figures.delivered)}
                {listed("Bounced", "bounced", Glyph::Back, "danger", |figures| figures.bounced)}
                {listed("Complained", "complained", Glyph::Flag, "danger", |figures| figures.complained)}
                {listed("Opened", "opened", Glyph::Eye, "", |figures| figures.opened)}
                {listed("Clicked", "clicked", Glyph::Pointer, "", |figures| figures.clicked)}
            </Figures>
        </Panel>
    }
    .into_any()
}

/// The number, and what share of those sent to it is: not everybody reports arrivals.
fn shown(figures: Memo<Numbers>, read: Read) -> (Signal<String>, Signal<Option<String>>) {
    let number = Signal::derive(move || figures.with(|figures| count(people(read(figures)))));
    let share = Signal::derive(move || {
        let (part, whole) = figures.with(|figures| (people(read(figures)), people(figures.sent)));
        (whole > 0).then(|| format!("{} of those sent to", percent(part, whole)))
    });
    (number, share)
}
