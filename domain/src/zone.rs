//! Time zones by their IANA names.

use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::error::Refused;

/// Parses an IANA name such as `Europe/Rome`.
pub fn parse(name: &str) -> Result<Tz, Refused> {
    name.trim().parse::<Tz>().or(Err(Refused::new(
        "invalid_time_zone",
        "Not a time zone that Carillon knows. Use a name such as America/New_York.",
    )))
}

/// The zones that a person can choose from: those of the form `Area/Place`, and UTC.
pub fn choices() -> Vec<&'static str> {
    let areas =
        ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];
    let mut names: Vec<&'static str> = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| areas.iter().any(|a| name.starts_with(a)))
        .collect();
    names.push("UTC");
    names
}

/// The instant at which clocks in a zone show a local time (SPEC 5.4): of one that exists twice the first; one that does
/// not exist moves to the next that does.
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // No gap is longer than a day: where one is (an island that changed sides of the date line), a day was skipped.
    let quarters = (0..=24 * 4).map(|quarter| local + TimeDelta::minutes(15 * quarter));
    let first = quarters.filter_map(|local| zone.from_local_datetime(&local).earliest()).next();
    first.map_or_else(|| local.and_utc(), |there| there.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_time_is_one_instant_also_when_clocks_change() {
        let at = |text: &str, zone| instant(text.parse().unwrap(), zone).to_rfc3339();
        let new_york = Tz::America__New_York;
        assert_eq!(at("2026-07-01T08:00:00", new_york), "2026-07-01T12:00:00+00:00");
        assert_eq!(at("2026-03-08T02:30:00", new_york), "2026-03-08T07:00:00+00:00", "there is no 02:30: 03:00");
        assert_eq!(at("2026-11-01T01:30:00", new_york), "2026-11-01T05:30:00+00:00", "the first of two");
        assert_eq!(at("2011-12-30T12:00:00", Tz::Pacific__Apia), "2011-12-30T10:00:00+00:00", "a day that never was");
    }

    #[test]
    fn names_are_known_or_refused() {
        assert_eq!(parse(" Europe/Rome ").unwrap(), Tz::Europe__Rome);
        assert_eq!(parse("Mars/Olympus").unwrap_err().code, "invalid_time_zone");
        assert!(choices().contains(&"America/New_York") && choices().iter().all(|name| parse(name).is_ok()));
    }
}
