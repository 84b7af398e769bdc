//! What belongs to a template: its versions, the library that new ones begin with, and trying one out.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BodyFormat, Category};
use crate::{
    email::Email,
    error::{FieldErrors, Refused},
    id::{ContactId, SenderId},
};

/// A version of a template, as shown in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TemplateVersion {
    /// Its number; 1 is the first.
    pub version: i32,
    /// Its subject.
    pub subject: String,
    /// How its body is written.
    pub format: BodyFormat,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
    /// Who saved it; none for a program.
    pub created_by: Option<String>,
    /// How many bytes its body has.
    pub size: i32,
}

/// One of the library that new templates begin with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Starter {
    /// Its word: `welcome`.
    pub key: String,
    /// Its name.
    pub name: String,
    /// When to use it.
    pub description: String,
    /// What it is for.
    pub category: Category,
    /// How it is written.
    pub format: BodyFormat,
    /// Its subject.
    pub subject: String,
    /// What mail programs show beside the subject.
    pub preheader: String,
    /// Its body.
    pub html: String,
}

/// A message to try a template out with, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewTrial {
    /// Where it goes.
    pub to: String,
    /// As whom it is written; nobody: somebody made up.
    pub contact_id: Option<String>,
    /// From whom.
    pub sender_id: String,
}

impl NewTrial {
    /// Address, person and sender, checked.
    pub fn parse(&self) -> Result<(Email, Option<ContactId>, SenderId), FieldErrors> {
        let mut errors = FieldErrors::default();
        let to = errors.take("to", Email::parse(&self.to));
        let contact = match self.contact_id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
            None => Some(None),
            Some(id) => errors.take("contact_id", id.parse().map(Some).or(Err(unknown("contact")))),
        };
        let sender = match self.sender_id.trim() {
            "" => Err(Refused::new("required", "Choose the sender it comes from.")),
            id => id.parse().or(Err(unknown("sender"))),
        };
        let sender = errors.take("sender_id", sender);
        errors.finish(to.zip(contact).zip(sender).map(|((to, contact), sender)| (to, contact, sender)))
    }
}

fn unknown(what: &str) -> Refused {
    Refused::new("unknown", format!("There is no such {what}."))
}

/// How a test message ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trial {
    /// Whether the provider took it.
    pub ok: bool,
    /// In words.
    pub message: String,
}
