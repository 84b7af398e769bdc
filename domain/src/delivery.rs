//! How a call to a provider ended, and what is to be done about it (PROVIDERS 0).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{message::MessageState, retry};

/// Every call ends in exactly one of these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The provider took the message and gave it this id.
    Accepted { provider_id: String },
    /// It will never take this message.
    Rejected { code: String, text: String },
    /// Nothing was sent; trying again is safe.
    Retry { after: Option<Duration>, code: String, text: String },
    /// Nothing was sent, because this account sends faster than it may: slower, and then again. It says nothing about
    /// the message, so it does not count as an attempt.
    SlowDown { after: Option<Duration>, code: String, text: String },
    /// Nothing was sent, because the account itself is refused or at its limit: nobody else's message will fare better.
    /// With `until_after` it will by itself after that time (a daily quota); without, a person has to mend something.
    Pause { until_after: Option<Duration>, code: String, text: String },
    /// The message was handed over and no answer came: it may have been sent.
    Unknown { text: String },
}

impl Outcome {
    /// What the provider said, or what went wrong, in words.
    pub fn text(&self) -> &str {
        match self {
            Self::Accepted { provider_id } => provider_id,
            Self::Rejected { text, .. }
            | Self::Retry { text, .. }
            | Self::SlowDown { text, .. }
            | Self::Pause { text, .. }
            | Self::Unknown { text } => text,
        }
    }
}

/// How long a message that was told to slow down waits at the least, where the provider does not say.
const SLOWER: Duration = Duration::from_secs(2);

/// What an outcome makes of a planned message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ending {
    /// The state it goes to; planned again when it will be tried again.
    pub state: MessageState,
    /// The provider's code, also of what is tried again, or the word for why there is doubt.
    pub reason: Option<String>,
    /// In words.
    pub detail: Option<String>,
    /// The provider's id.
    pub provider_ref: Option<String>,
    /// Attempts made by now.
    pub attempts: u16,
    /// When it is tried again, where it is.
    pub due_at: Option<DateTime<Utc>>,
}

/// Decides what becomes of a message that had `attempts` attempts before this one. `chance` in 0..1 is the jitter.
pub fn ending(outcome: Outcome, attempts: u16, now: DateTime<Utc>, chance: f64) -> Ending {
    let counted = attempts.saturating_add(1);
    let end = |state, attempts, reason: Option<String>, detail: Option<String>| Ending {
        state,
        reason,
        detail,
        provider_ref: None,
        attempts,
        due_at: None,
    };
    // With its code: who waits for another try is grouped by why.
    let again = |wait: Duration, attempts, code, text| Ending {
        due_at: Some(now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::days(1))),
        ..end(MessageState::Planned, attempts, Some(code), Some(text))
    };
    match outcome {
        Outcome::Accepted { provider_id } => {
            Ending { provider_ref: Some(provider_id), ..end(MessageState::Accepted, counted, None, None) }
        }
        Outcome::Rejected { code, text } => end(MessageState::Failed, counted, Some(code), Some(text)),
        Outcome::Unknown { text } => end(MessageState::InDoubt, counted, Some("no_answer".into()), Some(text)),
        Outcome::Retry { after, code, text } => match retry::wait(counted, chance, after) {
            Some(wait) => again(wait, counted, code, text),
            None => end(MessageState::Failed, counted, Some(code), Some(text)),
        },
        Outcome::SlowDown { after, code, text } => {
            again(after.unwrap_or(SLOWER).mul_f64(1.0 + chance.clamp(0.0, 1.0)), attempts, code, text)
        }
        Outcome::Pause { until_after, code, text } => again(until_after.unwrap_or_default(), attempts, code, text),
    }
}

/// How long an account whose quota of a day is used up rests before it is tried again. The day is the last 24 hours and
/// not a date, so a part of the quota comes back with every hour.
pub const QUOTA_REST: Duration = Duration::from_secs(3600);

/// Reads an SMTP answer given before the message's final dot was sent: nothing was sent, whatever it says
/// (PROVIDERS 4). `stage` is where it was given.
pub fn smtp_answer(stage: SmtpStage, code: u16, text: &str) -> Outcome {
    let text = text.trim().to_owned();
    let code_text = enhanced_code(&text).map_or_else(|| code.to_string(), |enhanced| format!("{code} {enhanced}"));
    if is_quota_used_up(&text) {
        return Outcome::Pause { until_after: Some(QUOTA_REST), code: code_text, text };
    }
    match (stage, code / 100) {
        (SmtpStage::Greeting, 5) => Outcome::Pause { until_after: None, code: code_text, text },
        (SmtpStage::Sender, 5) if matches!(code, 530 | 535) => {
            Outcome::Pause { until_after: None, code: code_text, text }
        }
        (_, 5) => Outcome::Rejected { code: code_text, text },
        _ if is_too_fast(&text) => Outcome::SlowDown { after: None, code: code_text, text },
        _ => Outcome::Retry { after: None, code: code_text, text },
    }
}

/// Whether an answer says that the account has sent all that it may in a day. A recipient's full mailbox is a quota too,
/// but one that concerns nobody else.
pub fn is_quota_used_up(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    says(&["daily", "24 hour", "24-hour"]) && says(&["quota", "limit"]) || says(&["sending quota", "message quota"])
}

/// Whether a refusal for now is about how fast or how much at once an account sends.
pub fn is_too_fast(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["throttl", "maximum sending rate", "rate limit", "too many"].iter().any(|words| text.contains(words))
}

/// Where in the conversation an SMTP answer was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SmtpStage {
    /// Connecting, greeting, TLS, signing in.
    Greeting,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` and the message itself.
    Data,
}

/// The enhanced status code (RFC 3463) at the beginning of an answer's text: `5.1.1`.
fn enhanced_code(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let numeric = parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    numeric.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smtp_answers_mean_what_providers_says() {
        let is = |stage, code, text: &str| smtp_answer(stage, code, text);
        assert!(matches!(is(SmtpStage::Greeting, 421, "busy"), Outcome::Retry { .. }));
        assert!(
            matches!(is(SmtpStage::Greeting, 535, "5.7.8 bad password"), Outcome::Pause { code, .. } if code == "535 5.7.8")
        );
        assert!(
            matches!(is(SmtpStage::Recipient, 550, "5.1.1 no such user"), Outcome::Rejected { code, .. } if code == "550 5.1.1")
        );
        assert!(matches!(is(SmtpStage::Recipient, 451, "greylisted"), Outcome::Retry { code, .. } if code == "451"));
        assert!(matches!(is(SmtpStage::Data, 554, "spam"), Outcome::Rejected { .. }));
        assert!(matches!(is(SmtpStage::Data, 452, "full"), Outcome::Retry { .. }));
    }

    #[test]
    fn answers_about_the_pace_slow_down_and_answers_about_the_day_pause_for_a_time() {
        for (code, text) in [
            (454, "Throttling failure: Maximum sending rate exceeded"),
            (454, "4.7.0 Throttling failure"),
            (421, "Too many concurrent SMTP connections"),
            (451, "4.7.1 Rate limit reached"),
        ] {
            assert!(
                matches!(smtp_answer(SmtpStage::Sender, code, text), Outcome::SlowDown { after: None, .. }),
                "{text}"
            );
        }
        for (code, text) in [
            (454, "4.7.0 Throttling failure: Daily message quota exceeded"),
            (454, "Maximum sending quota reached"),
            (550, "5.4.5 Daily user sending limit exceeded"),
        ] {
            let told = smtp_answer(SmtpStage::Data, code, text);
            assert!(matches!(told, Outcome::Pause { until_after: Some(QUOTA_REST), .. }), "{text}");
        }
        let full = smtp_answer(SmtpStage::Recipient, 552, "5.2.2 Mailbox over quota");
        assert!(matches!(full, Outcome::Rejected { .. }), "one person's mailbox is no reason to stop");
        let spam = smtp_answer(SmtpStage::Data, 550, "5.7.1 Too many links");
        assert!(matches!(spam, Outcome::Rejected { .. }), "refused for good, not for the pace");
    }
}
