//! Campaigns (SPEC 5.1, 5.2): what is asked for, the states, and the only moves between them.

mod change;
mod new;
mod query;
mod reach;
mod switches;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    id::{CampaignId, ListId, RunId, SenderId, TemplateId, UserId},
    stats::{Figures, Grouped},
    template::EmailContent,
    words::words,
};

pub use change::CampaignChange;
pub use new::{ContentChoice, NewAudience, NewCampaign, NewContent, NewEmailContent, ParsedCampaign};
pub use query::{CampaignFilter, CampaignQuery};
pub use reach::{Estimate, Loss, ReachFilter, ReachQuery, Reached, Stage, because};
pub use switches::{NewSwitches, Switches};

/// How the reason begins of a campaign that paused because its moment was past when somebody came to start it: its page
/// says by it what to do.
pub const MISSED_START: &str = "Missed its start";

words! {
    /// Where a campaign stands.
    CampaignStatus {
        /// Being made.
        Draft = "draft",
        /// Waiting for a decision.
        PendingApproval = "pending_approval",
        /// May go.
        Approved = "approved",
        /// Will go at its time.
        Scheduled = "scheduled",
        /// Going out.
        Running = "running",
        /// Held.
        Paused = "paused",
        /// Done.
        Completed = "completed",
        /// Cannot go on as it is configured.
        Failed = "failed",
        /// Stopped for good.
        Cancelled = "cancelled",
    }
}

impl CampaignStatus {
    /// The moves of SPEC 5.2; no others exist.
    pub fn may_become(self, next: Self) -> bool {
        use CampaignStatus::*;
        match self {
            Draft => matches!(next, PendingApproval | Approved | Cancelled),
            PendingApproval => matches!(next, Approved | Draft | Cancelled),
            Approved => matches!(next, Scheduled | Running | Draft | Cancelled),
            Scheduled => matches!(next, Running | Draft | Paused | Cancelled),
            Running => matches!(next, Paused | Completed | Failed | Scheduled | Cancelled),
            // One that missed its start has no run, and can be a draft again.
            Paused => matches!(next, Running | Draft | Cancelled),
            Failed => matches!(next, Running | Cancelled),
            Completed | Cancelled => false,
        }
    }

    /// The word that people read (SPEC 5.2). `figures` tells whether finished means everybody.
    pub fn shown(self, figures: &Figures) -> String {
        use CampaignStatus::*;
        match self {
            Draft => "Draft".into(),
            PendingApproval => "In review".into(),
            Approved => "Approved".into(),
            Scheduled => "Scheduled".into(),
            Running => "Sending".into(),
            Paused => "Paused".into(),
            Completed if figures.waiting > 0 => format!("Sending again, {} waiting", figures.waiting),
            Completed if figures.in_doubt > 0 => format!("Finished, {} in doubt", figures.in_doubt),
            Completed if figures.not_sent() > 0 => format!("Finished, {} not sent", figures.not_sent()),
            Completed => "Finished".into(),
            Failed => "Failed".into(),
            Cancelled => "Stopped".into(),
        }
    }
}

words! {
    /// How a campaign comes about.
    CampaignType {
        /// Once, now.
        Bulk = "bulk",
        /// Once, at a moment.
        Scheduled = "scheduled",
    }
}

/// A part of an audience. In JSON `{"type":"list","id":"…"}`; a list's bare id and `{"list_id":"…"}` are understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum AudiencePart {
    /// The active members of a list.
    List(ListId),
}

/// For whom a campaign is: the active members of the included lists, less those of the excluded ones.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Audience {
    /// Who is in.
    pub include: Vec<AudiencePart>,
    /// Who is out all the same.
    pub exclude: Vec<AudiencePart>,
}

impl Audience {
    /// Ids of the included lists.
    pub fn included_lists(&self) -> Vec<ListId> {
        self.include.iter().map(|AudiencePart::List(id)| *id).collect()
    }

    /// Ids of the excluded lists.
    pub fn excluded_lists(&self) -> Vec<ListId> {
        self.exclude.iter().map(|AudiencePart::List(id)| *id).collect()
    }
}

/// What a campaign says by e-mail: a pinned version of a template, or a text of its own.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignContent {
    /// The template, where one is used.
    pub template_id: Option<TemplateId>,
    /// Its name.
    pub template_name: Option<String>,
    /// The version that is pinned.
    pub template_version: Option<i32>,
    /// The text itself.
    #[serde(flatten)]
    pub email: EmailContent,
}

/// A campaign as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its code, unique in the workspace.
    pub code: String,
    /// What it is about, for colleagues.
    pub description: String,
    /// What it is to achieve.
    pub goal: String,
    /// How it comes about.
    #[serde(rename = "type")]
    pub kind: CampaignType,
    /// Over which channels.
    pub channels: Vec<Channel>,
    /// Where it stands.
    pub status: CampaignStatus,
    /// Why, where there is more to say (paused, failed).
    pub status_reason: Option<String>,
    /// Who made it.
    pub owner_id: Option<UserId>,
    /// Made then.
    pub created_at: DateTime<Utc>,
    /// To start by itself then, or chosen to.
    pub starts_at: Option<DateTime<Utc>>,
    /// By whose clocks that was chosen; the workspace's where none is named.
    pub time_zone: Option<String>,
    /// How many minutes late it still starts by itself.
    pub late_minutes: i32,
    /// Started then.
    pub started_at: Option<DateTime<Utc>>,
    /// Finished then.
    pub finished_at: Option<DateTime<Utc>>,
    /// Its newest run.
    pub run_id: Option<RunId>,
    /// When the first message of that run may go: until then nothing is sent, and stopping it sends nothing at all.
    pub begins_at: Option<DateTime<Utc>>,
    /// Messages a second at the most; 100 where none is set.
    pub rate_per_second: Option<i32>,
    /// Whoever was not sent to by then is not sent to any more.
    pub not_after: Option<DateTime<Utc>>,
    /// What it respects.
    pub switches: Switches,
    /// Put away then.
    pub archived_at: Option<DateTime<Utc>>,
    /// Figures of its newest run.
    pub figures: Figures,
}

/// Somebody who has made campaigns.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CampaignOwner {
    /// Who.
    pub id: UserId,
    /// Their name, else their address.
    pub name: String,
}

impl Campaign {
    /// The word for its state that people read.
    pub fn status_shown(&self) -> String {
        self.status.shown(&self.figures)
    }

    /// Whether it waits for somebody to say what becomes of it, because its moment was past when somebody came to it.
    pub fn has_missed_its_start(&self) -> bool {
        self.status == CampaignStatus::Paused && self.run_id.is_none()
    }
}

/// A campaign with everything that belongs on its page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CampaignDetail {
    /// The campaign.
    #[serde(flatten)]
    pub campaign: Campaign,
    /// What it says.
    pub content: CampaignContent,
    /// In whose name.
    pub sender_id: Option<SenderId>,
    /// `Name <address>`.
    pub sender: Option<String>,
    /// For whom.
    pub audience: Audience,
    /// Names of the included and the excluded lists, in their order.
    pub list_names: (Vec<String>, Vec<String>),
    /// How messages ended that were not sent, grouped by reason.
    pub groups: Vec<Grouped>,
}

/// Why a campaign cannot start yet: one line of its checklist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Blocker {
    /// Stable word.
    pub code: String,
    /// What is missing and what to do.
    pub message: String,
}

#[cfg(test)]
mod tests;
