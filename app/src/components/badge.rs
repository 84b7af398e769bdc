//! Badges: a status as icon, word and colour. The words are UX.md's; which tone a state has is decided here, once.

use super::{
    icon::{Glyph, Icon},
    tone::Tone,
};
use leptos::prelude::*;

/// A badge of any tone.
#[component]
pub fn Badge(
    /// The colour.
    #[prop(optional)]
    tone: Tone,
    /// The icon; the tone's own if not given.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! {
        <span class=format!("badge badge--{}", tone.word())>
            <Icon glyph=glyph.unwrap_or(tone.glyph())/>
            {text}
        </span>
    }
    .into_any()
}

/// The badge of a campaign. Takes the state's machine word (`in_review`, `finished`, …); an unknown one is shown as it
/// is, in neutral, so that a new state is never hidden.
#[component]
pub fn CampaignBadge(
    /// The machine word.
    #[prop(into)]
    status: String,
    /// How many were not sent; makes "Finished" into "Finished, 12 not sent".
    #[prop(optional)]
    not_sent: u64,
) -> impl IntoView {
    let (tone, glyph, word) = campaign(&status, not_sent);
    view! { <Badge tone glyph text=word/> }
}

/// The badge of a message: `pending`, `sent`, `in_doubt`, …
#[component]
pub fn MessageBadge(
    /// The machine word.
    #[prop(into)]
    state: String,
) -> impl IntoView {
    let (tone, glyph, word) = message(&state);
    view! { <Badge tone glyph text=word/> }
}

fn campaign(status: &str, not_sent: u64) -> (Tone, Glyph, String) {
    let (tone, glyph, word) = match status {
        "draft" => (Tone::Neutral, Glyph::Pencil, "Draft"),
        "in_review" => (Tone::Info, Glyph::Eye, "In review"),
        "changes_asked" => (Tone::Warning, Glyph::Note, "Changes asked"),
        "approved" => (Tone::Success, Glyph::Check, "Approved"),
        "scheduled" => (Tone::Info, Glyph::Clock, "Scheduled"),
        "sending" => (Tone::Accent, Glyph::Plane, "Sending"),
        "paused" => (Tone::Warning, Glyph::Pause, "Paused"),
        "finished" if not_sent > 0 => {
            let word = format!("Finished, {} not sent", super::format::count(not_sent));
            return (Tone::Warning, Glyph::Warning, word);
        }
        "finished" => (Tone::Success, Glyph::Done, "Finished"),
        "stopped" => (Tone::Neutral, Glyph::Square, "Stopped"),
        "failed" => (Tone::Danger, Glyph::Failed, "Failed"),
        other => return (Tone::Neutral, Glyph::Question, plain(other)),
    };
    (tone, glyph, word.to_owned())
}

fn message(state: &str) -> (Tone, Glyph, String) {
    let (tone, glyph, word) = match state {
        "pending" => (Tone::Neutral, Glyph::Clock, "Pending"),
        "queued" => (Tone::Neutral, Glyph::List, "Queued"),
        "sending" => (Tone::Accent, Glyph::Plane, "Sending"),
        "sent" => (Tone::Accent, Glyph::Plane, "Sent"),
        "delivered" => (Tone::Success, Glyph::Delivered, "Delivered"),
        "opened" => (Tone::Success, Glyph::Eye, "Opened"),
        "clicked" => (Tone::Success, Glyph::Pointer, "Clicked"),
        "machine_opened" => (Tone::Neutral, Glyph::Machine, "Opened by a machine"),
        "machine_clicked" => (Tone::Neutral, Glyph::Machine, "Link followed by a machine"),
        "provider_opened" => (Tone::Neutral, Glyph::Eye, "Opened, says the provider"),
        "provider_clicked" => (Tone::Neutral, Glyph::Pointer, "Link followed, says the provider"),
        "unsubscribed" => (Tone::Neutral, Glyph::SignOut, "Unsubscribed"),
        "sent_again" | "retried" => (Tone::Neutral, Glyph::Retry, "Tried again"),
        "bounced" => (Tone::Danger, Glyph::Back, "Bounced"),
        "complained" => (Tone::Danger, Glyph::Flag, "Complained"),
        "delayed" => (Tone::Warning, Glyph::Clock, "Delayed"),
        "suppressed" => (Tone::Warning, Glyph::Slash, "On the provider’s list"),
        "failed" => (Tone::Danger, Glyph::Failed, "Failed"),
        "skipped" => (Tone::Neutral, Glyph::Skip, "Skipped"),
        "in_doubt" => (Tone::Warning, Glyph::Question, "In doubt"),
        "cancelled" => (Tone::Neutral, Glyph::Slash, "Cancelled"),
        other => return (Tone::Neutral, Glyph::Question, plain(other)),
    };
    (tone, glyph, word.to_owned())
}

/// `needs_repair` → `Needs repair`.
fn plain(machine_word: &str) -> String {
    let words = machine_word.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(|| "Unknown".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_sent_is_said_and_warned_of() {
        let all_sent = campaign("finished", 0);
        assert_eq!(all_sent, (Tone::Success, Glyph::Done, "Finished".into()));
        let some_not = campaign("finished", 1_204);
        assert_eq!(some_not.0, Tone::Warning);
        assert_eq!(some_not.2, "Finished, 1,204 not sent");
    }

    #[test]
    fn an_unknown_state_is_shown_as_it_is() {
        assert_eq!(message("held_back").2, "Held back");
        assert_eq!(campaign("", 0).2, "Unknown");
    }
}
