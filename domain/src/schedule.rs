//! When a campaign is sent (SPEC 5.4): now, or at a moment; and what holds when that moment was missed.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::{error::Refused, zone};

/// How many minutes late a campaign still starts by itself where nobody said otherwise.
pub const LATE_MINUTES: i32 = 60;
/// The longest that can be asked for: a week.
const LATE_MAX: i32 = 7 * 24 * 60;
/// So late is not late yet, whatever was asked for: the look for what is due takes its turn.
const ON_TIME: TimeDelta = TimeDelta::minutes(1);

/// A moment as typed: an instant, or what clocks show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// RFC 3339, with its offset.
    Instant(DateTime<Utc>),
    /// A date and time without an offset.
    Local(NaiveDateTime),
}

impl Moment {
    /// Reads `2026-11-21T18:00:00Z`, or `2026-11-21T18:00` as a browser's field sends it.
    pub fn parse(typed: &str) -> Result<Self, Refused> {
        let typed = typed.trim();
        if let Ok(instant) = DateTime::parse_from_rfc3339(typed) {
            return Ok(Self::Instant(instant.with_timezone(&Utc)));
        }
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
        let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok());
        local.map(Self::Local).ok_or_else(|| Refused::new("invalid", "A date and time such as 2030-05-01T18:00."))
    }

    /// The instant that it is, by the clocks of this zone. Where clocks leap over it, the next that there is; of one that
    /// they show twice, the first: so it is one instant, always.
    pub fn in_zone(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Local(local) => zone::instant(local, zone),
        }
    }
}

/// When it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum When {
    /// As soon as somebody starts it.
    #[default]
    Now,
    /// By itself at a moment, which may not be chosen yet.
    At(Option<Moment>),
}

/// When a campaign is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Schedule {
    /// When it begins.
    pub when: When,
    /// By whose clocks its local times are; the workspace's where none is named.
    pub time_zone: Option<Tz>,
    /// Whoever was not sent to by then is not sent to any more.
    pub not_after: Option<Moment>,
    /// How many minutes late it still starts by itself; [`LATE_MINUTES`] where nothing is said.
    pub late_minutes: Option<i32>,
}

type Wrong = (&'static str, Refused);

impl Schedule {
    /// Reads nothing, `"now"`, or `{"type":"now"|"at","at":"…","time_zone":"…","not_after":"…","late_minutes":60}`. A
    /// refusal comes with the field's name.
    pub fn parse(typed: Option<&Value>) -> Result<Self, Wrong> {
        match typed {
            None | Some(Value::Null) => Ok(Self::default()),
            Some(Value::String(word)) if word == "now" => Ok(Self::default()),
            Some(Value::Object(parts)) => Self::parse_parts(parts),
            Some(_) => Err(unsupported()),
        }
    }

    fn parse_parts(parts: &Map<String, Value>) -> Result<Self, Wrong> {
        let known = ["type", "at", "time_zone", "not_after", "late_minutes"];
        if !parts.keys().all(|key| known.contains(&key.as_str())) {
            return Err(unsupported());
        }
        let at = moment(parts, "at", "schedule.at")?;
        let when = match (text(parts, "type", "schedule")?, at) {
            (Some("at"), at) => When::At(at),
            (None, Some(at)) => When::At(Some(at)),
            // What stood in the field for the moment does not matter to who chose "now".
            (None | Some("now"), _) => When::Now,
            _ => return Err(unsupported()),
        };
        let zone = text(parts, "time_zone", "schedule.time_zone")?.map(zone::parse).transpose();
        let late_minutes = late(parts.get("late_minutes")).map_err(|refused| ("schedule.late_minutes", refused))?;
        Ok(Self {
            when,
            time_zone: zone.map_err(|refused| ("schedule.time_zone", refused))?,
            not_after: moment(parts, "not_after", "schedule.not_after")?,
            late_minutes,
        })
    }
}

/// Whether a campaign that was to start then is too late to start by itself now: its server was down, or it waited for
/// something else.
pub fn is_missed(starts_at: DateTime<Utc>, late_minutes: i32, now: DateTime<Utc>) -> bool {
    now - starts_at > TimeDelta::minutes(late_minutes.into()).max(ON_TIME)
}

fn unsupported() -> Wrong {
    let message =
        "Send \"now\", or {\"type\": \"at\", \"at\": …, \"time_zone\": …, \"not_after\": …, \"late_minutes\": …}.";
    ("schedule", Refused::new("unsupported", message))
}

/// A text that is not empty.
fn text<'a>(parts: &'a Map<String, Value>, key: &str, field: &'static str) -> Result<Option<&'a str>, Wrong> {
    match parts.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Some(_) => Err((field, Refused::new("invalid", "Must be a text."))),
    }
}

fn moment(parts: &Map<String, Value>, key: &str, field: &'static str) -> Result<Option<Moment>, Wrong> {
    text(parts, key, field)?.map(Moment::parse).transpose().map_err(|refused| (field, refused))
}

/// Minutes, as number or text; none when empty.
fn late(typed: Option<&Value>) -> Result<Option<i32>, Refused> {
    let number = match typed {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(empty)) if empty.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(other) => other.as_i64().and_then(|number| i32::try_from(number).ok()),
    };
    match number {
        Some(minutes @ 0..=LATE_MAX) => Ok(Some(minutes)),
        _ => Err(Refused::new("invalid", "Minutes, from 0 to 10,080 (a week).")),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_moment_is_an_instant_or_local() {
        let noon = Utc.with_ymd_and_hms(2026, 7, 1, 12, 0, 0).unwrap();
        let rome = Tz::Europe__Rome;
        assert_eq!(Moment::parse("2026-07-01T14:00:00+02:00").unwrap().in_zone(Tz::UTC), noon);
        assert_eq!(Moment::parse(" 2026-07-01T14:00 ").unwrap().in_zone(rome), noon);
        assert_eq!(Moment::parse("tomorrow").unwrap_err().code, "invalid");
    }

    #[test]
    fn now_or_at_a_moment_and_the_field_is_named() {
        assert_eq!(Schedule::parse(Some(&json!("now"))), Ok(Schedule::default()));
        let now = json!({"type": "now", "at": "2030-01-01T10:00", "not_after": "", "late_minutes": ""});
        assert_eq!(Schedule::parse(Some(&now)), Ok(Schedule::default()));
        assert!(Schedule::parse(Some(&json!({"not_after": "2030-05-01T18:00"}))).unwrap().not_after.is_some());
        let at = json!({"at": "2030-01-01T10:00", "time_zone": "Europe/Rome", "late_minutes": 5});
        let at = Schedule::parse(Some(&at)).unwrap();
        assert!(matches!(at.when, When::At(Some(_))));
        assert_eq!((at.time_zone, at.late_minutes), (Some(Tz::Europe__Rome), Some(5)));
        assert_eq!(Schedule::parse(Some(&json!({"type": "at"}))).unwrap().when, When::At(None), "not chosen yet");
        let field = |typed| Schedule::parse(Some(&typed)).unwrap_err().0;
        assert_eq!(field(json!({"at": "2030-01-01"})), "schedule.at");
        assert_eq!(field(json!({"type": "weekly"})), "schedule");
        assert_eq!(field(json!({"rule": "FREQ=DAILY"})), "schedule");
        assert_eq!(field(json!({"time_zone": "Mars/Olympus"})), "schedule.time_zone");
        assert_eq!(field(json!({"not_after": "soon"})), "schedule.not_after");
        assert_eq!(field(json!({"late_minutes": -1})), "schedule.late_minutes");
        assert_eq!(field(json!({"late_minutes": "10081"})), "schedule.late_minutes");
        assert_eq!(field(json!(["now"])), "schedule");
    }

    #[test]
    fn whoever_asks_for_no_lateness_has_a_minute_all_the_same() {
        let at = DateTime::UNIX_EPOCH;
        let missed = |late, seconds| is_missed(at, late, at + TimeDelta::seconds(seconds));
        assert!(!missed(0, -5) && !missed(0, 60) && missed(0, 61));
        assert!(!missed(30, 1_800) && missed(30, 1_801));
    }

    proptest! {
        /// Whatever clocks do, a local time is one instant, and clocks show it then unless they leap over it.
        #[test]
        fn a_local_time_is_one_instant_whatever_clocks_do(
            minute in 0i64..60 * 24 * 365 * 3,
            zone in prop::sample::select(vec![Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Africa__Casablanca]),
        ) {
            let local = NaiveDateTime::default() + TimeDelta::days(20_454) + TimeDelta::minutes(minute);
            let at = Moment::Local(local).in_zone(zone);
            let shown = at.with_timezone(&zone).naive_local();
            match zone.from_local_datetime(&local).earliest() {
                Some(first) => prop_assert_eq!(first.to_utc(), at),
                None => prop_assert!(shown > local && shown - local <= TimeDelta::hours(1), "{local} {shown}"),
            }
        }
    }
}
