//! A draft as it is typed, step by step, and what there is to choose from.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    campaign::{
        AudiencePart, Campaign, CampaignChange, CampaignDetail, CampaignType, NewAudience, NewContent, NewEmailContent,
        NewSwitches,
    },
    list::List,
    provider::Sender,
    template::{EmailContent, Template},
};
use serde::{Deserialize, Serialize};

use super::step::Step;

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

impl Draft {
    /// What a step's form changes.
    pub(super) fn change(self, step: Step) -> CampaignChange {
        match step {
            Step::Goal => CampaignChange {
                name: Some(self.name),
                code: Some(self.code),
                goal: Some(self.goal),
                description: Some(self.description),
                ..Default::default()
            },
            Step::Audience => {
                let lists = |ids: Vec<String>| ids.into_iter().map(serde_json::Value::String).collect();
                let audience = NewAudience { include: lists(self.include), exclude: lists(self.exclude) };
                CampaignChange { audience: Some(audience), ..Default::default() }
            }
            Step::Content => {
                let sender_id = Some(self.sender_id.clone());
                CampaignChange { content: Some(self.content()), sender_id, ..Default::default() }
            }
            Step::Timing => self.timing(),
        }
    }

    fn content(self) -> NewContent {
        let email = if self.content == TEMPLATE {
            NewEmailContent { template_id: Some(self.template_id), ..Default::default() }
        } else {
            let text = EmailContent { subject: self.subject, html: self.html, text: self.text };
            NewEmailContent { template_id: None, text }
        };
        NewContent { email }
    }

    fn timing(self) -> CampaignChange {
        let schedule = serde_json::json!({
            "type": if self.when == AT { AT } else { NOW }, "at": self.at, "time_zone": self.time_zone,
            "not_after": self.not_after, "late_minutes": self.late_minutes,
        });
        let shown = !self.switches.is_empty();
        let ticked = |value: &str| shown.then_some(!value.is_empty());
        let switches = NewSwitches {
            quiet_hours: ticked(&self.quiet_hours),
            do_not_contact: ticked(&self.do_not_contact),
            frequency_caps: ticked(&self.frequency_caps),
        };
        CampaignChange {
            schedule: Some(schedule),
            rate_per_second: Some(self.rate_per_second.into()),
            switches: Some(switches),
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
fn in_field(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_chosen_way_to_write_counts() {
        let typed = |content: &str| Draft {
            content: content.into(),
            template_id: "0190a1b2-0000-7000-8000-000000000001".into(),
            subject: "Hi".into(),
            html: "<p>Hi</p>".into(),
            ..Draft::default()
        };
        let email = |content: &str| typed(content).change(Step::Content).content.unwrap().email;
        let template = email(TEMPLATE);
        assert!(template.template_id.is_some() && template.text.subject.is_empty());
        let own = email(OWN);
        assert_eq!((own.template_id, own.text.subject.as_str()), (None, "Hi"));
    }

    #[test]
    fn a_step_changes_its_own_part_alone() {
        let draft = Draft { name: "Spring".into(), when: AT.into(), ..Draft::default() };
        let goal = draft.clone().change(Step::Goal);
        assert_eq!((goal.name.as_deref(), goal.schedule, goal.audience), (Some("Spring"), None, None));
        let timing = draft.clone().change(Step::Timing);
        assert_eq!((timing.name, timing.switches), (None, Some(NewSwitches::default())), "no boxes, no change");
        let boxes = Draft { switches: "shown".into(), quiet_hours: "true".into(), ..draft }.change(Step::Timing);
        let switches = boxes.switches.unwrap();
        assert_eq!((switches.quiet_hours, switches.do_not_contact), (Some(true), Some(false)));
    }
}
