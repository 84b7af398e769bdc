//! One row of a file, as it was read: the person that it says, what they agreed to, and everything that is wrong with it,
//! each with its column, value and reason. A row with a mistake is refused whole: half a person is worse than one to
//! correct.

use super::{
    person::Person,
    value::{self, shown},
};
use crate::{channel::Channel, consent::State, error::Refused};

/// What is wrong with a row, or worth knowing about one that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issue {
    /// The column, from 1; 0 for the whole row.
    pub column: usize,
    /// The value, as it is shown.
    pub value: String,
    /// Stable word.
    pub code: &'static str,
    /// A sentence for people.
    pub reason: String,
}

/// A row, read.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Row {
    /// Who it says.
    pub person: Person,
    /// What they agreed to, or took back.
    pub consents: Vec<(Channel, State)>,
    /// What is wrong: it is refused when there is anything.
    pub mistakes: Vec<Issue>,
}

impl Row {
    /// The row's address of a channel.
    pub fn address(&self, channel: Channel) -> String {
        let person = &self.person;
        let address = match channel {
            Channel::Email => person.email.clone(),
            Channel::Sms | Channel::Voice | Channel::Rvm => person.phone.clone(),
            Channel::Whatsapp => person.whatsapp.clone().or(person.phone.clone()),
            Channel::Social => some(person.social.clone()),
        };
        address.unwrap_or_default()
    }

    /// Notes what is wrong with it.
    pub fn mistake(&mut self, column: usize, cell: &str, refused: Refused) {
        let issue = Issue { column, value: shown(cell), code: refused.code, reason: refused.message };
        self.mistakes.push(issue);
    }

    /// Whether the row has an address of this channel.
    pub(super) fn is_reached(&self, channel: Channel) -> bool {
        let person = &self.person;
        match channel {
            Channel::Email => person.email.is_some(),
            Channel::Sms | Channel::Voice | Channel::Rvm => person.phone.is_some(),
            Channel::Whatsapp => person.phone.is_some() || person.whatsapp.is_some(),
            Channel::Social => !person.social.is_empty(),
        }
    }

    /// Yes grants. No and an empty cell say nothing; who once agreed takes it back by a word that says so.
    pub(super) fn consent(&mut self, channels: &[Channel], text: &str) -> Result<(), Refused> {
        let state = match text.to_lowercase().as_str() {
            "" => return Ok(()),
            "withdrawn" | "revoked" | "unsubscribed" | "opted out" | "opt-out" | "optout" | "opted_out" => {
                State::Withdrawn
            }
            "granted" | "subscribed" | "opted in" | "opt-in" | "optin" | "opted_in" | "given" => State::Granted,
            word => match value::truth(word) {
                Some(true) => State::Granted,
                Some(false) => return Ok(()),
                None => return Err(no_truth()),
            },
        };
        for channel in channels {
            if !self.consents.iter().any(|(known, _)| known == channel) {
                self.consents.push((*channel, state));
            }
        }
        Ok(())
    }
}

/// Refuses what is neither yes nor no.
pub(super) fn no_truth() -> Refused {
    Refused::new("invalid_boolean", "Neither yes nor no.")
}

/// A text, unless it is empty.
pub(super) fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
