//! Where a provider reports to, and what came there lately (SPEC 10).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

words! {
    /// Why something that came was turned away, and nothing of it kept.
    Refusal {
        /// The signature is not the one of its text.
        BadSignature = "bad_signature",
        /// What would prove the signature does not lie with Amazon, or is not Amazon's.
        ForeignCertificate = "foreign_certificate",
        /// It was signed long ago: somebody's copy.
        Old = "old",
        /// It comes from a topic that the account does not name.
        WrongTopic = "wrong_topic",
        /// It is nothing that the provider sends.
        Unreadable = "unreadable",
    }
}

words! {
    /// What became of something that came.
    Fate {
        /// It waits: to be applied, or for its message to be found.
        Waiting = "waiting",
        /// It was applied.
        Applied = "applied",
        /// Nothing follows from it.
        Ignored = "ignored",
        /// It could not be applied.
        Failed = "failed",
    }
}

/// The address that a provider reports to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// The address, with its secret in it; none until one is made.
    pub url: Option<String>,
    /// Since when it has this secret.
    pub made_at: Option<DateTime<Utc>>,
    /// The topic whose subscription was confirmed last, SES only.
    pub confirmed_topic: Option<String>,
    /// When it was.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Since when the topic sends nothing here any more.
    pub ended_at: Option<DateTime<Utc>>,
    /// When something was kept last.
    pub last_at: Option<DateTime<Utc>>,
    /// What was kept lately, newest first.
    pub arrivals: Vec<Arrival>,
    /// What was turned away in the last week, by reason.
    pub refused: Vec<Refused>,
}

impl Webhook {
    /// Whether the topic that an account names sends here.
    pub fn is_subscribed(&self, topic: Option<&str>) -> bool {
        let confirmed = self.confirmed_topic.as_deref().filter(|_| self.confirmed_at > self.ended_at);
        confirmed.is_some() && confirmed == topic
    }
}

/// Something that came.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Arrival {
    /// When.
    pub at: DateTime<Utc>,
    /// What it is: `Bounce (Permanent, General)`.
    pub kind: String,
    /// What became of it.
    pub fate: Fate,
    /// Why, where there is something to say; empty otherwise.
    pub note: String,
}

/// What was turned away for one reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refused {
    /// The reason.
    pub why: Refusal,
    /// How often in the last week.
    pub count: i64,
    /// When last.
    pub last_at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_subscription_is_one_of_the_topic_that_is_named_and_has_not_ended() {
        let at = |hours| Some(DateTime::UNIX_EPOCH + TimeDelta::hours(hours));
        let webhook = |confirmed_at, ended_at| Webhook {
            url: None,
            made_at: None,
            confirmed_topic: Some("a".into()),
            confirmed_at,
            ended_at,
            last_at: None,
            arrivals: Vec::new(),
            refused: Vec::new(),
        };
        assert!(webhook(at(1), None).is_subscribed(Some("a")));
        assert!(webhook(at(2), at(1)).is_subscribed(Some("a")));
        assert!(!webhook(at(1), at(2)).is_subscribed(Some("a")));
        assert!(!webhook(at(1), None).is_subscribed(Some("b")));
        assert!(!webhook(at(1), None).is_subscribed(None));
        assert!(!webhook(None, None).is_subscribed(Some("a")));
    }
}
