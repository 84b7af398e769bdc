//! How consent, its sources and suppression are said on the pages of this part.

use domain::{
    consent::{Source, State},
    list::{AddedBy, MemberStatus},
    suppression::SuppressionReason,
};
use leptos::prelude::*;

use crate::components::{Badge, Glyph, Tone};

/// What is in force: consent, withdrawn, or nothing said.
pub(super) fn consent_badge(state: Option<State>) -> AnyView {
    match state {
        Some(State::Granted) => view! { <Badge tone=Tone::Success glyph=Glyph::Check text="Consent"/> }.into_any(),
        Some(State::Withdrawn) => view! { <Badge tone=Tone::Danger glyph=Glyph::Close text="Withdrawn"/> }.into_any(),
        None => view! { <Badge glyph=Glyph::Minus text="No consent"/> }.into_any(),
    }
}

/// The word for where a member of a list stands, with its icon.
pub(super) fn member_word(status: MemberStatus) -> (Glyph, &'static str) {
    match status {
        MemberStatus::Active => (Glyph::Check, "Active"),
        MemberStatus::Removed => (Glyph::Minus, "Removed"),
        MemberStatus::Bounced => (Glyph::Back, "Bounced"),
        MemberStatus::Unsubscribed => (Glyph::Slash, "Unsubscribed"),
    }
}

/// Where a member of a list stands.
pub(super) fn member_badge(status: MemberStatus) -> AnyView {
    let (glyph, text) = member_word(status);
    let tone = match status {
        MemberStatus::Active => Tone::Success,
        MemberStatus::Bounced => Tone::Danger,
        MemberStatus::Removed | MemberStatus::Unsubscribed => Tone::Neutral,
    };
    view! { <Badge tone glyph text/> }.into_any()
}

/// Who put a member on a list.
pub(super) fn added_by(by: AddedBy) -> &'static str {
    match by {
        AddedBy::Manual => "By hand",
        AddedBy::Import => "Import",
        AddedBy::Api => "API",
        AddedBy::Automation => "Rule",
    }
}

/// How an entry of the consent ledger came about.
pub(super) fn source(source: Source) -> &'static str {
    match source {
        Source::Import => "Imported file",
        Source::BookingForm => "Booking form",
        Source::Api => "Through the API",
        Source::Link => "Link in a message",
        Source::Keyword => "Reply to a message",
        Source::Complaint => "Reported as spam",
        Source::Manual => "Recorded by hand",
    }
}

/// Why an address is suppressed, in a word or two.
pub(super) fn reason(reason: SuppressionReason) -> &'static str {
    match reason {
        SuppressionReason::HardBounce => "Bounced",
        SuppressionReason::Complaint => "Complaint",
        SuppressionReason::Unsubscribe => "Unsubscribed",
        SuppressionReason::Stop => "Replied STOP",
        SuppressionReason::Manual => "By hand",
        SuppressionReason::Invalid => "No address",
        SuppressionReason::DoNotCall => "Do-not-call list",
        SuppressionReason::ProviderSuppressed => "Provider’s list",
    }
}

/// Why an address is suppressed, in a sentence; an unknown reason is shown as it is.
pub(super) fn suppressed(reason: &str) -> String {
    let known = SuppressionReason::from_word(reason).map(|reason| match reason {
        SuppressionReason::HardBounce => "The mailbox does not exist: mail to it came back.",
        SuppressionReason::Complaint => "A message was reported as spam.",
        SuppressionReason::Unsubscribe => "The person unsubscribed.",
        SuppressionReason::Stop => "The person replied STOP.",
        SuppressionReason::Manual => "Put on the suppression list by hand.",
        SuppressionReason::Invalid => "This is no address that mail can be sent to.",
        SuppressionReason::DoNotCall => "On a do-not-call list.",
        SuppressionReason::ProviderSuppressed => {
            "Your provider keeps it on a list of its own, and sends nothing to it."
        }
    });
    known.map_or_else(|| format!("{reason}."), str::to_owned)
}
