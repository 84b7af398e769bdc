//! The audit log (SPEC 1.4): who did what, when, from where. Entries are only ever added.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// One entry as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, in words: a user's name, a key's name, or the command line.
    pub actor: String,
    /// From which address, where known.
    pub address: Option<String>,
    /// What, as `noun.verb` (`campaign.started`).
    pub action: String,
    /// The kind of thing it was done to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Its name at that time.
    pub subject_name: String,
    /// What changed: before and after, where there is more to say.
    pub detail: serde_json::Value,
}
