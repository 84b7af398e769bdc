//! Messages in doubt (DESIGN 2): handed over, and no answer came. Nobody can know whether they arrived, so a person
//! decides what they count as, or the workspace's policy does after a day.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{CampaignId, ContactId, RunId},
    message::MessageState,
    words::words,
};

/// How long a message is in doubt before the policy looks at it: an answer that comes late has come by then.
pub const POLICY_AFTER: TimeDelta = TimeDelta::hours(24);
/// The most messages that one decision names.
pub const CHOSEN_MAX: usize = 1_000;
/// The reason of messages that were given up: they count as failed.
pub const GIVEN_UP: &str = "given_up";

words! {
    /// Why nobody knows.
    DoubtReason {
        /// The provider had the whole message and was silent.
        NoAnswer = "no_answer",
        /// We stopped (a crash, a lost machine) after handing it over or just before.
        Interrupted = "interrupted",
    }
}

impl DoubtReason {
    /// As the heading of a group.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoAnswer => "No answer from the provider",
            Self::Interrupted => "Sending was interrupted",
        }
    }

    /// What happened, and which way it mostly ended.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoAnswer => {
                "The provider had the whole message and did not say whether it took it. Most such \
                               messages were taken."
            }
            Self::Interrupted => {
                "Carillon stopped in the middle of sending, so it did not see how that ended. Some \
                                  of them were never handed over."
            }
        }
    }
}

words! {
    /// What somebody decides about a message in doubt.
    Decision {
        /// It counts as sent.
        MarkSent = "mark_sent",
        /// It counts as failed, and nothing more is done.
        MarkNotSent = "mark_not_sent",
        /// It goes out once more, unless a guard stops it.
        SendAgain = "send_again",
    }
}

impl Decision {
    /// The state that it leads to.
    pub fn becomes(self) -> MessageState {
        match self {
            Self::MarkSent => MessageState::Accepted,
            Self::MarkNotSent => MessageState::Failed,
            Self::SendAgain => MessageState::Planned,
        }
    }

    /// What then stands beside the state, as its code.
    pub fn reason(self) -> Option<&'static str> {
        (self == Self::MarkNotSent).then_some(GIVEN_UP)
    }

    /// What then stands beside the state, in words.
    pub fn detail(self) -> &'static str {
        match self {
            Self::MarkSent => "Marked as sent by a person; the provider did not say so.",
            Self::MarkNotSent => "Given up: nobody knows whether it arrived.",
            Self::SendAgain => "Sent again, because no answer came the first time.",
        }
    }

    /// What happened, in the past: the kind of the event, and the end of the audit log's action.
    pub fn done(self) -> &'static str {
        match self {
            Self::MarkSent => "marked_sent",
            Self::MarkNotSent => GIVEN_UP,
            Self::SendAgain => "sent_again",
        }
    }
}

words! {
    /// What becomes of a message that is in doubt for a day.
    DoubtPolicy {
        /// It waits for a person.
        Hold = "hold",
        /// It is sent again by itself, once; if that ends in doubt too, it waits for a person.
        SendAgain = "send_again",
    }
}

impl DoubtPolicy {
    /// Between which moments a message must have come into doubt to be sent again now; none when it is not.
    pub fn sends_again(self, since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Span> {
        let span = Span { from: since?, to: now - POLICY_AFTER };
        (self == Self::SendAgain && span.from <= span.to).then_some(span)
    }
}

/// From one moment to another, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The first.
    pub from: DateTime<Utc>,
    /// The last.
    pub to: DateTime<Utc>,
}

/// A decision as typed: about the messages named, or about all of the campaign.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewDecision {
    /// A word of [`Decision`].
    pub decision: String,
    /// Public ids of messages.
    pub ids: Vec<String>,
    /// All that are in doubt instead.
    pub all: bool,
}

/// What a decision did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Decided {
    /// Messages that it was about and that were in doubt.
    pub changed: i64,
    /// Messages that were not in doubt any more: somebody else decided, or the provider answered late.
    pub already_decided: i64,
    /// How many of the campaign are in doubt now.
    pub left: i64,
}

/// A message in doubt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Doubted {
    /// Public id of the message.
    pub id: String,
    /// The contact's id.
    pub contact_id: ContactId,
    /// What to call them.
    pub label: String,
    /// Where it went, perhaps.
    pub address: Option<String>,
    /// Why nobody knows.
    pub reason: DoubtReason,
    /// What happened, in words.
    pub detail: Option<String>,
    /// In doubt since then.
    pub at: DateTime<Utc>,
    /// How often it was handed over.
    pub attempts: i16,
    /// Whether it was in doubt before, and sent again.
    pub sent_again: bool,
}

/// A campaign with messages in doubt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InDoubt {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its run.
    pub run_id: RunId,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// How many.
    pub count: i64,
}

/// Where a page of messages in doubt begins: after this one. They are in order of reason and number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Its reason.
    pub reason: DoubtReason,
    /// Its number in the run.
    pub n: i32,
}

impl Place {
    /// Before the first.
    pub const START: Self = Self { reason: DoubtReason::ALL[0], n: 0 };

    /// Where to look for more: each reason with the number to begin after, in order.
    pub fn onwards(self) -> Vec<Self> {
        let later = DoubtReason::ALL.iter().filter(|reason| **reason >= self.reason);
        later.map(|reason| if *reason == self.reason { self } else { Self { reason: *reason, n: 0 } }).collect()
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.reason, self.n)
    }
}

/// What is no place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (reason, n) = text.split_once('.').ok_or(NoPlace)?;
        let n = n.parse().or(Err(NoPlace))?;
        Ok(Self { reason: DoubtReason::from_word(reason).ok_or(NoPlace)?, n })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_is_a_move_out_of_doubt() {
        for decision in Decision::ALL {
            assert!(MessageState::InDoubt.may_become(decision.becomes()), "{decision}");
            assert!(decision.becomes() != MessageState::Failed || decision.reason().is_some(), "{decision}");
        }
    }

    #[test]
    fn the_policy_waits_a_day_and_looks_at_nothing_older_than_itself() {
        let (since, day) = (DateTime::UNIX_EPOCH, TimeDelta::hours(24));
        let sends = |policy: DoubtPolicy, since, now| policy.sends_again(since, now);
        assert_eq!(sends(DoubtPolicy::Hold, Some(since), since + day * 9), None);
        assert_eq!(sends(DoubtPolicy::SendAgain, None, since + day * 9), None);
        assert_eq!(sends(DoubtPolicy::SendAgain, Some(since), since + day - TimeDelta::seconds(1)), None);
        let span = Span { from: since, to: since + day };
        assert_eq!(sends(DoubtPolicy::SendAgain, Some(since), since + day * 2), Some(span));
    }

    #[test]
    fn a_place_is_read_as_it_is_written_and_leads_through_every_reason() {
        let place = Place { reason: DoubtReason::Interrupted, n: 70_000 };
        assert_eq!(place.to_string().parse(), Ok(place));
        assert_eq!(place.onwards(), [place]);
        assert_eq!(Place::START.onwards().len(), DoubtReason::ALL.len());
        for odd in ["", "no_answer", "no_answer.", "gone.7", "no_answer.9999999999"] {
            assert_eq!(odd.parse::<Place>(), Err(NoPlace), "{odd}");
        }
    }
}
