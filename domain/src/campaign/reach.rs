//! Whom a campaign reaches (UX "Audience"): the funnel, and the people behind each of its numbers, each with the reason.

use serde::{Deserialize, Serialize};

use crate::{
    error::{FieldErrors, Refused},
    id::ContactId,
    limits::Money,
    message::SkipReason,
    page::PageQuery,
    words::words,
};

words! {
    /// The steps of the funnel, each with fewer people than the one before.
    Stage {
        /// On an included list and on no excluded one.
        Matched = "matched",
        /// Of those, with an address and not marked do not contact.
        Addressable = "addressable",
        /// Of those, with consent in force.
        Consented = "consented",
        /// Of those, whose address is not suppressed.
        Unsuppressed = "unsuppressed",
        /// Of those, who have not had too much lately, and of whom the text's values are known: the people that it is
        /// sent to.
        Reachable = "reachable",
    }
}

impl Stage {
    /// Why people who were at the step before are not at this one.
    pub fn lost(self) -> &'static [SkipReason] {
        match self {
            Self::Matched => &[],
            Self::Addressable => &[SkipReason::Gone, SkipReason::DoNotContact, SkipReason::NoAddress],
            Self::Consented => &[SkipReason::NoConsent],
            Self::Unsuppressed => &[SkipReason::Suppressed],
            Self::Reachable => &[SkipReason::FrequencyCap, SkipReason::MissingValue],
        }
    }

    /// Why people who matched are not at this step.
    pub fn without(self) -> Vec<SkipReason> {
        Self::ALL.iter().filter(|stage| **stage <= self).flat_map(|stage| stage.lost()).copied().collect()
    }
}

/// People who are lost for the same reason. `detail` says more of it: `withdrawn` or `never` of a consent, why an address
/// is suppressed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Loss {
    /// Why.
    pub reason: SkipReason,
    /// More of why; empty where there is no more to say.
    pub detail: String,
    /// How many.
    pub count: i64,
    /// The same in words.
    pub text: String,
}

impl Loss {
    /// So many people.
    pub fn new(reason: SkipReason, detail: String, count: i64) -> Self {
        let text = because(reason, &detail);
        Self { reason, detail, count, text }
    }
}

/// Why somebody is left out, in words that fit behind a number and in a row of a table.
pub fn because(reason: SkipReason, detail: &str) -> String {
    match (reason, detail) {
        (SkipReason::NoConsent, "withdrawn") => "Withdrew their consent".into(),
        (SkipReason::NoConsent, _) => "Never gave consent for marketing by e-mail".into(),
        (SkipReason::Suppressed, "") => reason.sentence().into(),
        (SkipReason::Suppressed, why) => format!("{}: {}", reason.sentence(), why.replace('_', " ")),
        _ => reason.sentence().into(),
    }
}

/// The answer to "who would get it": each step of the funnel, and who is lost on the way.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Estimate {
    /// On the included lists and not on the excluded ones.
    pub matched: i64,
    /// Of those, with an address and not marked do-not-contact.
    pub addressable: i64,
    /// Of those, with consent in force.
    pub consented: i64,
    /// Of those, whose address is not suppressed.
    pub unsuppressed: i64,
    /// Of those, under the caps and with the values that the text needs: the number that will be sent.
    pub reachable: i64,
    /// Whether it may be fewer: the text needs values under conditions that a count cannot judge.
    pub at_most: bool,
    /// Who is lost, by reason, in the order of the steps.
    pub losses: Vec<Loss>,
    /// What as many messages cost.
    pub cost: Money,
    /// What is left of the month's budget, where there is one.
    pub budget_left: Option<Money>,
}

impl Estimate {
    /// The funnel of so many people who match, less these.
    pub fn of(matched: i64, mut losses: Vec<Loss>) -> Self {
        let place = |loss: &Loss| Stage::ALL.iter().position(|stage| stage.lost().contains(&loss.reason));
        losses.sort_by(|a, b| {
            let by_size = || b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text));
            place(a).cmp(&place(b)).then_with(by_size)
        });
        let at = |stage: Stage| {
            let without = stage.without();
            matched - losses.iter().filter(|loss| without.contains(&loss.reason)).map(|loss| loss.count).sum::<i64>()
        };
        Self {
            matched,
            addressable: at(Stage::Addressable),
            consented: at(Stage::Consented),
            unsuppressed: at(Stage::Unsuppressed),
            reachable: at(Stage::Reachable),
            losses,
            ..Self::default()
        }
    }

    /// How many are at a step.
    pub fn at(&self, stage: Stage) -> i64 {
        match stage {
            Stage::Matched => self.matched,
            Stage::Addressable => self.addressable,
            Stage::Consented => self.consented,
            Stage::Unsuppressed => self.unsuppressed,
            Stage::Reachable => self.reachable,
        }
    }
}

/// Which of the people are asked for, as typed; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReachQuery {
    /// Which page.
    #[serde(flatten)]
    pub page: PageQuery,
    /// The people at this step; all who match where none is named.
    pub stage: String,
    /// Instead: the people who are lost for this reason.
    pub reason: String,
    /// More of the reason.
    pub detail: String,
}

/// A checked [`ReachQuery`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReachFilter {
    /// People who are lost for these reasons are left out.
    pub without: Vec<SkipReason>,
    /// Only people who are lost for this one.
    pub reason: Option<SkipReason>,
    /// Only where this is what there is more to say.
    pub detail: Option<String>,
}

impl ReachQuery {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ReachFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let stage = if self.stage.is_empty() { Ok(Stage::Matched) } else { Stage::parse(&self.stage) };
        let stage = errors.take("stage", stage);
        let reason = errors.take("reason", parse_reason(&self.reason));
        let detail = Some(self.detail.clone()).filter(|detail| !detail.is_empty());
        errors.finish(stage.zip(reason).map(|(stage, reason)| ReachFilter { without: stage.without(), reason, detail }))
    }
}

fn parse_reason(typed: &str) -> Result<Option<SkipReason>, Refused> {
    if typed.is_empty() { Ok(None) } else { SkipReason::parse(typed).map(Some) }
}

/// A person of an audience that is not sent to yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reached {
    /// Who.
    pub contact_id: ContactId,
    /// What to call them.
    pub label: String,
    /// Where it would go.
    pub address: Option<String>,
    /// Why they would not get it; none: they would.
    pub reason: Option<SkipReason>,
    /// More of why.
    pub detail: String,
    /// Why not, in words.
    pub text: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_the_one_before_less_who_is_lost_there() {
        let losses = vec![
            Loss::new(SkipReason::FrequencyCap, String::new(), 4),
            Loss::new(SkipReason::Suppressed, "hard_bounce".into(), 3),
            Loss::new(SkipReason::NoConsent, "withdrawn".into(), 2),
            Loss::new(SkipReason::NoConsent, "never".into(), 5),
            Loss::new(SkipReason::DoNotContact, String::new(), 1),
        ];
        let funnel = Estimate::of(100, losses);
        let steps = Stage::ALL.iter().map(|stage| funnel.at(*stage)).collect::<Vec<_>>();
        assert_eq!(steps, [100, 99, 92, 89, 85]);
        let order: Vec<_> = funnel.losses.iter().map(|loss| loss.count).collect();
        assert_eq!(order, [1, 5, 2, 3, 4], "in the order of the steps, the most first");
    }

    #[test]
    fn every_reason_of_planning_is_lost_at_one_step_and_the_last_step_is_without_all() {
        let planned = [
            SkipReason::Gone,
            SkipReason::DoNotContact,
            SkipReason::NoAddress,
            SkipReason::NoConsent,
            SkipReason::Suppressed,
            SkipReason::FrequencyCap,
            SkipReason::MissingValue,
        ];
        for reason in planned {
            assert_eq!(Stage::ALL.iter().filter(|stage| stage.lost().contains(&reason)).count(), 1, "{reason}");
            assert!(Stage::Reachable.without().contains(&reason));
        }
    }

    #[test]
    fn a_query_names_a_step_or_a_reason() {
        let parsed = ReachQuery { stage: "consented".into(), ..Default::default() }.parse().unwrap();
        assert!(parsed.without.contains(&SkipReason::NoConsent) && !parsed.without.contains(&SkipReason::Suppressed));
        let wrong = ReachQuery { stage: "all".into(), reason: "mood".into(), ..Default::default() }.parse();
        let fields: Vec<_> = wrong.unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["stage", "reason"]);
        assert_eq!(because(SkipReason::Suppressed, "hard_bounce"), "Address is suppressed: hard bounce");
    }
}
