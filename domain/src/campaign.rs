//! Campaigns (SPEC 5.1, 5.2): what is asked for, the states, and the only moves between them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    id::{CampaignId, ListId, RunId, SenderId, TemplateId, UserId},
    schedule::Schedule,
    stats::{Figures, Grouped},
    template::EmailContent,
    text,
    words::words,
};

/// The most messages a second that a campaign may ask for.
const RATE_MAX: i32 = 10_000;

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
}

/// Why a campaign cannot start yet: one line of its checklist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Blocker {
    /// Stable word.
    pub code: String,
    /// What is missing and what to do.
    pub message: String,
}

/// A campaign as typed. Content, sender and audience may come later, while it is a draft.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewCampaign {
    /// Its name.
    pub name: String,
    /// Its code; made from the name when empty.
    pub code: String,
    /// `bulk`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Words of [`Channel`]; `email` when empty.
    pub channels: Vec<String>,
    /// What it says.
    pub content: NewContent,
    /// In whose name.
    pub sender_id: Option<String>,
    /// For whom.
    pub audience: NewAudience,
    /// When: see [`Schedule::parse`].
    pub schedule: Option<serde_json::Value>,
    /// Messages a second, as number or text; 100 when empty.
    pub rate_per_second: serde_json::Value,
}

/// Content for each channel, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewContent {
    /// For e-mail.
    pub email: NewEmailContent,
}

/// E-mail content as typed: a template's id, or a text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewEmailContent {
    /// The template whose newest version is pinned.
    pub template_id: Option<String>,
    /// Or the text itself.
    #[serde(flatten)]
    pub text: EmailContent,
}

/// An audience as typed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAudience {
    /// Who is in.
    pub include: Vec<serde_json::Value>,
    /// Who is out all the same.
    pub exclude: Vec<serde_json::Value>,
}

/// Content after checking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContentChoice {
    /// Not chosen yet.
    None,
    /// The newest version of a template.
    Template(TemplateId),
    /// A text of its own.
    Text(EmailContent),
}

/// A checked [`NewCampaign`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedCampaign {
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// How it comes about.
    pub kind: CampaignType,
    /// Over which channels.
    pub channels: Vec<Channel>,
    /// What it says.
    pub content: ContentChoice,
    /// In whose name.
    pub sender_id: Option<SenderId>,
    /// For whom.
    pub audience: Audience,
    /// When.
    pub schedule: Schedule,
    /// Messages a second.
    pub rate_per_second: Option<i32>,
}

impl NewCampaign {
    /// Checks everything at once; what is missing is no error until the campaign is started.
    pub fn parse(&self) -> Result<ParsedCampaign, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let code = errors.take("code", parse_code(&self.code));
        let kind = errors
            .take("type", if self.kind.is_empty() { Ok(CampaignType::Bulk) } else { CampaignType::parse(&self.kind) });
        let channels = errors.take("channels", parse_channels(&self.channels));
        let content = self.content.email.parse(&mut errors);
        let sender_id = errors.take("sender_id", parse_id(self.sender_id.as_deref(), "There is no such sender."));
        let include = errors.take("audience.include", parse_parts(&self.audience.include));
        let exclude = errors.take("audience.exclude", parse_parts(&self.audience.exclude));
        let schedule = Schedule::parse(self.schedule.as_ref())
            .map_err(|(field, refused)| errors.add(field, refused.code, refused.message))
            .ok();
        let rate_per_second = errors.take("rate_per_second", parse_rate(&self.rate_per_second));
        let what = name.zip(code).zip(kind.zip(channels)).zip(content.zip(sender_id));
        let parsed = what.zip(include.zip(exclude)).zip(schedule.zip(rate_per_second));
        errors.finish(parsed.map(|(((((name, code), (kind, channels)), (content, sender_id)), lists), when)| {
            let audience = Audience { include: lists.0, exclude: lists.1 };
            let (schedule, rate_per_second) = when;
            ParsedCampaign { name, code, kind, channels, content, sender_id, audience, schedule, rate_per_second }
        }))
    }
}

impl NewEmailContent {
    fn parse(&self, errors: &mut FieldErrors) -> Option<ContentChoice> {
        let empty = self.text.subject.trim().is_empty() && self.text.html.trim().is_empty();
        let unknown = "There is no such template.";
        match errors.take("content.email.template_id", parse_id(self.template_id.as_deref(), unknown))? {
            Some(id) => Some(ContentChoice::Template(id)),
            None if empty => Some(ContentChoice::None),
            None => self.text.parse("content.email.", errors).map(ContentChoice::Text),
        }
    }
}

fn parse_code(typed: &str) -> Result<Option<String>, Refused> {
    let code = text::optional_line(typed, 40)?.to_uppercase();
    let good = code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if !good {
        return Err(Refused::new("invalid", "Letters, digits, hyphens and underscores only, such as HOOK-001."));
    }
    Ok(Some(code).filter(|code| !code.is_empty()))
}

fn parse_channels(typed: &[String]) -> Result<Vec<Channel>, Refused> {
    if typed.is_empty() {
        return Ok(vec![Channel::Email]);
    }
    let mut channels = typed.iter().map(|word| Channel::parse_sendable(word)).collect::<Result<Vec<_>, _>>()?;
    channels.dedup();
    Ok(channels)
}

fn parse_id<T: std::str::FromStr>(typed: Option<&str>, unknown: &str) -> Result<Option<T>, Refused> {
    match typed.map(str::trim).filter(|id| !id.is_empty()) {
        None => Ok(None),
        Some(id) => id.parse().map(Some).or(Err(Refused::new("unknown", unknown))),
    }
}

fn parse_parts(typed: &[serde_json::Value]) -> Result<Vec<AudiencePart>, Refused> {
    let mut parts = Vec::new();
    for value in typed {
        let id = match value {
            serde_json::Value::String(id) if id.trim().is_empty() => continue,
            serde_json::Value::String(id) => Some(id.as_str()),
            value => ["list_id", "list", "id"].iter().find_map(|key| value.get(key)?.as_str()),
        };
        let list = id.and_then(|id| id.trim().parse().ok()).map(AudiencePart::List);
        let part = list.ok_or_else(|| Refused::new("unknown", "There is no such list."))?;
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Ok(parts)
}

/// A whole number of messages a second, as number or text; none when empty.
fn parse_rate(typed: &serde_json::Value) -> Result<Option<i32>, Refused> {
    let number = match typed {
        serde_json::Value::Null => return Ok(None),
        serde_json::Value::String(empty) if empty.trim().is_empty() => return Ok(None),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        other => other.as_i64().and_then(|number| i32::try_from(number).ok()),
    };
    match number {
        Some(rate @ 1..=RATE_MAX) => Ok(Some(rate)),
        _ => Err(Refused::new("invalid", "A whole number from 1 to 10,000.")),
    }
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
        assert_eq!(parse_parts(&typed).unwrap(), [AudiencePart::List(id.parse().unwrap())]);
        assert!(parse_parts(&[serde_json::json!({"segment": 1})]).is_err());
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
