//! Home (UX "Home"): what needs somebody, what goes out now, what comes next, how the last ones went, whether all is
//! well, and what a new workspace still lacks.

mod rates;
mod steps;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    campaign::Campaign,
    dns::DomainState,
    doubt::InDoubt,
    id::{ImportId, ProviderId, SenderId},
    limits::Money,
    provider::ProviderKind,
    report::{Rates, arrived},
};

pub use rates::{Lately, Rate, RateConcern, rates};
pub use steps::FirstSteps;

/// How many of a kind are told; the rest is behind a link.
pub const SHOWN: usize = 6;
/// How far back rates, what was turned away and imports that stopped are looked at.
pub const LOOKS_BACK: TimeDelta = TimeDelta::days(7);

/// All of it, at one moment.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Home {
    /// The moment.
    pub at: DateTime<Utc>,
    /// What needs somebody, most pressing first.
    pub concerns: Vec<Concern>,
    /// What is going out.
    pub sending: Vec<Going>,
    /// What will begin by itself, first things first.
    pub upcoming: Vec<Campaign>,
    /// The campaigns that ended last, newest first.
    pub results: Vec<Outcome>,
    /// How the machinery is; none for those who see only what is theirs.
    pub health: Option<Health>,
    /// What a new workspace still lacks; none for those who may not see it.
    pub first_steps: Option<FirstSteps>,
}

/// Something that does not mend itself.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Concern {
    /// A campaign that is paused or has failed, and that people wait for.
    Held { campaign: Campaign },
    /// A campaign that was to begin by itself, could not, and is a draft again.
    NotStarted { campaign: Campaign },
    /// Messages of which nobody knows whether they arrived.
    InDoubt { campaign: InDoubt },
    /// Too many complaints, or messages that came back, or nearly.
    Rate(RateConcern),
    /// A provider's reports do not come any more: its subscription ended.
    ReportsEnded { provider_id: ProviderId, name: String, ended_at: DateTime<Utc> },
    /// Reports that came to a provider's address and were turned away.
    ReportsRefused { provider_id: ProviderId, name: String, count: i64, last_at: DateTime<Utc> },
    /// A sender whose mail providers of mailboxes will refuse or mistrust.
    Sender { sender_id: SenderId, email: String, standing: DomainState, campaigns: i64 },
    /// An import that did not come to its end.
    Import { import_id: ImportId, file: String, fault: Option<String>, left: i64 },
}

/// A campaign that is going out.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Going {
    /// It, with its figures.
    #[serde(flatten)]
    pub campaign: Campaign,
    /// Messages a second, over the last ten seconds; none while that is not known.
    pub per_second: Option<f64>,
    /// How long the rest takes at this pace, in seconds.
    pub seconds_left: Option<u64>,
}

/// A campaign that has ended.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Outcome {
    /// It, with its figures.
    #[serde(flatten)]
    pub campaign: Campaign,
    /// How many messages arrived, as far as anybody can tell.
    pub arrived: i64,
    /// What the figures amount to.
    pub rates: Rates,
}

impl Outcome {
    /// Of a campaign that went over an account of this kind, which is none when the account is gone.
    pub fn of(campaign: Campaign, over: Option<ProviderKind>) -> Self {
        let figures = &campaign.figures;
        Self { arrived: arrived(figures, over), rates: Rates::of(figures, over), campaign }
    }
}

/// How the machinery is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// Messages that could go now.
    pub waiting: i64,
    /// Since when the first of them could; none when none waits.
    pub oldest_due: Option<DateTime<Utc>>,
    /// The provider accounts.
    pub providers: Vec<Lane>,
    /// What the month has cost, where it has a budget.
    pub budget: Option<Budget>,
}

/// A month's budget.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Budget {
    /// What the month has cost.
    pub spent: Money,
    /// What it may.
    pub most: Money,
}

/// A provider account, and how it did in the last days.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lane {
    /// The account.
    pub provider_id: ProviderId,
    /// Its name.
    pub name: String,
    /// What it took.
    pub sent: i64,
    /// What it refused for good, and what it gave no answer to.
    pub failed: i64,
    /// Whether a campaign stands still because of it.
    pub stands: bool,
}

/// From this share of refusals on an account has troubles.
const TROUBLED: f64 = 0.05;

/// How a provider account is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Nothing went through it lately.
    Idle,
    /// It takes what it is given.
    Good,
    /// It refuses more than it should.
    Troubled,
    /// A campaign stands still because of it.
    Stands,
}

impl Lane {
    /// How it is.
    pub fn standing(&self) -> Standing {
        let all = self.sent + self.failed;
        match self.errors() {
            _ if self.stands => Standing::Stands,
            Some(errors) if errors >= TROUBLED => Standing::Troubled,
            _ if all == 0 => Standing::Idle,
            _ => Standing::Good,
        }
    }

    /// The share that it refused; none of nothing.
    pub fn errors(&self) -> Option<f64> {
        let all = self.sent + self.failed;
        (all > 0).then(|| self.failed as f64 / all as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_as_good_as_what_it_took() {
        let lane = |sent, failed, stands| {
            Lane { provider_id: ProviderId(uuid::Uuid::nil()), name: "SES".into(), sent, failed, stands }.standing()
        };
        assert_eq!(lane(0, 0, false), Standing::Idle);
        assert_eq!(lane(96, 4, false), Standing::Good);
        assert_eq!(lane(95, 5, false), Standing::Troubled);
        assert_eq!(lane(0, 1, false), Standing::Troubled);
        assert_eq!(lane(100, 0, true), Standing::Stands);
    }
}
