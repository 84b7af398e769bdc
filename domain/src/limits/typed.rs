//! Limits as they are typed: what is left out stays, what is empty is lifted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Caps, ChannelLimits, ClockTime, Limits, Money, QuietHours};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    text,
};

/// The most messages an hour that can be asked for.
const HOURLY_MAX: u32 = 100_000_000;
/// The most messages to a person.
const CAP_MAX: u32 = 1_000;

/// Limits to change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewLimits {
    /// Those of channels, by their words.
    pub channels: BTreeMap<String, NewChannelLimits>,
    /// How often a person is written to.
    pub caps: NewCaps,
    /// What all messages of a calendar month may cost together; none: whatever they cost.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub budget: Option<String>,
}

/// Limits of a channel to change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewChannelLimits {
    /// The most messages an hour; none: as many as there are.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub hourly: Option<String>,
    /// When quiet hours begin. (Read as the others: a form's empty field is text, and not nothing.)
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub quiet_from: Option<String>,
    /// When they end.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub quiet_to: Option<String>,
    /// What one message costs.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub price: Option<String>,
}

/// Caps to change.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewCaps {
    /// In 24 hours, on one channel.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub day: Option<String>,
    /// In three days, over all channels.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub three_days: Option<String>,
    /// In seven days, over all channels.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub week: Option<String>,
}

impl NewLimits {
    /// All limits as they are after the change; all errors at once.
    pub fn over(&self, known: &Limits) -> Result<Limits, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut after = Limits { channels: BTreeMap::new(), ..known.clone() };
        after.channels = Channel::ALL.iter().map(|channel| (*channel, known.of(*channel))).collect();
        for (word, new) in &self.channels {
            let Some(channel) = errors.take(&format!("channels.{word}"), Channel::parse(word)) else { continue };
            if let Some(changed) = errors.take_all(new.over(word, known.of(channel))) {
                after.channels.insert(channel, changed);
            }
        }
        after.caps = errors.take_all(self.caps.over(known.caps)).unwrap_or(known.caps);
        if let Some(typed) = &self.budget {
            after.budget = errors.take("budget", optional(typed, budget)).flatten();
        }
        errors.finish(Some(after))
    }
}

impl NewChannelLimits {
    fn over(&self, word: &str, known: ChannelLimits) -> Result<ChannelLimits, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = |field: &str| format!("channels.{word}.{field}");
        let mut after = known;
        if let Some(typed) = &self.hourly {
            after.hourly = errors.take(&name("hourly"), optional(typed, |typed| number(typed, HOURLY_MAX))).flatten();
        }
        if let Some(typed) = &self.price {
            let price = optional(typed, Money::parse).map(Option::unwrap_or_default);
            after.price = errors.take(&name("price"), price).unwrap_or_default();
        }
        let known_time = |time: fn(QuietHours) -> ClockTime| known.quiet.map(time);
        let from = time(&self.quiet_from, known_time(|quiet| quiet.from));
        let to = time(&self.quiet_to, known_time(|quiet| quiet.to));
        let times = errors.take(&name("quiet_from"), from).zip(errors.take(&name("quiet_to"), to));
        let needed = "Quiet hours have a beginning and an end: give both, or neither.";
        match times {
            Some((Some(from), Some(to))) if from == to => {
                errors.add(&name("quiet_to"), "same", "The end is the beginning: leave both empty for no quiet hours.");
            }
            Some((Some(_), None)) => errors.add(&name("quiet_to"), "required", needed),
            Some((None, Some(_))) => errors.add(&name("quiet_from"), "required", needed),
            Some((from, to)) => after.quiet = from.zip(to).map(|(from, to)| QuietHours { from, to }),
            None => {}
        }
        errors.finish(Some(after))
    }
}

impl NewCaps {
    fn over(&self, known: Caps) -> Result<Caps, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut take = |field: &str, typed: &Option<String>, known: Option<u32>| match typed {
            None => known,
            Some(typed) => errors.take(field, optional(typed, |typed| number(typed, CAP_MAX))).flatten(),
        };
        let caps = Caps {
            day: take("caps.day", &self.day, known.day),
            three_days: take("caps.three_days", &self.three_days, known.three_days),
            week: take("caps.week", &self.week, known.week),
        };
        errors.finish(Some(caps))
    }
}

/// A time that is typed, or that of before where nothing was.
fn time(typed: &Option<String>, known: Option<ClockTime>) -> Result<Option<ClockTime>, Refused> {
    typed.as_deref().map_or(Ok(known), |typed| optional(typed, ClockTime::parse))
}

fn optional<T>(typed: &str, parse: impl FnOnce(&str) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        typed => parse(typed).map(Some),
    }
}

fn number(typed: &str, most: u32) -> Result<u32, Refused> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
    let number = digits.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        Refused::new("invalid", format!("A whole number from 1 to {most}; leave it empty for no limit."))
    })
}

fn budget(typed: &str) -> Result<Money, Refused> {
    match Money::parse(typed)? {
        budget if budget == Money::default() => {
            Err(Refused::new("invalid", "More than nothing; leave it empty for no budget."))
        }
        budget => Ok(budget),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(value: serde_json::Value) -> NewLimits {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_left_out_stays_and_what_is_empty_is_lifted() {
        let known = Limits::default();
        assert_eq!(NewLimits::default().over(&known).unwrap(), known);
        let new = typed(json!({
            "channels": {"email": {"hourly": 2000, "price": 0.001}, "sms": {"hourly": "", "quiet_from": "", "quiet_to": ""}},
            "caps": {"day": "", "week": "5"}, "budget": "25",
        }));
        let after = new.over(&known).unwrap();
        let email = after.of(Channel::Email);
        assert_eq!((email.hourly, email.price.to_string()), (Some(2_000), "0.001".into()));
        let sms = after.of(Channel::Sms);
        assert_eq!((sms.hourly, sms.quiet, sms.price), (None, None, known.of(Channel::Sms).price));
        assert_eq!(after.caps, Caps { day: None, three_days: Some(3), week: Some(5) });
        assert_eq!(after.budget.unwrap().to_string(), "25.00");
        assert_eq!(typed(json!({"budget": ""})).over(&after).unwrap().budget, None);
    }

    #[test]
    fn the_end_of_quiet_hours_alone_can_be_moved() {
        let new = typed(json!({"channels": {"sms": {"quiet_to": "09:30"}}}));
        let quiet = new.over(&Limits::default()).unwrap().of(Channel::Sms).quiet.unwrap();
        assert_eq!(quiet.to_string(), "21:00–09:30");
    }

    #[test]
    fn everything_wrong_is_told_at_its_field() {
        let new = typed(json!({
            "channels": {
                "email": {"hourly": "0", "quiet_from": "22:00", "price": "cheap"},
                "pigeon": {},
                "sms": {"quiet_from": "25:00"},
                "voice": {"quiet_from": "08:00"},
            },
            "caps": {"day": "many", "three_days": -1}, "budget": "0",
        }));
        let errors = new.over(&Limits::default()).unwrap_err().0;
        let told: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        let wanted = [
            ("channels.email.hourly", "invalid"),
            ("channels.email.price", "invalid"),
            ("channels.email.quiet_to", "required"),
            ("channels.pigeon", "unknown"),
            ("channels.sms.quiet_from", "invalid"),
            ("channels.voice.quiet_to", "same"),
            ("caps.day", "invalid"),
            ("caps.three_days", "invalid"),
            ("budget", "invalid"),
        ];
        assert_eq!(told, wanted);
    }
}
