//! A draft as it is typed, step by step, and what there is to choose from.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    campaign::{AudiencePart, Campaign, CampaignDetail, CampaignType},
    list::List,
    provider::Sender,
    template::{EmailContent, Template},
};
use serde::{Deserialize, Serialize};

/// A draft as the forms of the steps send it; each sends its own part.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) goal: String,
    pub(super) description: String,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) content: String,
    pub(super) template_id: String,
    pub(super) subject: String,
    pub(super) html: String,
    pub(super) text: String,
    pub(super) sender_id: String,
    pub(super) when: String,
    pub(super) at: String,
    pub(super) time_zone: String,
    pub(super) late_minutes: String,
    pub(super) not_after: String,
    pub(super) rate_per_second: String,
    /// Whether the boxes of the guards were on the page: one that is not ticked sends nothing.
    pub(super) switches: String,
    pub(super) quiet_hours: String,
    pub(super) do_not_contact: String,
    pub(super) frequency_caps: String,
}

/// Word of the card that takes the content from a template.
pub(super) const TEMPLATE: &str = "template";
/// Word of the card that takes the content from the form.
pub(super) const OWN: &str = "own";
/// Word of the card that starts it by itself.
pub(super) const AT: &str = "at";
/// Word of the card that starts it by hand.
pub(super) const NOW: &str = "now";

/// What can be chosen from.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Choices {
    /// All lists.
    pub lists: Vec<List>,
    /// All templates.
    pub templates: Vec<Template>,
    /// All senders.
    pub senders: Vec<Sender>,
}

impl Draft {
    /// A draft as it was saved. Where nothing is chosen yet, a template where there is one, and the sender where there is
    /// only one.
    pub(super) fn saved(detail: &CampaignDetail, choices: &Choices) -> Self {
        let ids = |parts: &[AudiencePart]| parts.iter().map(|AudiencePart::List(id)| id.to_string()).collect();
        let template = detail.content.template_id;
        let undecided = detail.content.email.html.is_empty() && !choices.templates.is_empty();
        let content = if template.is_some() || undecided { TEMPLATE } else { OWN };
        let email = if template.is_some() { EmailContent::default() } else { detail.content.email.clone() };
        let only = match choices.senders.as_slice() {
            [only] => Some(only.id),
            _ => None,
        };
        Self {
            include: ids(&detail.audience.include),
            exclude: ids(&detail.audience.exclude),
            content: content.into(),
            template_id: template.map(|id| id.to_string()).unwrap_or_default(),
            subject: email.subject,
            html: email.html,
            text: email.text,
            sender_id: detail.sender_id.or(only).map(|id| id.to_string()).unwrap_or_default(),
            ..Self::of(&detail.campaign)
        }
    }

    fn of(campaign: &Campaign) -> Self {
        let zone = zone_of(campaign);
        let field = |at: Option<DateTime<Utc>>| at.map(|at| in_field(at, zone)).unwrap_or_default();
        let switch = |on: bool| if on { "true".to_owned() } else { String::new() };
        Self {
            name: campaign.name.clone(),
            code: campaign.code.clone(),
            goal: campaign.goal.clone(),
            description: campaign.description.clone(),
            when: if campaign.kind == CampaignType::Scheduled { AT } else { NOW }.to_owned(),
            at: field(campaign.starts_at),
            time_zone: zone.name().to_owned(),
            late_minutes: campaign.late_minutes.to_string(),
            not_after: field(campaign.not_after),
            rate_per_second: campaign.rate_per_second.map(|rate| rate.to_string()).unwrap_or_default(),
            switches: String::new(),
            quiet_hours: switch(campaign.switches.quiet_hours),
            do_not_contact: switch(campaign.switches.do_not_contact),
            frequency_caps: switch(campaign.switches.frequency_caps),
            ..Self::default()
        }
    }
}

/// By whose clocks a campaign's times are.
pub(crate) fn zone_of(campaign: &Campaign) -> Tz {
    let own = campaign.time_zone.as_deref().and_then(|name| name.parse().ok());
    own.unwrap_or_else(crate::session::time_zone)
}

/// A moment as a field for date and time holds it.
pub(super) fn in_field(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}
