//! A stored report, read.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{ProviderId, TenantId},
    receipt::{Happened, Receipt},
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// What one stored report says.
#[derive(Debug)]
pub(super) struct Report {
    /// What it is, for people.
    pub(super) kind: String,
    /// Whose messages it is about: no other workspace's are touched.
    pub(super) tenant: TenantId,
    /// What happened to which message.
    pub(super) told: Vec<Said>,
    /// What happened to a message that is known only by the provider's id.
    pub(super) sought: Option<Sought>,
    /// Why nothing follows from it, where nothing does.
    pub(super) note: Option<String>,
}

impl Report {
    /// One from which nothing follows.
    pub(super) fn empty(tenant: TenantId, kind: impl Into<String>, note: &str) -> Self {
        Self { kind: kind.into(), tenant, told: Vec::new(), sought: None, note: Some(note.to_owned()) }
    }
}

/// One thing that is said of a message.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) receipt: Receipt,
    /// What is known besides, kept with its event.
    pub(super) detail: Map<String, Value>,
    /// Only if the message went to this address: for what anybody could have written who knows another message.
    pub(super) only_to: Option<String>,
}

impl From<Receipt> for Said {
    fn from(receipt: Receipt) -> Self {
        Self { receipt, detail: Map::new(), only_to: None }
    }
}

/// One thing that is said of the message to which the provider gave this id.
#[derive(Debug)]
pub(super) struct Sought {
    pub(super) provider_ref: String,
    /// When the provider took it.
    pub(super) mailed_at: DateTime<Utc>,
    pub(super) happened: Happened,
    pub(super) at: DateTime<Utc>,
    pub(super) key: String,
    pub(super) detail: Map<String, Value>,
}

/// A report whose message is looked for.
pub(super) struct Search {
    pub(super) report: Uuid,
    pub(super) tenant: TenantId,
    pub(super) provider: ProviderId,
    pub(super) received_at: DateTime<Utc>,
    pub(super) sought: Sought,
}

/// After how long a message is looked for again that was not found: its answer may be on its way. None when it is given up.
pub(super) fn again_after(waited: TimeDelta) -> Option<TimeDelta> {
    match waited {
        short if short < TimeDelta::minutes(1) => Some(TimeDelta::seconds(10)),
        some if some < TimeDelta::hours(1) => Some(TimeDelta::minutes(5)),
        long if long < TimeDelta::hours(24) => Some(TimeDelta::hours(1)),
        _ => None,
    }
}
