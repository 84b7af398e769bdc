//! The outbox of the sandbox: messages as their recipients would have got them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::MailId;

/// A message in the list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailLine {
    /// Its id here.
    pub id: MailId,
    /// The public id of the message that was sent.
    pub message_id: String,
    /// Whom it comes from.
    pub from: String,
    /// Whom it went to.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Taken then.
    pub at: DateTime<Utc>,
}

/// A whole message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mail {
    /// What the list shows of it.
    #[serde(flatten)]
    pub line: MailLine,
    /// Its headers, in their order.
    pub headers: Vec<Header>,
    /// As mail programs show it.
    pub html: String,
    /// As those show it that show no HTML.
    pub text: String,
}

/// A header of a message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Header {
    /// `List-Unsubscribe`.
    pub name: String,
    /// On one line.
    pub value: String,
}
