//! Rates that providers of mailboxes judge a sender by, over all that went out lately.

use serde::{Deserialize, Serialize};

use crate::{
    id::CampaignId,
    provider::ProviderKind,
    report::{BOUNCES_MAX, COMPLAINTS_MAX, arrived},
    stats::Figures,
    words::words,
};

/// From this part of a limit on, it is near.
pub const NEAR: f64 = 0.75;
/// Of fewer messages than this a share says nothing: one complaint of a hundred people is chance.
const LEAST: i64 = 1_000;

words! {
    /// What is counted.
    Rate {
        /// Reported as spam.
        Complaints = "complaints",
        /// Came back.
        Bounces = "bounces",
    }
}

impl Rate {
    /// The most that is good, from 0 to 1.
    pub fn limit(self) -> f64 {
        match self {
            Self::Complaints => COMPLAINTS_MAX,
            Self::Bounces => BOUNCES_MAX,
        }
    }

    /// How many, and of how many.
    fn of(self, Lately { figures, over, .. }: &Lately) -> (i64, i64) {
        match self {
            Self::Complaints => (figures.complained, arrived(figures, *over)),
            Self::Bounces => (figures.bounced, figures.sent),
        }
    }
}

/// A campaign that went out lately.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lately {
    /// It.
    pub campaign_id: CampaignId,
    /// Its name.
    pub name: String,
    /// The kind of account that it went over; none when that is gone.
    pub over: Option<ProviderKind>,
    /// What became of it.
    pub figures: Figures,
}

/// A rate that is near its limit, or over it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RateConcern {
    /// What is counted.
    pub rate: Rate,
    /// How many.
    pub count: i64,
    /// Of how many.
    pub of: i64,
    /// The campaign that most of them came from.
    pub campaign_id: CampaignId,
    /// Its name.
    pub name: String,
    /// How many came from it.
    pub from_it: i64,
}

impl RateConcern {
    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        self.count as f64 / self.of as f64
    }

    /// Whether it is over its limit, and not only near.
    pub fn is_over(&self) -> bool {
        self.share() >= self.rate.limit()
    }
}

/// The rates that need a look, of all that went out lately together.
pub fn rates(lately: &[Lately]) -> Vec<RateConcern> {
    Rate::ALL.iter().filter_map(|rate| concern(*rate, lately)).collect()
}

fn concern(rate: Rate, lately: &[Lately]) -> Option<RateConcern> {
    let (count, of) = lately.iter().map(|one| rate.of(one)).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    let worst = lately.iter().max_by_key(|one| rate.of(one).0)?;
    let concern = RateConcern {
        rate,
        count,
        of,
        campaign_id: worst.campaign_id,
        name: worst.name.clone(),
        from_it: rate.of(worst).0,
    };
    (of >= LEAST && concern.share() >= rate.limit() * NEAR).then_some(concern)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn went(name: &str, sent: i64, bounced: i64, complained: i64) -> Lately {
        let figures = Figures { sent, delivered: sent - bounced, bounced, complained, ..Default::default() };
        Lately {
            campaign_id: CampaignId(uuid::Uuid::from_u128(sent.unsigned_abs().into())),
            name: name.into(),
            over: Some(ProviderKind::Ses),
            figures,
        }
    }

    #[test]
    fn all_that_went_out_counts_together_and_the_worst_is_named() {
        let told = rates(&[went("News", 6_000, 10, 1), went("Sale", 4_000, 0, 7)]);
        assert_eq!(told.len(), 1, "0.1 percent came back: {told:?}");
        let complaints = &told[0];
        assert_eq!((complaints.rate, complaints.count, complaints.of), (Rate::Complaints, 8, 9_990));
        assert_eq!((complaints.name.as_str(), complaints.from_it), ("Sale", 7));
        assert!(!complaints.is_over(), "0.08 percent");
        assert!(rates(&[went("Sale", 4_000, 0, 4)])[0].is_over());
    }

    #[test]
    fn below_three_quarters_of_a_limit_nobody_is_disturbed() {
        assert!(rates(&[went("News", 10_000, 149, 7)]).is_empty());
        assert_eq!(rates(&[went("News", 10_000, 150, 7)])[0].rate, Rate::Bounces);
    }

    #[test]
    fn few_messages_say_nothing() {
        assert!(rates(&[went("A few", 999, 400, 30)]).is_empty());
        assert_eq!(rates(&[]), []);
    }
}
