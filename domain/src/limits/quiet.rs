//! Quiet hours (SPEC 5.4): from one time of the day to another, by the clocks where a person is. What would go then waits
//! for their end; it is never dropped.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{error::Refused, zone};

/// A time of the day, to the minute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
pub struct ClockTime(NaiveTime);

impl ClockTime {
    /// Reads `21:00`; a browser may send seconds, which count for nothing.
    pub fn parse(typed: &str) -> Result<Self, Refused> {
        let typed = typed.trim();
        let read = ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(typed, format).ok());
        let time = read.and_then(|time| NaiveTime::from_hms_opt(time.hour(), time.minute(), 0));
        time.map(Self).ok_or_else(|| Refused::new("invalid", "A time of the day such as 21:00."))
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%H:%M"))
    }
}

impl TryFrom<String> for ClockTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|refused| refused.message)
    }
}

impl From<ClockTime> for String {
    fn from(time: ClockTime) -> Self {
        time.to_string()
    }
}

/// From one time of the day until another, which may lie on the next day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuietHours {
    /// From then on it is quiet.
    pub from: ClockTime,
    /// From then on it is not.
    pub to: ClockTime,
}

impl QuietHours {
    /// From nine in the evening until eight in the morning.
    pub const NIGHT: Self = Self { from: ClockTime(hour(21)), to: ClockTime(hour(8)) };

    /// When the quiet hours end that `now` lies in, by the clocks of a zone; none where it is not quiet.
    pub fn end(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let mut end = self.next_end(now, zone)?;
        // Where clocks leap over all the time that is not quiet, it goes on being so.
        for _ in 0..2 {
            end = self.next_end(end, zone).unwrap_or(end);
        }
        Some(end)
    }

    fn next_end(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&zone).naive_local();
        if !self.holds(local.time()) {
            return None;
        }
        let is_before_midnight = self.from > self.to && local.time() >= self.from.0;
        let day = if is_before_midnight { local.date().succ_opt()? } else { local.date() };
        Some(first_after(now, day.and_time(self.to.0), zone))
    }

    fn holds(self, time: NaiveTime) -> bool {
        let (from, to) = (self.from.0, self.to.0);
        if from < to { from <= time && time < to } else { from > to && (time >= from || time < to) }
    }
}

impl fmt::Display for QuietHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from, self.to)
    }
}

/// The first moment after `now` at which clocks show a local time. Of one that exists twice the first may have been.
fn first_after(now: DateTime<Utc>, local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let first = zone::instant(local, zone);
    let second = || zone.from_local_datetime(&local).latest().map(|there| there.to_utc());
    let after = if first > now { Some(first) } else { second().filter(|second| *second > now) };
    after.unwrap_or(now + TimeDelta::minutes(15))
}

const fn hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NEW_YORK: Tz = Tz::America__New_York;

    fn quiet(from: &str, to: &str) -> QuietHours {
        QuietHours { from: ClockTime::parse(from).unwrap(), to: ClockTime::parse(to).unwrap() }
    }

    /// When it ends, in local time and UTC, at a moment of New York.
    fn end(hours: QuietHours, now: &str) -> Option<String> {
        let now = DateTime::parse_from_rfc3339(now).unwrap().to_utc();
        hours.end(now, NEW_YORK).map(|end| end.with_timezone(&NEW_YORK).to_rfc3339())
    }

    #[test]
    fn a_night_ends_in_the_morning_on_either_side_of_midnight() {
        let night = QuietHours::NIGHT;
        let morning = Some("2026-07-02T08:00:00-04:00".to_owned());
        assert_eq!(end(night, "2026-07-01T20:59:59-04:00"), None);
        assert_eq!(end(night, "2026-07-01T21:00:00-04:00"), morning);
        assert_eq!(end(night, "2026-07-02T00:00:00-04:00"), morning);
        assert_eq!(end(night, "2026-07-02T07:59:59-04:00"), morning);
        assert_eq!(end(night, "2026-07-02T08:00:00-04:00"), None);
    }

    #[test]
    fn a_rest_at_noon_ends_on_the_same_day() {
        let rest = quiet("12:00", "14:30");
        assert_eq!(end(rest, "2026-07-01T12:15:00-04:00").unwrap(), "2026-07-01T14:30:00-04:00");
        assert_eq!(end(rest, "2026-07-01T14:30:00-04:00"), None);
    }

    #[test]
    fn an_end_that_clocks_leap_over_is_when_they_have_leapt() {
        let end = end(quiet("23:00", "02:30"), "2026-03-08T01:00:00-05:00").unwrap();
        assert_eq!(end, "2026-03-08T03:00:00-04:00");
    }

    #[test]
    fn an_end_that_clocks_show_twice_is_the_first_and_for_who_comes_between_the_second() {
        let hours = quiet("23:00", "01:30");
        assert_eq!(end(hours, "2026-11-01T01:10:00-04:00").unwrap(), "2026-11-01T01:30:00-04:00");
        assert_eq!(end(hours, "2026-11-01T01:40:00-04:00"), None);
        assert_eq!(end(hours, "2026-11-01T01:10:00-05:00").unwrap(), "2026-11-01T01:30:00-05:00");
    }

    #[test]
    fn times_are_read_and_shown() {
        assert_eq!(quiet(" 9:05 ", "21:00:30").to_string(), "09:05–21:00");
        for wrong in ["", "24:00", "9", "noon"] {
            assert_eq!(ClockTime::parse(wrong).unwrap_err().code, "invalid", "{wrong}");
        }
    }

    fn zones() -> impl Strategy<Value = Tz> {
        use Tz::*;
        prop::sample::select(vec![
            America__New_York,
            Europe__Rome,
            Australia__Lord_Howe,
            Asia__Kolkata,
            Pacific__Apia,
            America__St_Johns,
            UTC,
        ])
    }

    proptest! {
        /// Whoever waits for the end is free then, has not waited past it, and whoever does not wait is free now.
        #[test]
        fn the_end_is_the_first_moment_that_is_not_quiet(
            from in 0u32..1440, length in 1u32..1200, at in 1_600_000_000i64..1_900_000_000, zone in zones(),
        ) {
            let time = |minutes: u32| ClockTime(NaiveTime::from_hms_opt(minutes / 60 % 24, minutes % 60, 0).unwrap());
            let hours = QuietHours { from: time(from), to: time((from + length) % 1440) };
            let now = DateTime::from_timestamp(at, 0).unwrap();
            let is_quiet = |at: DateTime<Utc>| hours.holds(at.with_timezone(&zone).time());
            match hours.end(now, zone) {
                None => prop_assert!(!is_quiet(now)),
                Some(end) => {
                    prop_assert!(is_quiet(now) && end > now && !is_quiet(end), "{hours} at {now}: {end}");
                    // Clocks change by an hour at most in these years, and a leap ends within a quarter of one.
                    prop_assert!(end - now <= TimeDelta::minutes(i64::from(length) + 75), "{hours} at {now}: {end}");
                }
            }
        }
    }
}
