//! Suppressions as they are typed, checked; and what a list of them is filtered by.

use serde::{Deserialize, Serialize};

use super::{Key, SuppressionReason};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    text,
};

/// The form of an address that identifies it on a channel: what messages are checked against.
#[cfg(feature = "phone")]
pub fn normal(channel: Channel, typed: &str) -> Result<String, Refused> {
    match channel {
        Channel::Email => Ok(crate::email::Email::parse(typed)?.key()),
        Channel::Sms | Channel::Whatsapp | Channel::Voice | Channel::Rvm => {
            crate::phone::parse(typed, None)?.ok_or_else(|| Refused::new("required", "Needed."))
        }
        Channel::Social => Ok(text::required_line(typed, 200)?.to_lowercase()),
    }
}

/// An address to suppress, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["address"])))]
#[serde(default)]
pub struct NewSuppression {
    /// Word of [`Channel`]; `email` when empty.
    pub channel: String,
    /// The address.
    pub address: String,
    /// Word of [`SuppressionReason`]; `manual` when empty.
    pub reason: String,
    /// What is known besides.
    pub note: String,
}

/// A checked [`NewSuppression`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedSuppression {
    /// What identifies it.
    pub key: Key,
    /// Why.
    pub reason: SuppressionReason,
    /// What is known besides.
    pub note: String,
}

#[cfg(feature = "phone")]
impl NewSuppression {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ParsedSuppression, FieldErrors> {
        let mut errors = FieldErrors::default();
        let channel = errors.take("channel", channel_or_email(&self.channel));
        let address = channel.and_then(|channel| errors.take("address", normal(channel, &self.address)));
        let reason = errors.take("reason", reason_or_manual(&self.reason));
        let note = errors.take("note", text::optional(&self.note, 1000));
        let key = channel.zip(address).map(|(channel, address)| Key { channel, address });
        errors.finish(key.zip(reason).zip(note).map(|((key, reason), note)| ParsedSuppression { key, reason, note }))
    }
}

/// Addresses to suppress, one a line, or as a CSV file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["text"])))]
#[serde(default)]
pub struct NewImport {
    /// The channel of lines that name none; `email` when empty.
    pub channel: String,
    /// The reason of lines that name none; `manual` when empty.
    pub reason: String,
    /// The note of lines that have none.
    pub note: String,
    /// The lines.
    pub text: String,
}

impl NewImport {
    /// What counts for lines that do not say it themselves.
    pub fn parse(&self) -> Result<(Channel, SuppressionReason, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let channel = errors.take("channel", channel_or_email(&self.channel));
        let reason = errors.take("reason", reason_or_manual(&self.reason));
        let note = errors.take("note", text::optional(&self.note, 1000));
        if self.text.trim().is_empty() {
            errors.add("text", "required", "Paste at least one address, or choose a file.");
        }
        errors.finish(channel.zip(reason).zip(note).map(|((channel, reason), note)| (channel, reason, note)))
    }
}

fn channel_or_email(word: &str) -> Result<Channel, Refused> {
    if word.trim().is_empty() { Ok(Channel::Email) } else { Channel::parse(word) }
}

fn reason_or_manual(word: &str) -> Result<SuppressionReason, Refused> {
    if word.trim().is_empty() { Ok(SuppressionReason::Manual) } else { SuppressionReason::parse(word) }
}

/// Which suppressions are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Of this channel only.
    pub channel: Option<Channel>,
    /// For this reason only.
    pub reason: Option<SuppressionReason>,
    /// Whose address begins so.
    pub prefix: String,
}

impl Filter {
    /// A filter of words, of which each may be empty.
    pub fn parse(channel: &str, reason: &str, search: &str) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let some = |word: &str| !word.trim().is_empty();
        let channel = errors.take("channel", some(channel).then(|| Channel::parse(channel)).transpose());
        let reason = errors.take("reason", some(reason).then(|| SuppressionReason::parse(reason)).transpose());
        let prefix = search.trim().chars().filter(|c| !c.is_control()).collect::<String>().to_lowercase();
        errors.finish(channel.zip(reason).map(|(channel, reason)| Self { channel, reason, prefix }))
    }
}

#[cfg(all(test, feature = "phone"))]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_by_the_form_that_messages_are_checked_against() {
        assert_eq!(normal(Channel::Email, " Ada@One.example "), Ok("ada@one.example".into()));
        assert_eq!(normal(Channel::Voice, "+1 (212) 555-0123"), Ok("+12125550123".into()));
        assert_eq!(normal(Channel::Social, "@Ada"), Ok("@ada".into()));
        assert_eq!(normal(Channel::Sms, " ").unwrap_err().code, "required");
        assert_eq!(normal(Channel::Email, "+12125550123").unwrap_err().code, "invalid_email");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let typed = NewSuppression { address: "x".into(), reason: "dislike".into(), ..Default::default() };
        let errors = typed.parse().unwrap_err();
        assert!(errors.message("address").is_some() && errors.message("reason").is_some());
        let good = NewSuppression { address: "Ada@one.example".into(), ..Default::default() }.parse().unwrap();
        assert_eq!((good.key.to_string().as_str(), good.reason), ("email:ada@one.example", SuppressionReason::Manual));
    }

    #[test]
    fn an_empty_filter_shows_all_and_an_unknown_word_nothing() {
        assert_eq!(Filter::parse("", " ", "\0"), Ok(Filter::default()));
        assert_eq!(Filter::parse("sms", "stop", " +1 ").unwrap().prefix, "+1");
        assert_eq!(Filter::parse("pigeon", "dislike", "").unwrap_err().0.len(), 2);
    }
}
