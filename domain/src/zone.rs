//! Time zones by their IANA names.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_or_refused() {
        assert_eq!(parse(" Europe/Rome ").unwrap(), Tz::Europe__Rome);
        assert_eq!(parse("Mars/Olympus").unwrap_err().code, "invalid_time_zone");
        assert!(choices().contains(&"America/New_York") && choices().iter().all(|name| parse(name).is_ok()));
    }
}
