//! A campaign as it is typed, and its check.

use serde::{Deserialize, Serialize};

use super::{Audience, AudiencePart, CampaignType, NewSwitches, Switches};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    id::{SenderId, TemplateId},
    schedule::{Schedule, When},
    template::EmailContent,
    text,
};

/// The most messages a second that a campaign may ask for.
const RATE_MAX: i32 = 10_000;

/// A campaign as typed. Content, sender and audience may come later, while it is a draft.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["name"])))]
#[serde(default)]
pub struct NewCampaign {
    /// Its name.
    pub name: String,
    /// Its code; made from the name when empty.
    pub code: String,
    /// What it is about, for colleagues.
    pub description: String,
    /// What it is to achieve.
    pub goal: String,
    /// `bulk` or `scheduled`; what the schedule says when empty.
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
    /// When; as soon as it is started when left out.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::schedule"))]
    pub schedule: Option<serde_json::Value>,
    /// Messages a second, as number or text; 100 when empty.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub rate_per_second: serde_json::Value,
    /// What it respects; everything when nothing is said.
    pub switches: NewSwitches,
}

/// Content for each channel, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewContent {
    /// For e-mail.
    pub email: NewEmailContent,
}

/// E-mail content as typed: a template's id, or a text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewAudience {
    /// Who is in.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::audience_parts"))]
    pub include: Vec<serde_json::Value>,
    /// Who is out all the same.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::audience_parts"))]
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
    /// What it is about.
    pub description: String,
    /// What it is to achieve.
    pub goal: String,
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
    /// What it respects.
    pub switches: Switches,
}

impl NewCampaign {
    /// Checks everything at once; what is missing is no error until the campaign is started.
    pub fn parse(&self) -> Result<ParsedCampaign, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let code = errors.take("code", parse_code(&self.code));
        let description = errors.take("description", text::optional(&self.description, 2_000));
        let goal = errors.take("goal", text::optional_line(&self.goal, 200));
        let kind = errors.take("type", chosen_kind(&self.kind));
        let channels = errors.take("channels", parse_channels(&self.channels));
        let content = self.content.email.parse(&mut errors);
        let sender_id = errors.take("sender_id", parse_id(self.sender_id.as_deref(), "There is no such sender."));
        let include = errors.take("audience.include", parse_parts(&self.audience.include));
        let exclude = errors.take("audience.exclude", parse_parts(&self.audience.exclude));
        let schedule = Schedule::parse(self.schedule.as_ref())
            .map_err(|(field, refused)| errors.add(field, refused.code, refused.message))
            .ok();
        let kind = kind.zip(schedule).and_then(|(kind, schedule)| errors.take("type", agreed(kind, schedule.when)));
        let rate_per_second = errors.take("rate_per_second", parse_rate(&self.rate_per_second));
        let named = name.zip(code).zip(description.zip(goal));
        let what = named.zip(kind.zip(channels)).zip(content.zip(sender_id));
        let parsed = what.zip(include.zip(exclude)).zip(schedule.zip(rate_per_second));
        errors.finish(parsed.map(|(((((name, about), (kind, channels)), (content, sender_id)), lists), when)| {
            let ((name, code), (description, goal)) = (name, about);
            let audience = Audience { include: lists.0, exclude: lists.1 };
            let (schedule, rate_per_second) = when;
            let switches = self.switches.over(Switches::default());
            ParsedCampaign {
                name,
                code,
                description,
                goal,
                kind,
                channels,
                content,
                sender_id,
                audience,
                schedule,
                rate_per_second,
                switches,
            }
        }))
    }
}

fn chosen_kind(typed: &str) -> Result<Option<CampaignType>, Refused> {
    if typed.is_empty() { Ok(None) } else { CampaignType::parse(typed).map(Some) }
}

/// How it comes about: as is said, unless that is not when it is sent; else as follows from when.
fn agreed(kind: Option<CampaignType>, when: When) -> Result<CampaignType, Refused> {
    match (kind, when) {
        (Some(CampaignType::Bulk), When::At(_)) => {
            Err(Refused::new("unsupported", "A bulk campaign is sent now: say scheduled, or leave out when."))
        }
        (Some(kind), _) => Ok(kind),
        (None, When::Now) => Ok(CampaignType::Bulk),
        (None, When::At(_)) => Ok(CampaignType::Scheduled),
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

pub(super) fn parse_parts(typed: &[serde_json::Value]) -> Result<Vec<AudiencePart>, Refused> {
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
