//! What a step's form changes of a draft.

use domain::{
    campaign::{Campaign, CampaignChange, NewAudience, NewContent, NewEmailContent, NewSwitches},
    error::FieldErrors,
    template::EmailContent,
};

use super::{
    step::Step,
    typed::{AT, Draft, NOW, TEMPLATE, in_field},
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
                // Whoever only looks at the other card has chosen nothing on it yet.
                let content = (!self.has_empty_card()).then(|| self.content());
                CampaignChange { content, sender_id, ..Default::default() }
            }
            Step::Timing => self.timing(),
        }
    }

    /// Whether nothing stands on the card that is chosen.
    fn has_empty_card(&self) -> bool {
        match self.content == TEMPLATE {
            true => self.template_id.is_empty(),
            false => [&self.subject, &self.html, &self.text].iter().all(|text| text.trim().is_empty()),
        }
    }

    /// What has to be typed before a step can take the place of what is saved.
    pub(super) fn gap(&self, step: Step) -> Option<FieldErrors> {
        if step != Step::Content || !self.has_empty_card() {
            return None;
        }
        let (field, message) = match self.content == TEMPLATE {
            true => ("template_id", "Choose a template. Until then what was saved before stays."),
            false => ("html", "Write a subject and a text. Until then what was saved before stays."),
        };
        Some(FieldErrors::one(field, "empty", message))
    }

    /// Times that are still as the page showed them are the ones that are stored, whatever the fields cannot show: seconds,
    /// and which of two equal times when clocks are set back.
    pub(super) fn with_moments_of(mut self, stored: &Campaign, workspace_zone: &str) -> Self {
        let own = stored.time_zone.as_deref().unwrap_or(workspace_zone);
        let Ok(zone) = own.parse() else { return self };
        if self.time_zone == own {
            for (typed, stored) in [(&mut self.at, stored.starts_at), (&mut self.not_after, stored.not_after)] {
                if let Some(stored) = stored.filter(|stored| *typed == in_field(*stored, zone)) {
                    *typed = stored.to_rfc3339();
                }
            }
        }
        self
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
    fn a_card_with_nothing_on_it_changes_nothing_and_says_what_it_lacks() {
        let looked = |content: &str| Draft { content: content.into(), sender_id: "s".into(), ..Draft::default() };
        for (card, field) in [(TEMPLATE, "template_id"), (OWN, "html")] {
            let change = looked(card).change(Step::Content);
            assert_eq!((change.content, change.sender_id.as_deref()), (None, Some("s")), "{card}");
            assert_eq!(looked(card).gap(Step::Content).unwrap().0[0].field, field);
            assert!(looked(card).gap(Step::Goal).is_none());
        }
        let written = Draft { subject: "Hi".into(), ..looked(OWN) };
        assert!(written.gap(Step::Content).is_none() && written.change(Step::Content).content.is_some());
    }

    #[test]
    fn a_moment_that_nobody_touched_stays_what_it_is() {
        // The second 01:30 of the night in which New York's clocks are set back, and some seconds.
        let (second, end) = ("2026-11-01T06:30:20Z", "2026-11-01T07:30:40Z");
        let stored = stored(second, end, Some("America/New_York"));
        let typed = |at: &str, zone: &str| {
            let draft = Draft {
                at: at.into(),
                time_zone: zone.into(),
                not_after: "2026-11-01T02:30".into(),
                ..Draft::default()
            };
            let draft = draft.with_moments_of(&stored, "UTC");
            (draft.at, draft.not_after)
        };
        let kept = typed("2026-11-01T01:30", "America/New_York");
        assert_eq!(kept, ("2026-11-01T06:30:20+00:00".into(), "2026-11-01T07:30:40+00:00".into()));
        let moved = typed("2026-11-01T01:31", "America/New_York");
        assert_eq!((moved.0.as_str(), moved.1.as_str()), ("2026-11-01T01:31", "2026-11-01T07:30:40+00:00"));
        assert_eq!(
            typed("2026-11-01T01:30", "Europe/Rome").0,
            "2026-11-01T01:30",
            "by other clocks it is another moment"
        );
    }

    fn stored(starts_at: &str, not_after: &str, zone: Option<&str>) -> Campaign {
        let whole = serde_json::json!({
            "id": "0190a1b2-0000-7000-8000-000000000001", "name": "Spring", "code": "S-001", "description": "", "goal": "",
            "type": "scheduled", "channels": ["email"], "status": "draft", "status_reason": null, "owner_id": null,
            "created_at": starts_at, "starts_at": starts_at, "time_zone": zone, "late_minutes": 60, "started_at": null,
            "finished_at": null, "run_id": null, "begins_at": null, "rate_per_second": null, "not_after": not_after,
            "switches": {}, "archived_at": null, "figures": domain::stats::Figures::default(),
        });
        serde_json::from_value(whole).unwrap()
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
