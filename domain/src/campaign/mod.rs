//! Campaigns (SPEC 5.1, 5.2): what is asked for, the states, and the only moves between them.

mod new;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    id::{CampaignId, ListId, RunId, SenderId, TemplateId, UserId},
    limits::Money,
    stats::{Figures, Grouped},
    template::EmailContent,
    words::words,
};

pub use new::{ContentChoice, NewAudience, NewCampaign, NewContent, NewEmailContent, ParsedCampaign};

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
            Paused => matches!(next, Running | Cancelled),
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
    }
}

/// A part of an audience. In JSON `{"type":"list","id":"…"}`; a list's bare id and `{"list_id":"…"}` are understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum AudiencePart {
    /// The active members of a list.
    List(ListId),
}

/// For whom a campaign is: the active members of the included lists, less those of the excluded ones.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its code, unique in the workspace.
    pub code: String,
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
    /// Figures of its newest run.
    pub figures: Figures,
}

impl Campaign {
    /// The word for its state that people read.
    pub fn status_shown(&self) -> String {
        self.status.shown(&self.figures)
    }
}

/// A campaign with everything that belongs on its page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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

/// The answer to "who would get it": each step of the funnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Estimate {
    /// On the included lists and not on the excluded ones.
    pub matched: i64,
    /// Of those, with an address and not marked do-not-contact.
    pub addressable: i64,
    /// Of those, with consent in force.
    pub consented: i64,
    /// Of those, not suppressed: the number that will be sent.
    pub reachable: i64,
    /// What as many messages cost.
    pub cost: Money,
    /// What is left of the month's budget, where there is one.
    pub budget_left: Option<Money>,
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
mod tests {
    use super::*;

    #[test]
    fn only_the_moves_of_the_specification_exist() {
        use CampaignStatus::*;
        let moves: Vec<_> = CampaignStatus::ALL
            .iter()
            .flat_map(|from| CampaignStatus::ALL.iter().filter(|to| from.may_become(**to)).map(move |to| (*from, *to)))
            .collect();
        assert_eq!(moves.len(), 23, "{moves:?}");
        for status in CampaignStatus::ALL {
            assert!(!status.may_become(*status));
            assert_eq!(status.may_become(Cancelled), !matches!(status, Completed | Cancelled), "{status}");
        }
        assert!(!Completed.may_become(Running) && !Draft.may_become(Running) && Failed.may_become(Running));
    }

    #[test]
    fn finished_says_who_was_not_reached() {
        let figures = |failed, in_doubt| Figures { failed, in_doubt, ..Default::default() };
        assert_eq!(CampaignStatus::Completed.shown(&figures(0, 0)), "Finished");
        assert_eq!(CampaignStatus::Completed.shown(&figures(12, 0)), "Finished, 12 not sent");
        assert_eq!(CampaignStatus::Completed.shown(&figures(12, 3)), "Finished, 3 in doubt");
        let again = Figures { waiting: 2, ..figures(12, 1) };
        assert_eq!(CampaignStatus::Completed.shown(&again), "Sending again, 2 waiting");
    }

    #[test]
    fn an_audience_names_lists_in_any_of_three_ways() {
        let id = "0190a1b2-0000-7000-8000-000000000001";
        let typed = vec![
            serde_json::json!(id),
            serde_json::json!({"list_id": id}),
            serde_json::json!({"type": "list", "id": id}),
        ];
        assert_eq!(new::parse_parts(&typed).unwrap(), [AudiencePart::List(id.parse().unwrap())]);
        assert!(new::parse_parts(&[serde_json::json!({"segment": 1})]).is_err());
        let shown = serde_json::to_value(AudiencePart::List(id.parse().unwrap())).unwrap();
        assert_eq!(shown, serde_json::json!({"type": "list", "id": id}));
    }

    #[test]
    fn a_draft_may_be_unfinished_but_not_wrong() {
        let draft = NewCampaign { name: "Autumn".into(), ..Default::default() }.parse().unwrap();
        assert_eq!((draft.content, draft.sender_id), (ContentChoice::None, None));
        let wrong = NewCampaign {
            code: "no spaces".into(),
            kind: "magic".into(),
            channels: vec!["pigeon".into()],
            sender_id: Some("x".into()),
            schedule: Some(serde_json::json!({"at": "2030-01-01"})),
            content: NewContent {
                email: NewEmailContent {
                    template_id: None,
                    text: EmailContent { subject: "Hi".into(), ..Default::default() },
                },
            },
            ..Default::default()
        };
        let fields: Vec<_> = wrong.parse().unwrap_err().0.into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["name", "code", "type", "channels", "content.email.html", "sender_id", "schedule"]);
    }
}
