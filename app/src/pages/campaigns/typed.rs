//! A draft as it is typed, and what there is to choose from.

use chrono::{DateTime, Utc};
use domain::{
    campaign::{AudiencePart, CampaignDetail, NewAudience, NewCampaign, NewContent, NewEmailContent},
    list::List,
    provider::Sender,
    template::{EmailContent, Template},
};
use serde::{Deserialize, Serialize};

/// A draft as the form sends it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub(super) name: String,
    pub(super) code: String,
    pub(super) include: Vec<String>,
    pub(super) exclude: Vec<String>,
    pub(super) content: String,
    pub(super) template_id: String,
    pub(super) subject: String,
    pub(super) html: String,
    pub(super) text: String,
    pub(super) sender_id: String,
    pub(super) rate_per_second: String,
    pub(super) not_after: String,
}

/// Word of the card that takes the content from a template.
pub(super) const TEMPLATE: &str = "template";
/// Word of the card that takes the content from the form.
pub(super) const OWN: &str = "own";

impl From<Draft> for NewCampaign {
    fn from(draft: Draft) -> Self {
        let email = if draft.content == TEMPLATE {
            NewEmailContent { template_id: Some(draft.template_id), ..Default::default() }
        } else {
            let text = EmailContent { subject: draft.subject, html: draft.html, text: draft.text };
            NewEmailContent { template_id: None, text }
        };
        let lists = |ids: Vec<String>| ids.into_iter().map(serde_json::Value::String).collect();
        Self {
            name: draft.name,
            code: draft.code,
            content: NewContent { email },
            sender_id: Some(draft.sender_id),
            audience: NewAudience { include: lists(draft.include), exclude: lists(draft.exclude) },
            schedule: Some(serde_json::json!({ "type": "now", "not_after": draft.not_after })),
            rate_per_second: draft.rate_per_second.into(),
            ..Default::default()
        }
    }
}

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
    /// What a new draft begins with: a template where there is one, and the sender where there is only one.
    pub(super) fn new(choices: &Choices) -> Self {
        let content = if choices.templates.is_empty() { OWN } else { TEMPLATE };
        let sender_id = match choices.senders.as_slice() {
            [only] => only.id.to_string(),
            _ => String::new(),
        };
        Self { content: content.into(), sender_id, ..Self::default() }
    }

    /// A draft as it was saved.
    pub(super) fn saved(detail: CampaignDetail, choices: &Choices) -> Self {
        let ids = |parts: Vec<AudiencePart>| parts.into_iter().map(|AudiencePart::List(id)| id.to_string()).collect();
        let template = detail.content.template_id;
        let undecided = detail.content.email.html.is_empty() && !choices.templates.is_empty();
        let content = if template.is_some() || undecided { TEMPLATE } else { OWN };
        let email = if template.is_some() { EmailContent::default() } else { detail.content.email };
        Self {
            name: detail.campaign.name,
            code: detail.campaign.code,
            include: ids(detail.audience.include),
            exclude: ids(detail.audience.exclude),
            content: content.into(),
            template_id: template.map(|id| id.to_string()).unwrap_or_default(),
            subject: email.subject,
            html: email.html,
            text: email.text,
            sender_id: detail.sender_id.map(|id| id.to_string()).unwrap_or_default(),
            rate_per_second: detail.campaign.rate_per_second.map(|rate| rate.to_string()).unwrap_or_default(),
            not_after: detail.campaign.not_after.map(in_field).unwrap_or_default(),
        }
    }
}

/// A moment as a field for date and time holds it, by the workspace's clocks.
fn in_field(at: DateTime<Utc>) -> String {
    at.with_timezone(&crate::session::time_zone()).format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_chosen_way_to_write_counts() {
        let typed = |content: &str| Draft {
            name: "Autumn".into(),
            content: content.into(),
            template_id: "0190a1b2-0000-7000-8000-000000000001".into(),
            subject: "Hi".into(),
            html: "<p>Hi</p>".into(),
            ..Draft::default()
        };
        let template = NewCampaign::from(typed(TEMPLATE)).content.email;
        assert!(template.template_id.is_some() && template.text.subject.is_empty());
        let own = NewCampaign::from(typed(OWN)).content.email;
        assert_eq!((own.template_id, own.text.subject.as_str()), (None, "Hi"));
    }
}
