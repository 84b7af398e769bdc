//! The sandbox: takes messages into an outbox of our own and plays a provider's part. What it does with a message follows
//! from the message's id, the attempt and the recipient alone, so that a run with it can be told beforehand and repeated.

mod report;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{NewConfig, new::whole};
use crate::error::FieldErrors;

pub use report::reports;

/// How the sandbox behaves.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SandboxConfig {
    /// How long it takes to answer, in milliseconds.
    pub latency_ms: u32,
    /// Of a hundred messages so many are refused for good.
    pub reject_percent: u32,
    /// Of a hundred attempts so many are refused for now.
    pub retry_percent: u32,
    /// Of a hundred attempts so many are told to come more slowly.
    pub slow_down_percent: u32,
    /// Of a hundred messages so many get no answer.
    pub no_answer_percent: u32,
    /// Of a hundred messages that were taken so many bounce; the others are delivered.
    pub bounce_percent: u32,
    /// Of a hundred that were delivered so many are reported as spam.
    pub complaint_percent: u32,
    /// Of a hundred that were delivered so many are opened.
    pub open_percent: u32,
    /// Of a hundred that were opened so many are clicked.
    pub click_percent: u32,
    /// How long each of these takes to happen after the one before, in milliseconds.
    pub receipt_delay_ms: u32,
}

/// What the sandbox does with a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Play {
    /// Takes it.
    Accept,
    /// Refuses it for good.
    Reject,
    /// Refuses it for now.
    Retry,
    /// Says that it comes too fast.
    SlowDown,
    /// Gives no answer, having taken it.
    LoseAnswer,
    /// Gives no answer, without having taken it.
    LoseMessage,
}

/// Decides what to do with a message. `attempt` is 1 for the first; `second` is the time in whole seconds.
///
/// The local part of the address may demand something, as at the mailbox simulator of SES; what follows a `+` does not
/// matter. `reject@` is refused for good; `retry@` is refused for now at its first attempt and taken at the next;
/// `slowdown@` is told to slow down in every other second; `noanswer@` gets no answer.
/// Otherwise the percentages decide by a draw from the message's id. Being refused for now is drawn anew for each attempt.
/// Being slowed down does not count as an attempt, so it is drawn anew each second: it ends for all but at 100 percent.
/// Of the messages that get no answer one half has arrived.
pub fn play(config: &SandboxConfig, message: &str, attempt: u16, second: i64, local_part: &str) -> Play {
    let lost = || if draw(message, "lost", 0).is_multiple_of(2) { Play::LoseAnswer } else { Play::LoseMessage };
    match local_part.split('+').next().unwrap_or_default().to_ascii_lowercase().as_str() {
        "reject" => return Play::Reject,
        "retry" if attempt <= 1 => return Play::Retry,
        "slowdown" if second % 2 == 0 => return Play::SlowDown,
        "noanswer" => return lost(),
        "retry" | "slowdown" => return Play::Accept,
        _ => {}
    }
    if draw(message, "slow", second) < config.slow_down_percent {
        return Play::SlowDown;
    }
    let end = draw(message, "end", 0);
    if end < config.reject_percent {
        Play::Reject
    } else if end < config.reject_percent + config.no_answer_percent {
        lost()
    } else if draw(message, "retry", attempt.into()) < config.retry_percent {
        Play::Retry
    } else {
        Play::Accept
    }
}

/// A number from 0 to 99 that looks like chance and is always the same for the same question: FNV-1a, mixed once more
/// because its last bits follow the last letter too closely.
fn draw(message: &str, what: &str, turn: i64) -> u32 {
    let bytes = message.bytes().chain(what.bytes()).chain(turn.to_be_bytes());
    let fnv = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (fnv ^ (fnv >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 33) % 100) as u32
}

/// Checks what was typed.
pub(super) fn parse(new: &NewConfig, errors: &mut FieldErrors) -> Option<SandboxConfig> {
    let mut number = |field: &str, typed: &Value, most: u32| {
        let number = errors.take(&format!("config.{field}"), whole(typed, 0..=most));
        number.map(Option::unwrap_or_default)
    };
    let latency_ms = number("latency_ms", &new.latency_ms, 20_000);
    let reject_percent = number("reject_percent", &new.reject_percent, 100);
    let retry_percent = number("retry_percent", &new.retry_percent, 100);
    let slow_down_percent = number("slow_down_percent", &new.slow_down_percent, 100);
    let no_answer_percent = number("no_answer_percent", &new.no_answer_percent, 100);
    let bounce_percent = number("bounce_percent", &new.bounce_percent, 100);
    let complaint_percent = number("complaint_percent", &new.complaint_percent, 100);
    let open_percent = number("open_percent", &new.open_percent, 100);
    let click_percent = number("click_percent", &new.click_percent, 100);
    let receipt_delay_ms = number("receipt_delay_ms", &new.receipt_delay_ms, 3_600_000);
    if reject_percent.zip(no_answer_percent).is_some_and(|(reject, none)| reject + none > 100) {
        let message = "Together with those refused for good more than 100 percent.";
        errors.add("config.no_answer_percent", "too_many", message);
    }
    Some(SandboxConfig {
        latency_ms: latency_ms?,
        reject_percent: reject_percent?,
        retry_percent: retry_percent?,
        slow_down_percent: slow_down_percent?,
        no_answer_percent: no_answer_percent?,
        bounce_percent: bounce_percent?,
        complaint_percent: complaint_percent?,
        open_percent: open_percent?,
        click_percent: click_percent?,
        receipt_delay_ms: receipt_delay_ms?,
    })
}

#[cfg(test)]
mod tests {
    use super::super::NewProvider;
    use super::*;

    fn played(config: &SandboxConfig, attempt: u16, second: i64) -> Vec<Play> {
        (0..10_000).map(|n| play(config, &format!("message-{n}"), attempt, second, "ada")).collect()
    }

    fn share(played: &[Play], of: &[Play]) -> usize {
        played.iter().filter(|play| of.contains(play)).count() / 100
    }

    #[test]
    fn percentages_are_kept_and_repeat() {
        let config =
            SandboxConfig { reject_percent: 10, retry_percent: 20, no_answer_percent: 5, ..Default::default() };
        let first = played(&config, 1, 7);
        assert_eq!(first, played(&config, 1, 8), "the same again");
        assert!((9..=11).contains(&share(&first, &[Play::Reject])));
        assert!((4..=6).contains(&share(&first, &[Play::LoseAnswer, Play::LoseMessage])));
        // Of those that are neither rejected nor lost.
        assert!((15..=19).contains(&share(&first, &[Play::Retry])));
        assert!(first.contains(&Play::LoseAnswer) && first.contains(&Play::LoseMessage));
    }

    #[test]
    fn a_message_refused_for_now_may_be_taken_later_and_one_slowed_down_too() {
        let config = SandboxConfig { retry_percent: 50, ..Default::default() };
        let (first, second) = (played(&config, 1, 0), played(&config, 2, 0));
        assert!(first.iter().zip(&second).any(|pair| pair == (&Play::Retry, &Play::Accept)));
        let config = SandboxConfig { slow_down_percent: 50, ..Default::default() };
        let (first, second) = (played(&config, 1, 0), played(&config, 1, 2));
        assert!(first.iter().zip(&second).any(|pair| pair == (&Play::SlowDown, &Play::Accept)));
        assert!((48..=52).contains(&share(&first, &[Play::SlowDown])));
    }

    #[test]
    fn the_address_may_demand_what_happens() {
        let plays = |to: &str, attempt, second| play(&SandboxConfig::default(), "m", attempt, second, to);
        assert_eq!(plays("reject", 1, 0), Play::Reject);
        assert_eq!([plays("retry+a", 1, 0), plays("Retry+a", 2, 0)], [Play::Retry, Play::Accept]);
        assert_eq!([plays("slowdown", 1, 4), plays("slowdown", 1, 5)], [Play::SlowDown, Play::Accept]);
        assert!(matches!(plays("noanswer", 1, 0), Play::LoseAnswer | Play::LoseMessage));
        assert_eq!(plays("rejected", 1, 0), Play::Accept);
    }

    #[test]
    fn percentages_cannot_exceed_a_hundred() {
        let mut new = NewProvider { channel: "email".into(), kind: "sandbox".into(), ..Default::default() };
        new.config.reject_percent = 60.into();
        new.config.no_answer_percent = "41".into();
        assert_eq!(new.parse().err().unwrap().0[0].field, "config.no_answer_percent");
        new.config.no_answer_percent = 101.into();
        assert_eq!(new.parse().err().unwrap().0[0].code, "invalid");
        new.config.no_answer_percent = "".into();
        assert!(new.parse().is_ok());
    }
}
