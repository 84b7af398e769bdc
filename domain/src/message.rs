//! A message's life (SPEC 5.10): its states, the moves between them, and the words that people read.
//!
//! ```text
//! planned ─→ accepted ─→ delivered            opened, clicked, replied… are events, not states
//!    │  ▲         └────→ bounced | undelivered | complained
//!    │  └── later: retry, deferral, sent again by a person or policy
//!    ├────→ skipped(reason) | cancelled | failed(code) ─→ planned, where a person asks
//!    └────→ in_doubt ─→ accepted | failed | planned
//! ```

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{id::CampaignId, words::words};

words! {
    /// Where a message stands.
    MessageState {
        /// To be sent.
        Planned = "planned",
        /// The provider took it.
        Accepted = "accepted",
        /// It arrived.
        Delivered = "delivered",
        /// The mailbox refused it after all.
        Bounced = "bounced",
        /// The provider gave up.
        Undelivered = "undelivered",
        /// Reported as spam.
        Complained = "complained",
        /// Not sent, for a reason that is written beside it.
        Skipped = "skipped",
        /// Its campaign was stopped first.
        Cancelled = "cancelled",
        /// Refused for good, or tried often enough.
        Failed = "failed",
        /// Handed over, perhaps: no answer came.
        InDoubt = "in_doubt",
    }
}

impl MessageState {
    /// Whether a message may go from here to `next`. Whatever the provider took can only go on by what the provider
    /// reports; only doubt leads back, and a person who has those tried again who failed.
    pub fn may_become(self, next: Self) -> bool {
        use MessageState::*;
        match self {
            Planned => matches!(next, Accepted | Skipped | Cancelled | Failed | InDoubt),
            InDoubt => matches!(next, Accepted | Failed | Planned),
            Accepted => matches!(next, Delivered | Bounced | Undelivered | Complained),
            Delivered => matches!(next, Bounced | Complained),
            Undelivered => matches!(next, Delivered | Bounced | Complained),
            Bounced => matches!(next, Complained),
            // Only by a person, where the reason may have passed.
            Failed => matches!(next, Planned),
            Complained | Skipped | Cancelled => false,
        }
    }

    /// The part of the balance that a message in this state counts for.
    pub fn part(self) -> Part {
        use MessageState::*;
        match self {
            Planned => Part::Waiting,
            Accepted | Delivered | Bounced | Undelivered | Complained => Part::Sent,
            Skipped => Part::Skipped,
            Failed => Part::Failed,
            InDoubt => Part::InDoubt,
            Cancelled => Part::Cancelled,
        }
    }

    /// The word on API and console (SPEC 5.10).
    pub fn shown(self) -> &'static str {
        use MessageState::*;
        match self {
            Planned => "pending",
            Accepted => "sent",
            Undelivered => "failed",
            InDoubt => "in doubt",
            other => other.word(),
        }
    }
}

words! {
    /// The parts that an audience divides into; they always add up to it.
    Part {
        /// Not sent yet.
        Waiting = "waiting",
        /// Accepted by a provider, and everything after.
        Sent = "sent",
        /// Not sent, for a reason.
        Skipped = "skipped",
        /// Refused.
        Failed = "failed",
        /// Not known.
        InDoubt = "in_doubt",
        /// Stopped first.
        Cancelled = "cancelled",
    }
}

words! {
    /// Why a message was not sent (SPEC 5.5).
    SkipReason {
        /// The contact has no address on the channel.
        NoAddress = "no_address",
        /// Nobody is to be written to any more: the contact's switch.
        DoNotContact = "do_not_contact",
        /// No consent in force.
        NoConsent = "no_consent",
        /// The address is suppressed.
        Suppressed = "suppressed",
        /// The text has a place that this person leaves empty.
        MissingValue = "missing_value",
        /// The contact was erased or is gone.
        Gone = "gone",
        /// The same person has it as another contact, since merged into this one.
        Merged = "merged",
        /// The campaign was not to be sent any more.
        Expired = "expired",
        /// Somebody took them out of the run before it was their turn.
        Removed = "removed",
        /// They have had as many messages lately as the workspace allows.
        FrequencyCap = "frequency_cap",
    }
}

impl SkipReason {
    /// The reason in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoAddress => "No e-mail address",
            Self::DoNotContact => "Marked do not contact",
            Self::NoConsent => "No consent in force for marketing by e-mail",
            Self::Suppressed => "Address is suppressed",
            Self::MissingValue => "A value that the text needs is empty",
            Self::Gone => "Contact was erased, or merged into another",
            Self::Merged => "Has had it as another contact that was merged into this one",
            Self::Expired => "Not sent before the campaign's time was over",
            Self::Removed => "Removed by hand before it was sent",
            Self::FrequencyCap => "Has had as many messages lately as the workspace allows",
        }
    }
}

/// A message of a run as its recipients' table shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recipient {
    /// Public id of the message.
    pub id: String,
    /// The contact's id.
    pub contact_id: crate::id::ContactId,
    /// What to call them.
    pub label: String,
    /// Where it went or would go.
    pub address: Option<String>,
    /// The word for its state.
    pub status: String,
    /// Why it was skipped, or what the provider said, in words.
    pub reason: Option<String>,
    /// The provider's code, or the skip reason's word.
    pub code: Option<String>,
    /// When it reached this state.
    pub at: DateTime<Utc>,
    /// When it will be tried again, if it will.
    pub due_at: Option<DateTime<Utc>>,
}

/// A message as the contact's page shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ContactMessage {
    /// Public id of the message.
    pub id: String,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// The campaign's name.
    pub campaign: String,
    /// The word for its state.
    pub status: String,
    /// Why it was skipped, or what the provider said.
    pub reason: Option<String>,
    /// When it reached this state.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Over any order of reports: what was sent stays sent, and what is final stays final.
        #[test]
        fn state_only_moves_forward(order in proptest::collection::vec(0..MessageState::ALL.len(), 0..40)) {
            let mut state = MessageState::Planned;
            for next in order.into_iter().map(|i| MessageState::ALL[i]) {
                if state.may_become(next) {
                    if state.part() == Part::Sent {
                        prop_assert_eq!(next.part(), Part::Sent);
                    }
                    if matches!(state.part(), Part::Skipped | Part::Cancelled) {
                        prop_assert!(false, "{state} is final, went to {next}");
                    }
                    if state == MessageState::Failed {
                        prop_assert_eq!(next, MessageState::Planned);
                    }
                    state = next;
                }
            }
        }
    }

    #[test]
    fn no_state_becomes_itself() {
        for state in MessageState::ALL {
            assert!(!state.may_become(*state), "{state}");
        }
    }
}
