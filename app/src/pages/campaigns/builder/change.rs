//! What a step's form changes of a draft.

use domain::{
    campaign::{CampaignChange, NewAudience, NewContent, NewEmailContent, NewSwitches},
    template::EmailContent,
};

use super::{
    step::Step,
    typed::{AT, Draft, NOW, TEMPLATE},
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::campaigns::builder::typed::OWN;

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
