//! What became of a campaign (SPEC 14.1): rates, hours, links, places, devices; and which of its people are meant by a
//! word such as "opened". People come first; what machines did is told apart and in no rate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    campaign::Campaign,
    channel::Channel,
    error::Refused,
    limits::Money,
    message::{MessageState, Recipient},
    provider::ProviderKind,
    receipt::states_behind,
    remedy::Problem,
    stats::Figures,
    tracking::{Device, LinkFigures, Why},
    words::words,
};

/// The most complaints that mail providers put up with, as a share of what arrived.
pub const COMPLAINTS_MAX: f64 = 0.001;
/// The most unsubscriptions that speak of a list that wants its mail.
pub const UNSUBSCRIBED_MAX: f64 = 0.005;
/// The most messages that may come back before providers ask where the addresses are from.
pub const BOUNCES_MAX: f64 = 0.02;

/// Shares from 0 to 1; none of nothing.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rates {
    /// What arrived, of what was sent; none where nobody reports arrivals.
    pub delivery: Option<f64>,
    /// People who opened, of what arrived.
    pub open: Option<f64>,
    /// People who clicked, of those who opened.
    pub click: Option<f64>,
    /// People who clicked, of what arrived.
    pub click_of_delivered: Option<f64>,
    /// What came back, of what was sent.
    pub bounce: Option<f64>,
    /// People who complained, of what arrived.
    pub complaint: Option<f64>,
    /// People who unsubscribed, of what arrived.
    pub unsubscribe: Option<f64>,
}

impl Rates {
    /// The rates of these figures of a run over an account of this kind, which is none when the account is gone. Where
    /// nobody reports arrivals, what was sent and did not come back counts as arrived.
    pub fn of(figures: &Figures, over: Option<ProviderKind>) -> Self {
        let arrived = arrived(figures, over);
        Self {
            delivery: share(figures.delivered, figures.sent).filter(|_| is_reported(figures, over)),
            open: share(figures.opened, arrived),
            click: share(figures.clicked, figures.opened),
            click_of_delivered: share(figures.clicked, arrived),
            bounce: share(figures.bounced, figures.sent),
            complaint: share(figures.complained, arrived),
            unsubscribe: share(figures.unsubscribed, arrived),
        }
    }
}

/// Whether arrivals are reported. Of what went over mail servers single ones may be: who complains has the message, and
/// some receivers confirm unasked. That says nothing of the others.
fn is_reported(figures: &Figures, over: Option<ProviderKind>) -> bool {
    over != Some(ProviderKind::Smtp) && figures.delivered > figures.complained
}

/// How many messages of a run over such an account arrived, as far as anybody can tell.
pub fn arrived(figures: &Figures, over: Option<ProviderKind>) -> i64 {
    if is_reported(figures, over) { figures.delivered } else { (figures.sent - figures.bounced).max(0) }
}

fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// What happened in an hour; every event, not every person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hour {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Opens by people.
    pub opened: i64,
    /// Clicks by people.
    pub clicked: i64,
    /// Opens by machines.
    pub machine_opened: i64,
    /// Clicks by machines.
    pub machine_clicked: i64,
}

/// People of a place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlaceFigures {
    /// Two letters; empty where only a state is known.
    pub country: String,
    /// State, province or region; empty where only the country is known.
    pub state: String,
    /// People who opened.
    pub opened: i64,
    /// People who clicked.
    pub clicked: i64,
}

/// Opens and clicks of people by what they hold in their hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceFigures {
    /// On what.
    pub device: Device,
    /// How often.
    pub count: i64,
}

/// What went over one channel and account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LaneFigures {
    /// The channel.
    pub channel: Channel,
    /// The account's name; none when it is gone.
    pub provider: Option<String>,
    /// What was sent over it and what became of that.
    pub sent: i64,
    /// Arrived.
    pub delivered: i64,
    /// People who opened.
    pub opened: i64,
    /// Messages that machines opened.
    pub machine_opened: i64,
    /// People who clicked.
    pub clicked: i64,
    /// What it cost.
    pub cost: Money,
}

/// A campaign's report.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// The campaign with its figures.
    pub campaign: Campaign,
    /// The rates.
    pub rates: Rates,
    /// What was spent.
    pub cost: Money,
    /// What a message that was sent cost.
    pub cost_per_recipient: Money,
    /// Hours in which something happened, in order.
    pub hours: Vec<Hour>,
    /// The links of the text, those that most people followed first.
    pub links: Vec<LinkFigures>,
    /// Where people opened, most first.
    pub places: Vec<PlaceFigures>,
    /// On what, most first.
    pub devices: Vec<DeviceFigures>,
    /// By channel and account.
    pub lanes: Vec<LaneFigures>,
    /// Why people were not sent to, or not yet, and why messages came back.
    pub problems: Vec<Problem>,
    /// How many failed for a reason that may have passed.
    pub retryable: i64,
}

words! {
    /// What people did, or did not do, with a message.
    Engaged {
        /// A person opened it, or followed a link in it.
        Opened = "opened",
        /// A person followed a link in it.
        Clicked = "clicked",
        /// It went out, did not come back, and no person opened it or followed a link.
        NotOpened = "not_opened",
        /// Nobody but a machine opened it.
        MachineOnly = "machine_only",
        /// They unsubscribed, by its link or with the provider.
        Unsubscribed = "unsubscribed",
    }
}

/// Which of a campaign's people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Who {
    /// In these states.
    pub states: Option<Vec<MessageState>>,
    /// Who did this.
    pub engaged: Option<Engaged>,
}

impl Who {
    /// Reads a word: a part of the balance, what was reported, or what people did. Empty is everybody.
    pub fn parse(word: &str) -> Result<Self, Refused> {
        use MessageState::{Accepted, Complained, Delivered};
        let word = word.trim();
        match Engaged::from_word(word) {
            Some(Engaged::NotOpened) => {
                let arrived = vec![Accepted, Delivered, Complained];
                Ok(Self { states: Some(arrived), engaged: Some(Engaged::NotOpened) })
            }
            Some(engaged) => Ok(Self { states: None, engaged: Some(engaged) }),
            None if word.is_empty() => Ok(Self::default()),
            None => match states_behind(word) {
                Ok(states) => Ok(Self { states: Some(states), engaged: None }),
                Err(refused) => {
                    let also: Vec<_> = Engaged::ALL.iter().map(|engaged| engaged.word()).collect();
                    let known = refused.message.trim_end_matches('.');
                    Err(Refused::new("unknown", format!("{known}, {}.", also.join(", "))))
                }
            },
        }
    }
}

/// Something that happened to one message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageEvent {
    /// When.
    pub at: DateTime<Utc>,
    /// What: `delivered`, `opened`, `machine_clicked`, `sent_again`…
    pub kind: String,
    /// Why it is taken for a machine's.
    pub why: Option<Why>,
    /// Of a click, where it led; where the provider tells of it, the link as it stood in the message.
    pub link: Option<String>,
    /// What the program said of itself.
    pub agent: Option<String>,
    /// From which network address.
    pub ip: Option<String>,
    /// Of a bounce, whether the address will refuse every other message, too.
    pub hard: Option<bool>,
    /// By which code the receiving server refused it or put it off, as `5.1.1`.
    pub status: Option<String>,
    /// What the receiving server or the provider said.
    pub diagnostic: Option<String>,
}

/// A message with all that happened to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageHistory {
    /// The message.
    #[serde(flatten)]
    pub recipient: Recipient,
    /// When the provider took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// How often it was handed over.
    pub attempts: i16,
    /// The provider's id of it.
    pub provider_ref: Option<String>,
    /// What happened, in order.
    pub events: Vec<MessageEvent>,
}

/// Some of a campaign's people, to be made a list of.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewPeopleList {
    /// The list's name.
    pub name: String,
    /// A part of the balance, or what came of messages: `opened`, `not_opened`, …
    pub status: String,
    /// Only whose address begins so.
    pub search: String,
    /// Only who were told this: a provider's code, or the word of a skip reason.
    pub code: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_shares_of_what_their_names_say() {
        let figures = Figures {
            audience: 1_010,
            sent: 1_000,
            delivered: 800,
            bounced: 20,
            opened: 400,
            clicked: 100,
            complained: 4,
            unsubscribed: 8,
            machine_opened: 700,
            ..Default::default()
        };
        let over = |figures: Figures, kind| Rates::of(&figures, Some(kind));
        let rates = over(figures, ProviderKind::Ses);
        assert_eq!((rates.delivery, rates.open, rates.click), (Some(0.8), Some(0.5), Some(0.25)));
        assert_eq!((rates.click_of_delivered, rates.bounce), (Some(0.125), Some(0.02)));
        assert_eq!((rates.complaint, rates.unsubscribe), (Some(0.005), Some(0.01)));
        let silent = Some(400.0 / 980.0);
        for (delivered, complained, kind) in [
            (0, 0, ProviderKind::Ses),
            (4, 4, ProviderKind::Ses),
            (1, 1, ProviderKind::Smtp),
            (1, 0, ProviderKind::Smtp),
        ] {
            let rates = over(Figures { delivered, complained, ..figures }, kind);
            assert_eq!(
                (rates.delivery, rates.open),
                (None, silent),
                "nobody reports what arrived: {delivered} {kind:?}"
            );
        }
        let rates = Rates::of(&figures, None);
        assert_eq!(rates.delivery, Some(0.8), "an account that is gone had reported");
        assert_eq!(Rates::of(&Figures::default(), None), Rates::default());
    }

    #[test]
    fn words_say_who_is_meant() {
        let who = |word| Who::parse(word).unwrap();
        assert_eq!(who(""), Who::default());
        assert_eq!(who("opened"), Who { states: None, engaged: Some(Engaged::Opened) });
        assert_eq!(who("failed").states, Some(vec![MessageState::Failed]));
        let silent = who("not_opened").states.unwrap();
        assert!(silent.contains(&MessageState::Accepted) && !silent.contains(&MessageState::Bounced));
        let refused = Who::parse("odd").unwrap_err();
        assert!(refused.message.contains("bounced, complained, opened, clicked"), "{}", refused.message);
    }

    proptest! {
        #[test]
        fn no_rate_is_made_of_machines(opened in 0..500i64, clicked in 0..500i64, machines in 0..9_999i64) {
            let figures = Figures { sent: 1_000, delivered: 900, opened, clicked, ..Default::default() };
            let with = Figures { machine_opened: machines, machine_clicked: machines, ..figures };
            prop_assert_eq!(Rates::of(&with, None), Rates::of(&figures, None));
        }
    }
}
