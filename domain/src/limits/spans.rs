//! The hours and months that messages are counted by.

use chrono::{DateTime, Datelike, DurationRound, Months, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::zone;

/// The hour that a moment lies in, by its beginning. Hours are those of UTC: no change of clocks makes one longer.
pub fn hour_of(now: DateTime<Utc>) -> NaiveDateTime {
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now).naive_utc()
}

/// When that hour is over.
pub fn hour_ends(now: DateTime<Utc>) -> DateTime<Utc> {
    (hour_of(now) + TimeDelta::hours(1)).and_utc()
}

/// The calendar month that a moment lies in, by the first midnight that clocks of the zone show.
pub fn month_of(now: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let today = now.with_timezone(&zone).date_naive();
    today.with_day(1).unwrap_or(today).and_time(NaiveTime::MIN)
}

/// When that month is over.
pub fn month_ends(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    zone::instant(month_of(now, zone) + Months::new(1), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn an_hour_is_that_of_the_clock() {
        assert_eq!(hour_of(at("2026-03-02T09:59:59.999Z")).to_string(), "2026-03-02 09:00:00");
        assert_eq!(hour_ends(at("2026-03-02T09:00:00Z")), at("2026-03-02T10:00:00Z"));
    }

    #[test]
    fn a_month_is_that_of_the_workspace() {
        let (new_york, rome) = (Tz::America__New_York, Tz::Europe__Rome);
        let night = at("2026-03-01T03:00:00Z");
        assert_eq!(month_of(night, new_york).to_string(), "2026-02-01 00:00:00");
        assert_eq!(month_ends(night, new_york), at("2026-03-01T05:00:00Z"));
        assert_eq!(month_of(night, rome).to_string(), "2026-03-01 00:00:00");
        assert_eq!(month_ends(night, rome), at("2026-03-31T22:00:00Z"), "clocks changed meanwhile");
    }
}
