//! What a new workspace needs before its first campaign can go.

use serde::{Deserialize, Serialize};

/// What is there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FirstSteps {
    /// A provider account that reaches people, or a sender at the sandbox: who has one has chosen to try first.
    pub provider: bool,
    /// A sender identity.
    pub sender: bool,
    /// Somebody on a list.
    pub people: bool,
    /// A template.
    pub template: bool,
    /// A campaign that was started.
    pub campaign: bool,
}

impl FirstSteps {
    /// Each of them, in order.
    pub fn all(self) -> [bool; 5] {
        [self.provider, self.sender, self.people, self.template, self.campaign]
    }

    /// How many of how many are done.
    pub fn count(self) -> (usize, usize) {
        let all = self.all();
        (all.iter().filter(|done| **done).count(), all.len())
    }

    /// Whether nobody needs to be shown the way any more: a campaign has gone, also one without a template.
    pub fn are_over(self) -> bool {
        self.campaign
    }

    /// Whether a campaign could go; it may have a text of its own.
    pub fn are_enough(self) -> bool {
        self.provider && self.sender && self.people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_shown_until_a_campaign_has_gone() {
        let begun = FirstSteps { provider: true, sender: true, people: true, ..Default::default() };
        assert_eq!((begun.count(), begun.are_enough(), begun.are_over()), ((3, 5), true, false));
        assert!(!FirstSteps { people: false, ..begun }.are_enough());
        let without_template = FirstSteps { campaign: true, ..begun };
        assert!(without_template.are_over());
    }
}
