//! Suppression (SPEC 2.7): addresses that are not written to on a channel, whoever they belong to and whatever the
//! consent says.

mod bounces;
mod typed;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use bounces::{SOFT_BOUNCES, is_worn_out};
#[cfg(feature = "phone")]
pub use typed::normal;
pub use typed::{Filter, NewImport, NewSuppression, ParsedSuppression};

use crate::{channel::Channel, error::Refused, words::words};

words! {
    /// Why an address must not be written to.
    SuppressionReason {
        /// The mailbox does not exist, or takes nothing any more.
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
        /// On a list that the provider itself keeps.
        ProviderSuppressed = "provider_suppressed",
    }
}

/// An address that is not written to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Suppression {
    /// On which channel.
    pub channel: Channel,
    /// The address, in the form that identifies it.
    pub address: String,
    /// Why.
    pub reason: SuppressionReason,
    /// What is known besides: a note, or what it came from.
    pub note: String,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who put it there; none when a report did.
    pub added_by: Option<String>,
}

impl Suppression {
    /// What identifies it.
    pub fn key(&self) -> Key {
        Key { channel: self.channel, address: self.address.clone() }
    }
}

/// What identifies a suppression, and where a page of them begins: `email:ada@one.example`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Key {
    /// The channel.
    pub channel: Channel,
    /// The address, normalised.
    pub address: String,
}

impl Key {
    /// The key of an address as it is typed.
    #[cfg(feature = "phone")]
    pub fn new(channel: &str, address: &str) -> Result<Self, Refused> {
        let channel = Channel::parse(channel)?;
        Ok(Self { channel, address: normal(channel, address)? })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.channel, self.address)
    }
}

impl std::str::FromStr for Key {
    type Err = Refused;

    fn from_str(text: &str) -> Result<Self, Refused> {
        let (channel, address) = text.split_once(':').unwrap_or_default();
        Ok(Self { channel: Channel::parse(channel)?, address: address.to_owned() })
    }
}

/// What came of an import.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imported {
    /// Addresses that were not suppressed before.
    pub added: u64,
    /// Addresses that were; they stay as they are.
    pub known: u64,
    /// How many lines were left out.
    pub rejected: u64,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
}

/// A line that was left out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BadLine {
    /// Its number; the first is 1.
    pub line: u64,
    /// What stands there.
    pub text: String,
    /// What is wrong with it.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_there_and_back() {
        let key = Key::new("sms", "+1 (212) 555-0123").unwrap();
        assert_eq!(key.to_string(), "sms:+12125550123");
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!("pigeon:a".parse::<Key>().is_err() && "".parse::<Key>().is_err());
    }
}
