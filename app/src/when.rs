//! Times as people read them, always with their zone: that of the workspace. Server and browser write the same.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

use crate::{components::Time, session::time_zone};

/// A moment with its zone: "Fri 20 Nov 2026, 08:00 America/New_York".
#[component]
pub fn When(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    time(at, in_full)
}

/// A moment where a caption or note names the zone: "Fri 20 Nov, 08:00".
#[component]
pub fn Short(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    time(at, without_zone)
}

/// A moment that may be long past, where a caption or note names the zone: "20 Nov 2026, 08:00".
#[component]
pub fn Moment(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    time(at, with_year)
}

/// A moment of the last minutes, where a caption or note names the zone: "08:00:59".
#[component]
pub fn Second(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    time(at, to_the_second)
}

/// The day of a moment, where a caption or note names the zone: "20 Nov 2026".
#[component]
pub fn Day(
    /// The moment.
    at: DateTime<Utc>,
) -> impl IntoView {
    time(at, day)
}

fn time(at: DateTime<Utc>, words: fn(DateTime<Utc>, Tz) -> String) -> AnyView {
    let zone = time_zone();
    view! { <Time datetime=at.with_timezone(&zone).to_rfc3339() text=words(at, zone)/> }.into_any()
}

/// "Fri 20 Nov 2026, 08:00 America/New_York".
pub fn in_full(at: DateTime<Utc>, zone: Tz) -> String {
    format!("{} {}", at.with_timezone(&zone).format("%a %-d %b %Y, %H:%M"), zone.name())
}

/// "Fri 20 Nov, 08:00".
pub fn without_zone(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b, %H:%M").to_string()
}

/// "08:00", of today.
pub fn clock(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}

/// "08:00:59", of today.
pub fn to_the_second(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// "20 Nov 2026, 08:00".
pub fn with_year(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y, %H:%M").to_string()
}

/// "20 Nov 2026".
pub fn day(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%-d %b %Y").to_string()
}

/// "Times in America/New_York.": the note under a table of short times.
pub fn note() -> String {
    format!("Times in {}.", time_zone().name())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn a_time_carries_its_zone() {
        let at = Utc.with_ymd_and_hms(2026, 11, 20, 23, 0, 0).unwrap();
        assert_eq!(in_full(at, Tz::America__New_York), "Fri 20 Nov 2026, 18:00 America/New_York");
        assert_eq!(without_zone(at, Tz::Asia__Tokyo), "Sat 21 Nov, 08:00");
        assert_eq!(day(at, Tz::Asia__Tokyo), "21 Nov 2026");
    }
}
