//! Consent (SPEC 2.5): a ledger of what a person granted and withdrew, never a flag that is overwritten. The state in
//! force is the newest entry's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::{Channel, Purpose},
    error::FieldErrors,
    text,
    words::words,
};

words! {
    /// What an entry says.
    State {
        /// May be written to.
        Granted = "granted",
        /// May no longer.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How the entry came about.
    Source {
        /// An imported file.
        Import = "import",
        /// A booking form.
        BookingForm = "booking_form",
        /// A program, through the API.
        Api = "api",
        /// A link in a message.
        Link = "link",
        /// A reply such as STOP.
        Keyword = "keyword",
        /// A complaint to the mail provider.
        Complaint = "complaint",
        /// A user, by hand.
        Manual = "manual",
    }
}

/// A consent as given in an API body or form.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewConsent {
    /// Word of [`Channel`].
    pub channel: String,
    /// Word of [`Purpose`]; `marketing` when empty.
    pub purpose: String,
    /// Word of [`State`].
    pub state: String,
    /// Word of [`Source`], or free words, which count as `api` with the words kept as evidence.
    pub source: String,
    /// The wording agreed to, or where the proof lies.
    pub evidence: String,
}

/// A checked [`NewConsent`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedConsent {
    /// For which channel.
    pub channel: Channel,
    /// For what.
    pub purpose: Purpose,
    /// What it says.
    pub state: State,
    /// How it came about.
    pub source: Source,
    /// The wording or proof.
    pub evidence: String,
}

impl NewConsent {
    /// Checks everything; error fields are prefixed (`consents.0.channel`).
    pub fn parse(&self, prefix: &str, errors: &mut FieldErrors) -> Option<ParsedConsent> {
        let at = |field: &str| format!("{prefix}{field}");
        let purpose =
            if self.purpose.trim().is_empty() { Ok(Purpose::Marketing) } else { Purpose::parse(&self.purpose) };
        let channel = errors.take(&at("channel"), Channel::parse(&self.channel));
        let purpose = errors.take(&at("purpose"), purpose);
        let state = errors.take(&at("state"), State::parse(&self.state));
        let source = errors.take(&at("source"), text::required_line(&self.source, 200));
        let evidence = errors.take(&at("evidence"), text::optional(&self.evidence, 4000));
        let (source, evidence) = name_source(source?, evidence?);
        Some(ParsedConsent { channel: channel?, purpose: purpose?, state: state?, source, evidence })
    }
}

/// Free words for a source are kept: they are evidence.
fn name_source(words: String, evidence: String) -> (Source, String) {
    match Source::from_word(&words) {
        Some(source) => (source, evidence),
        None if evidence.is_empty() => (Source::Api, words),
        None => (Source::Api, format!("{words}: {evidence}")),
    }
}

/// A line of a person's consent history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ConsentEntry {
    /// For which channel.
    pub channel: Channel,
    /// For what.
    pub purpose: Purpose,
    /// What it says.
    pub state: State,
    /// When.
    pub at: DateTime<Utc>,
    /// How it came about.
    pub source: Source,
    /// The wording or proof.
    pub evidence: String,
}

/// The state in force for a channel and purpose: that of the newest entry (of two at the same instant the later in the
/// ledger); none when nothing was ever said.
pub fn in_force(history: &[ConsentEntry], channel: Channel, purpose: Purpose) -> Option<State> {
    history.iter().filter(|e| e.channel == channel && e.purpose == purpose).max_by_key(|e| e.at).map(|e| e.state)
}

words! {
    /// Why an address must not be written to (SPEC 2.7).
    SuppressionReason {
        /// The mailbox does not exist.
        HardBounce = "hard_bounce",
        /// Reported as spam.
        Complaint = "complaint",
        /// Unsubscribed.
        Unsubscribe = "unsubscribe",
        /// Replied STOP.
        Stop = "stop",
        /// Put there by a user.
        Manual = "manual",
        /// Not an address.
        Invalid = "invalid",
        /// On a do-not-call list.
        DoNotCall = "do_not_call",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(state: State, second: i64) -> ConsentEntry {
        ConsentEntry {
            channel: Channel::Email,
            purpose: Purpose::Marketing,
            state,
            at: DateTime::from_timestamp(second, 0).unwrap(),
            source: Source::Manual,
            evidence: String::new(),
        }
    }

    #[test]
    fn free_words_for_a_source_are_kept_as_evidence() {
        let typed = NewConsent {
            channel: "email".into(),
            state: "granted".into(),
            source: "paper form, May 2026".into(),
            ..Default::default()
        };
        let parsed = typed.parse("", &mut FieldErrors::default()).unwrap();
        assert_eq!((parsed.source, parsed.evidence.as_str()), (Source::Api, "paper form, May 2026"));
        assert_eq!(parsed.purpose, Purpose::Marketing);
    }

    #[test]
    fn errors_name_the_place() {
        let mut errors = FieldErrors::default();
        assert_eq!(NewConsent::default().parse("consents.1.", &mut errors), None);
        assert!(errors.message("consents.1.channel").is_some() && errors.message("consents.1.source").is_some());
    }

    proptest! {
        /// Whatever order the entries arrive in, the newest one counts, and other channels do not.
        #[test]
        fn the_newest_entry_is_in_force(granted in proptest::collection::vec(any::<bool>(), 1..20), seed in any::<u64>()) {
            let state = |g: bool| if g { State::Granted } else { State::Withdrawn };
            let mut history: Vec<_> = granted.iter().enumerate().map(|(i, g)| entry(state(*g), i as i64)).collect();
            let turn = (seed as usize) % history.len();
            history.rotate_left(turn);
            prop_assert_eq!(in_force(&history, Channel::Email, Purpose::Marketing), Some(state(*granted.last().unwrap())));
            prop_assert_eq!(in_force(&history, Channel::Sms, Purpose::Marketing), None);
        }
    }
}
