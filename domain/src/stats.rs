//! The figures of a run (SPEC 5.10, 14.1): the balance that always adds up, and the rates.

use serde::{Deserialize, Serialize};

use crate::message::Part;

/// What is known of a run, in whole people.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Figures {
    /// Everybody the run is for.
    pub audience: i64,
    /// Not sent yet.
    pub waiting: i64,
    /// Accepted by a provider, and everything after.
    pub sent: i64,
    /// Not sent, for a reason.
    pub skipped: i64,
    /// Refused for good.
    pub failed: i64,
    /// Handed over, no answer.
    pub in_doubt: i64,
    /// Stopped before they were sent.
    pub cancelled: i64,
    /// Arrived.
    pub delivered: i64,
    /// Came back.
    pub bounced: i64,
    /// Reported as spam.
    pub complained: i64,
    /// People who opened.
    pub opened: i64,
    /// People who clicked.
    pub clicked: i64,
    /// People who unsubscribed.
    pub unsubscribed: i64,
    /// Messages that a machine opened, whether a person did as well or not: shown, never used.
    #[serde(default)]
    pub machine_opened: i64,
    /// Messages of which a machine followed a link, likewise.
    #[serde(default)]
    pub machine_clicked: i64,
}

impl Figures {
    /// The number of one part.
    pub fn part(&self, part: Part) -> i64 {
        match part {
            Part::Waiting => self.waiting,
            Part::Sent => self.sent,
            Part::Skipped => self.skipped,
            Part::Failed => self.failed,
            Part::InDoubt => self.in_doubt,
            Part::Cancelled => self.cancelled,
        }
    }

    /// Whether audience = waiting + sent + skipped + failed + in doubt + cancelled.
    pub fn balances(&self) -> bool {
        Part::ALL.iter().map(|part| self.part(*part)).sum::<i64>() == self.audience
    }

    /// People the run is done for without having reached them: failed and cancelled ones.
    pub fn not_sent(&self) -> i64 {
        self.failed + self.cancelled
    }
}

/// One group of messages that ended alike, for the report.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Grouped {
    /// The part they count for.
    pub part: Part,
    /// The skip reason's word or the provider's code.
    pub code: String,
    /// In words.
    pub text: String,
    /// How many.
    pub count: i64,
}

/// `part` of `whole` in percent; none of nothing.
pub fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_balance_sees_a_missing_person() {
        let figures = Figures {
            audience: 6,
            waiting: 1,
            sent: 1,
            skipped: 1,
            failed: 1,
            in_doubt: 1,
            cancelled: 1,
            ..Default::default()
        };
        assert!(figures.balances());
        assert!(!Figures { waiting: 0, ..figures }.balances());
        assert_eq!(figures.not_sent(), 2);
    }

    #[test]
    fn a_share_of_nothing_is_not_zero() {
        assert_eq!((percent(1, 4), percent(0, 0)), (Some(25.0), None));
    }
}
