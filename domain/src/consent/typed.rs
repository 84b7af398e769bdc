//! A consent as it is typed or sent, checked.

use std::net::IpAddr;

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Source, State};
use crate::{
    channel::{Channel, Purpose},
    error::{FieldErrors, Refused},
    id::ProofId,
    text,
};

/// A consent as given in an API body or form.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewConsent {
    /// Word of [`Channel`].
    pub channel: String,
    /// Word of [`Purpose`]; `marketing` when empty.
    pub purpose: String,
    /// Word of [`State`].
    pub state: String,
    /// When the person said so, as in RFC 3339; now when empty. Never in the future.
    pub at: String,
    /// Word of [`Source`], or free words, which count as `api` with the words kept as evidence.
    pub source: String,
    /// The words that the person agreed to.
    pub wording: String,
    /// Where and how they said so.
    pub evidence: String,
    /// The network address they said it from.
    pub address: String,
    /// Id of an uploaded file that proves it.
    pub proof: String,
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
    /// When the person said so; now when not known.
    pub at: Option<DateTime<Utc>>,
    /// How it came about.
    pub source: Source,
    /// The words that the person agreed to.
    pub wording: String,
    /// Where and how they said so.
    pub evidence: String,
    /// The network address they said it from.
    pub address: Option<String>,
    /// The file that proves it.
    pub proof: Option<ProofId>,
}

impl NewConsent {
    /// Checks everything but what only the engine knows (the time, the file); error fields are prefixed
    /// (`consents.0.channel`).
    pub fn parse(&self, prefix: &str, errors: &mut FieldErrors) -> Option<ParsedConsent> {
        let field = |name: &str| format!("{prefix}{name}");
        let purpose =
            if self.purpose.trim().is_empty() { Ok(Purpose::Marketing) } else { Purpose::parse(&self.purpose) };
        let channel = errors.take(&field("channel"), Channel::parse(&self.channel));
        let purpose = errors.take(&field("purpose"), purpose);
        let state = errors.take(&field("state"), State::parse(&self.state));
        let at = errors.take(&field("at"), parse_at(&self.at));
        let source = errors.take(&field("source"), text::required_line(&self.source, 200));
        let wording = errors.take(&field("wording"), text::optional(&self.wording, 4000));
        let evidence = errors.take(&field("evidence"), text::optional(&self.evidence, 4000));
        let address = errors.take(&field("address"), parse_address(&self.address));
        let proof = errors.take(&field("proof"), parse_proof(&self.proof));
        let (source, evidence) = name_source(source?, evidence?);
        Some(ParsedConsent {
            channel: channel?,
            purpose: purpose?,
            state: state?,
            at: at?,
            source,
            wording: wording?,
            evidence,
            address: address?,
            proof: proof?,
        })
    }

    /// What a user who records it by hand must say beyond that: the words that were agreed to, and where, unless a file
    /// shows it.
    pub fn check_by_hand(&self, errors: &mut FieldErrors) {
        self.parse("", errors);
        if self.state == State::Granted.word() && self.wording.trim().is_empty() {
            errors.add(
                "wording",
                "required",
                "Needed: what exactly they agreed to, in the words that they were shown.",
            );
        }
        if self.evidence.trim().is_empty() && self.proof.trim().is_empty() {
            errors.add("evidence", "required", "Needed, unless a file shows it: where and how they said so.");
        }
    }
}

/// The moment of a form, where a date and time is one of the workspace's: as RFC 3339. What is none stays as it is, to
/// be refused.
pub fn moment_in(zone: Tz, typed: &str) -> String {
    let typed = typed.trim();
    let local = NaiveDateTime::parse_from_str(typed, "%Y-%m-%dT%H:%M")
        .or_else(|_| NaiveDateTime::parse_from_str(typed, "%Y-%m-%dT%H:%M:%S"))
        .or_else(|_| NaiveDate::parse_from_str(typed, "%Y-%m-%d").map(|day| day.and_time(NaiveTime::MIN)));
    let moment = local.ok().and_then(|local| match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at),
        LocalResult::None => None,
    });
    moment.map_or_else(|| typed.to_owned(), |at| at.to_rfc3339())
}

fn parse_at(typed: &str) -> Result<Option<DateTime<Utc>>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        typed => match DateTime::parse_from_rfc3339(typed) {
            // As fine as the database keeps it, so that it is the same moment when it comes back.
            Ok(at) => Ok(DateTime::from_timestamp_micros(at.timestamp_micros())),
            Err(_) => Err(Refused::new("invalid", "Write date and time as in 2026-05-14T09:30:00Z.")),
        },
    }
}

fn parse_address(typed: &str) -> Result<Option<String>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        typed => match typed.parse::<IpAddr>() {
            Ok(address) => Ok(Some(address.to_string())),
            Err(_) => Err(Refused::new("invalid", "Not a network address, such as 192.0.2.7.")),
        },
    }
}

fn parse_proof(typed: &str) -> Result<Option<ProofId>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        id => id.parse().map(Some).or(Err(Refused::new("unknown", "There is no such file; upload it first."))),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> NewConsent {
        NewConsent { channel: "email".into(), state: "granted".into(), source: "manual".into(), ..Default::default() }
    }

    fn fields(check: impl FnOnce(&mut FieldErrors)) -> Vec<String> {
        let mut errors = FieldErrors::default();
        check(&mut errors);
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn free_words_for_a_source_are_kept_as_evidence() {
        let typed = NewConsent { source: "paper form, May 2026".into(), ..typed() };
        let parsed = typed.parse("", &mut FieldErrors::default()).unwrap();
        assert_eq!((parsed.source, parsed.evidence.as_str()), (Source::Api, "paper form, May 2026"));
        assert_eq!((parsed.purpose, parsed.at), (Purpose::Marketing, None));
    }

    #[test]
    fn errors_name_the_place() {
        let nothing = |errors: &mut FieldErrors| drop(NewConsent::default().parse("consents.1.", errors));
        assert_eq!(fields(nothing), ["consents.1.channel", "consents.1.state", "consents.1.source"]);
        let wrong = NewConsent { at: "May".into(), address: "here".into(), proof: "7".into(), ..typed() };
        assert_eq!(fields(|errors| drop(wrong.parse("", errors))), ["at", "address", "proof"]);
    }

    #[test]
    fn by_hand_the_words_and_where_they_were_said_are_needed() {
        assert_eq!(fields(|errors| typed().check_by_hand(errors)), ["wording", "evidence"]);
        let withdrawn = NewConsent { state: "withdrawn".into(), ..typed() };
        assert_eq!(fields(|errors| withdrawn.check_by_hand(errors)), ["evidence"]);
        let proof = uuid::Uuid::nil().to_string();
        let shown = NewConsent { wording: "Send me news".into(), proof, ..typed() };
        assert!(fields(|errors| shown.check_by_hand(errors)).is_empty());
    }

    #[test]
    fn times_of_a_form_are_the_workspaces() {
        let zone = Tz::America__New_York;
        assert_eq!(moment_in(zone, "2026-05-14T09:30"), "2026-05-14T09:30:00-04:00");
        assert_eq!(moment_in(zone, "2026-05-14"), "2026-05-14T00:00:00-04:00");
        // The clocks go forward at two.
        for other in ["", "soon", "2026-05-14T09:30:00Z", "2026-03-08T02:30"] {
            assert_eq!(moment_in(zone, other), other);
        }
    }
}
