//! What was said, and which of it is in force.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Source, State};
use crate::{
    channel::{Channel, Purpose},
    proof::ProofRef,
};

/// A line of a person's consent history.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsentEntry {
    /// For which channel.
    pub channel: Channel,
    /// For what.
    pub purpose: Purpose,
    /// What it says.
    pub state: State,
    /// When the person said so.
    pub at: DateTime<Utc>,
    /// How it came about.
    pub source: Source,
    /// The words that the person agreed to.
    pub wording: String,
    /// Where and how they said so.
    pub evidence: String,
    /// The network address they said it from, where known.
    pub address: Option<String>,
    /// Who recorded it; empty when nobody did.
    pub recorded_by: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The file that proves it.
    pub proof: Option<ProofRef>,
}

/// The entry in force for a channel and purpose: the newest. Of two that were said at the same instant a withdrawal
/// counts, so that it never matters in which order they are recorded.
pub fn newest(history: &[ConsentEntry], channel: Channel, purpose: Purpose) -> Option<&ConsentEntry> {
    let about = history.iter().filter(|entry| entry.channel == channel && entry.purpose == purpose);
    about.max_by_key(|entry| (entry.at, entry.state == State::Withdrawn))
}

/// The state in force for a channel and purpose; none when nothing was ever said.
pub fn in_force(history: &[ConsentEntry], channel: Channel, purpose: Purpose) -> Option<State> {
    newest(history, channel, purpose).map(|entry| entry.state)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn entry(granted: bool, second: i64) -> ConsentEntry {
        let at = DateTime::from_timestamp(second, 0).unwrap();
        ConsentEntry {
            channel: Channel::Email,
            purpose: Purpose::Marketing,
            state: if granted { State::Granted } else { State::Withdrawn },
            at,
            source: Source::Manual,
            wording: String::new(),
            evidence: String::new(),
            address: None,
            recorded_by: String::new(),
            recorded_at: at,
            proof: None,
        }
    }

    proptest! {
        /// Whatever order the entries are recorded in, the same one counts, and other channels do not.
        #[test]
        fn the_newest_entry_is_in_force(
            (said, shuffled) in vec((any::<bool>(), 0..6_i64), 1..20)
                .prop_flat_map(|said| (Just(said.clone()), Just(said).prop_shuffle()))
        ) {
            let history: Vec<_> = shuffled.iter().map(|(granted, second)| entry(*granted, *second)).collect();
            let last = said.iter().map(|(_, second)| *second).max().unwrap();
            let agreed = said.iter().filter(|(_, second)| *second == last).all(|(granted, _)| *granted);
            let state = if agreed { State::Granted } else { State::Withdrawn };
            prop_assert_eq!(in_force(&history, Channel::Email, Purpose::Marketing), Some(state));
            prop_assert_eq!(in_force(&history, Channel::Sms, Purpose::Marketing), None);
            prop_assert_eq!(in_force(&history, Channel::Email, Purpose::Transactional), None);
        }
    }
}
