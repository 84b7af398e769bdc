//! The limits of a workspace (SPEC 1.1, 5.4, 5.5, 5.7): how many messages an hour may leave on a channel, how often a person
//! is written to, when it is quiet, and what a month may cost. Each can be lifted.

mod money;
mod quiet;
mod spans;
mod typed;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{channel::Channel, words::words};

pub use money::Money;
pub use quiet::{ClockTime, QuietHours};
pub use spans::{hour_ends, hour_of, month_ends, month_of};
pub use typed::{NewCaps, NewChannelLimits, NewLimits};

/// How the reason begins of a campaign that paused itself because of the budget: its page says by it what to do.
pub const BUDGET_SPENT: &str = "The month’s budget";

/// All limits of a workspace.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Limits {
    /// Those of each channel.
    pub channels: BTreeMap<Channel, ChannelLimits>,
    /// How often a person is written to.
    pub caps: Caps,
    /// What all messages of a calendar month may cost together; none: whatever they cost.
    pub budget: Option<Money>,
}

impl Default for Limits {
    fn default() -> Self {
        let channels = Channel::ALL.iter().map(|channel| (*channel, ChannelLimits::default_of(*channel))).collect();
        Self { channels, caps: Caps::default(), budget: None }
    }
}

impl Limits {
    /// The limits of a channel.
    pub fn of(&self, channel: Channel) -> ChannelLimits {
        self.channels.get(&channel).copied().unwrap_or_else(|| ChannelLimits::default_of(channel))
    }
}

/// The limits of one channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelLimits {
    /// The most messages an hour; none: as many as there are.
    pub hourly: Option<u32>,
    /// When nobody is written to; their messages wait.
    pub quiet: Option<QuietHours>,
    /// What one message costs.
    pub price: Money,
}

impl ChannelLimits {
    /// What holds for a channel until somebody says otherwise.
    pub fn default_of(channel: Channel) -> Self {
        let (hourly, is_loud, price) = match channel {
            Channel::Email => (50_000, false, 100),
            Channel::Sms => (10_000, true, 7_900),
            Channel::Whatsapp => (1_000, false, 5_000),
            Channel::Voice => (5_000, true, 13_000),
            Channel::Rvm => (1_000, true, 0),
            Channel::Social => (1_000, false, 0),
        };
        Self { hourly: Some(hourly), quiet: is_loud.then_some(QuietHours::NIGHT), price: Money::micros(price) }
    }
}

/// The most messages that one person gets; none where that is not limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caps {
    /// In 24 hours, on one channel.
    pub day: Option<u32>,
    /// In three days, over all channels.
    pub three_days: Option<u32>,
    /// In seven days, over all channels.
    pub week: Option<u32>,
}

impl Default for Caps {
    fn default() -> Self {
        Self { day: Some(1), three_days: Some(3), week: None }
    }
}

/// How many messages a person has had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Had {
    /// In the last 24 hours, on the channel that is asked about.
    pub day: u32,
    /// In the last three days, on any.
    pub three_days: u32,
    /// In the last seven days, on any.
    pub week: u32,
}

impl Caps {
    /// No caps at all.
    pub const NONE: Self = Self { day: None, three_days: None, week: None };

    /// Whether there is any.
    pub fn is_set(self) -> bool {
        self != Self::NONE
    }

    /// Whether one more would be too many for somebody who has had so many.
    pub fn are_reached(self, had: Had) -> bool {
        let full = |cap: Option<u32>, had: u32| cap.is_some_and(|cap| had >= cap);
        full(self.day, had.day) || full(self.three_days, had.three_days) || full(self.week, had.week)
    }
}

/// What has gone out already.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Used {
    /// Messages of this hour, on the channel that is asked about.
    pub hour: u64,
    /// What this month's cost, on all.
    pub month: Money,
}

words! {
    /// What keeps messages from going on.
    Stop {
        /// The hour has had its messages: the next will do.
        HourlyLimit = "hourly_limit",
        /// The month has had its money: somebody has to say how it goes on.
        Budget = "budget",
    }
}

/// How many more messages of a channel may go now. Where none may, also why not.
pub fn room(limits: &ChannelLimits, budget: Option<Money>, used: Used) -> (u64, Option<Stop>) {
    let hour = limits.hourly.map_or(u64::MAX, |most| u64::from(most).saturating_sub(used.hour));
    let left = budget.map(|budget| budget.less(used.month));
    let month = left.and_then(|left| left.buys(limits.price)).unwrap_or(u64::MAX);
    let stop = match (month, hour) {
        // Who has to be asked is asked at once, not an hour later.
        (0, _) => Some(Stop::Budget),
        (_, 0) => Some(Stop::HourlyLimit),
        _ => None,
    };
    (hour.min(month), stop)
}

/// Why the rest of a running campaign waits for a while, and until when.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Wait {
    /// What it waits for.
    pub reason: Stop,
    /// The same in a sentence.
    pub text: String,
    /// When it goes on by itself.
    pub until: DateTime<Utc>,
}

impl Wait {
    /// For the end of an hour that has had its messages.
    pub fn for_next_hour(channel: Channel, most: u32, now: DateTime<Utc>) -> Self {
        let text =
            format!("The workspace’s limit of {} {} an hour is reached.", thousands(most), messages(channel, most));
        Self { reason: Stop::HourlyLimit, text, until: hour_ends(now) }
    }
}

/// Why a campaign paused itself: what the month's budget is, and what to do.
pub fn budget_spent(budget: Money) -> String {
    format!("{BUDGET_SPENT} of {budget} does not allow another message. Raise it, or wait for the next month.")
}

/// The limits as they stand at a moment: with what was used of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// The limits.
    #[serde(flatten)]
    pub limits: Limits,
    /// Messages that left in this hour, by channel, where an hour's messages are limited.
    pub used_this_hour: BTreeMap<Channel, u64>,
    /// When the hour is over.
    pub hour_ends_at: DateTime<Utc>,
    /// What this month's messages cost, as far as there was a budget.
    pub spent_this_month: Money,
    /// When the month is over.
    pub month_ends_at: DateTime<Utc>,
}

fn messages(channel: Channel, count: u32) -> &'static str {
    let (one, many) = match channel {
        Channel::Email => ("e-mail", "e-mails"),
        Channel::Sms => ("text message", "text messages"),
        Channel::Whatsapp => ("WhatsApp message", "WhatsApp messages"),
        Channel::Voice => ("call", "calls"),
        Channel::Rvm => ("voicemail", "voicemails"),
        Channel::Social => ("post", "posts"),
    };
    if count == 1 { one } else { many }
}

fn thousands(number: u32) -> String {
    match (number / 1_000_000, number / 1_000 % 1_000, number % 1_000) {
        (0, 0, ones) => ones.to_string(),
        (0, thousands, ones) => format!("{thousands},{ones:03}"),
        (millions, thousands, ones) => format!("{millions},{thousands:03},{ones:03}"),
    }
}

#[cfg(test)]
mod tests;
