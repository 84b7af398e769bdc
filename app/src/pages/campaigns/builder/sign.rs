//! How far a step is saved, as it stands below the rail and as it is read aloud.

use leptos::prelude::*;

use crate::components::{Glyph, Icon};

/// How far a step is saved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum State {
    /// Nothing was changed.
    Unchanged,
    /// Changed a moment ago, or being sent.
    Waiting,
    /// Saved, with nothing changed since.
    Saved,
    /// Not saved; why.
    Failed(String),
    /// Not saved, but kept by the server as it was typed; why.
    Kept(String),
}

/// "Saved 3 s ago"; `ago` is in seconds.
pub(super) fn sign(state: RwSignal<State>, ago: RwSignal<u32>) -> AnyView {
    let words = move || {
        let ago = ago.get();
        match state.get() {
            State::Unchanged => None,
            State::Waiting => Some((Glyph::Clock, "Saving…".to_owned())),
            State::Saved if ago < 60 => Some((Glyph::Check, format!("Saved {ago} s ago"))),
            State::Saved => Some((Glyph::Check, format!("Saved {} min ago", ago / 60))),
            State::Failed(why) | State::Kept(why) => Some((Glyph::Warning, format!("Not saved: {why}"))),
        }
    };
    // Read aloud when it changes, but not each second.
    let said = Memo::new(move |_| match state.get() {
        State::Saved => "Saved".to_owned(),
        State::Failed(why) | State::Kept(why) => format!("Not saved: {why}"),
        State::Unchanged | State::Waiting => String::new(),
    });
    let shown = move || words().map(|(glyph, words)| view! { <Icon glyph small=true/> <span>{words}</span> });
    view! {
        <p class="rail__save" aria-hidden="true">{shown}</p>
        <p class="sr" role="status">{said}</p>
    }
    .into_any()
}
