//! What was sent to a contact, what came of it, and what is still to come (SPEC 2.9).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::CampaignId;

/// Something in a contact's history: a message that was sent or was not, or what the person did with it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Happening {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `sent`, the state of a message that was not sent (`skipped`, `failed`, …), or the kind of an event
    /// (`delivered`, `opened`, `clicked`, `bounced`, …).
    pub kind: String,
    /// Public id of the message.
    pub message: String,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// The campaign's name.
    pub campaign: String,
    /// Why not, or what the provider said.
    pub detail: Option<String>,
    /// Where it went.
    pub address: Option<String>,
}

/// A message that is planned.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upcoming {
    /// Public id of the message.
    pub message: String,
    /// Of which campaign.
    pub campaign_id: CampaignId,
    /// The campaign's name.
    pub campaign: String,
    /// Not before then.
    pub due_at: DateTime<Utc>,
    /// What holds it up now, if anything does.
    pub waits: Option<String>,
}
