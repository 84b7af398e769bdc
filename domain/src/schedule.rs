//! When a campaign may be sent (SPEC 5.4): now, and not after a moment that its author may set.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::{error::Refused, zone};

/// A moment as typed: an instant, or what the clocks of the workspace show.
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

    /// The instant that it is, in a workspace of this zone.
    pub fn in_zone(self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Instant(instant) => instant,
            Self::Local(local) => zone::instant(local, zone),
        }
    }
}

/// When a campaign may be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Schedule {
    /// Whoever was not sent to by then is not sent to any more.
    pub not_after: Option<Moment>,
}

impl Schedule {
    /// Reads nothing, `"now"`, or `{"type":"now","not_after":"…"}`. A refusal comes with the field's name.
    pub fn parse(typed: Option<&Value>) -> Result<Self, (&'static str, Refused)> {
        let unsupported =
            || ("schedule", Refused::new("unsupported", "Campaigns can only be sent now so far: leave this out."));
        match typed {
            None | Some(Value::Null) => Ok(Self::default()),
            Some(Value::String(word)) if word == "now" => Ok(Self::default()),
            Some(Value::Object(parts)) => {
                let is_known = parts.keys().all(|key| key == "type" || key == "not_after");
                if !is_known || !parts.get("type").is_none_or(|kind| kind == "now") {
                    return Err(unsupported());
                }
                let wrong = |refused| ("schedule.not_after", refused);
                match parts.get("not_after") {
                    None | Some(Value::Null) => Ok(Self::default()),
                    Some(Value::String(empty)) if empty.trim().is_empty() => Ok(Self::default()),
                    Some(Value::String(moment)) => Ok(Self { not_after: Some(Moment::parse(moment).map_err(wrong)?) }),
                    Some(_) => Err(wrong(Refused::new("invalid", "A date and time, as text."))),
                }
            }
            Some(_) => Err(unsupported()),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
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
    fn only_now_so_far_and_the_field_is_named() {
        assert_eq!(Schedule::parse(Some(&json!("now"))), Ok(Schedule::default()));
        assert_eq!(Schedule::parse(Some(&json!({"type": "now", "not_after": ""}))), Ok(Schedule::default()));
        assert!(Schedule::parse(Some(&json!({"not_after": "2030-05-01T18:00"}))).unwrap().not_after.is_some());
        let field = |typed| Schedule::parse(Some(&typed)).unwrap_err().0;
        assert_eq!(field(json!({"type": "at", "at": "2030-01-01T10:00"})), "schedule");
        assert_eq!(field(json!({"at": "2030-01-01"})), "schedule");
        assert_eq!(field(json!({"not_after": "soon"})), "schedule.not_after");
        assert_eq!(field(json!(["now"])), "schedule");
    }
}
