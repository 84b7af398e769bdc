//! The messages that were sent last, as they go out. It can be held, to read it.

use domain::{access::Verb, message::Recipient};
use leptos::prelude::*;

use crate::{
    components::{Glyph, Icon, Section},
    session::{may, time_zone},
    when::{self, Second},
};

/// The section; nothing until somebody was sent to.
pub(super) fn section(latest: Memo<Vec<Recipient>>) -> AnyView {
    let held = RwSignal::new(false);
    // What was shown when it was held stays.
    let shown = Memo::new(move |before: Option<&Vec<Recipient>>| match (held.get(), before) {
        (true, Some(before)) => before.clone(),
        _ => latest.get(),
    });
    let rows = move || shown.get().into_iter().map(row).collect_view();
    view! {
        <Section title="Last messages" id="feed" aside=move || hold(held)>
            <div class="stack stack--xs">
                <ul class="panel items items--tight" aria-label="Last messages">{rows}</ul>
                <p class="xs dim">{when::note()}</p>
            </div>
        </Section>
    }
    .into_any()
}

/// The button that holds the feed; there where a script is, for only then it moves.
fn hold(held: RwSignal<bool>) -> AnyView {
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let button = move || {
        view! {
            <button
                class="btn btn--quiet btn--s"
                type="button"
                aria-pressed=move || held.get().to_string()
                on:click=move |_| held.update(|held| *held = !*held)
            >
                <Icon glyph=Glyph::Pause small=true/>
                "Hold"
            </button>
        }
    };
    view! { {move || awake.get().then(button)} }.into_any()
}

fn row(recipient: Recipient) -> AnyView {
    let (glyph, tint, word) = match recipient.status.as_str() {
        "sent" => (Glyph::Plane, "dim", "Sent"),
        "skipped" => (Glyph::Skip, "dim", "Skipped"),
        "failed" => (Glyph::Failed, "danger", "Failed"),
        "in doubt" => (Glyph::Question, "warning", "In doubt"),
        "pending" => (Glyph::Retry, "info", "Tried again"),
        _ => (Glyph::Done, "success", "Sent"),
    };
    let why = match (recipient.status.as_str(), recipient.due_at) {
        ("in doubt", _) => Some("no answer".to_owned()),
        ("pending", Some(due)) => Some(format!("at {}", when::clock(due, time_zone()))),
        _ => recipient.reason,
    };
    let words = why.map_or_else(
        || word.to_owned(),
        |why| if word == "Tried again" { format!("{word} {why}") } else { format!("{word}: {why}") },
    );
    let name = match may(Verb::ViewContacts) {
        true => view! { <a class="name" href=format!("/contacts/{}", recipient.contact_id)>{recipient.label}</a> }
            .into_any(),
        false => recipient.label.into_any(),
    };
    view! {
        <li>
            <Icon glyph small=true tint/>
            <div class="clip">
                <b>{name}</b>
                <p class="clip">{words}</p>
            </div>
            <span class="end"><Second at=recipient.at/></span>
        </li>
    }
    .into_any()
}
