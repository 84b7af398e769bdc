//! A month of days, as a calendar shows it.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use chrono_tz::Tz;

/// A month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Month(NaiveDate);

impl Month {
    /// The month that a moment lies in.
    pub(super) fn of(now: DateTime<Utc>, zone: Tz) -> Self {
        Self::around(now.with_timezone(&zone).date_naive())
    }

    fn around(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// The month of a word such as `2026-03`, within a hundred years.
    pub(super) fn parse(word: &str) -> Option<Self> {
        let first: NaiveDate = format!("{word}-01").parse().ok()?;
        (2000..2100).contains(&first.year()).then_some(Self(first))
    }

    /// `2026-03`.
    pub(super) fn word(self) -> String {
        self.0.format("%Y-%m").to_string()
    }

    /// "March 2026".
    pub(super) fn title(self) -> String {
        self.0.format("%B %Y").to_string()
    }

    /// The one before.
    pub(super) fn before(self) -> Self {
        Self(self.0 - Months::new(1))
    }

    /// The one after.
    pub(super) fn after(self) -> Self {
        Self(self.0 + Months::new(1))
    }

    /// When it begins, by the clocks of a zone.
    #[cfg(feature = "ssr")]
    pub(super) fn begins(self, zone: Tz) -> DateTime<Utc> {
        domain::zone::instant(self.0.and_time(chrono::NaiveTime::MIN), zone)
    }

    /// Its days.
    pub(super) fn days(self) -> Vec<NaiveDate> {
        self.0.iter_days().take_while(|day| day.month() == self.0.month()).collect()
    }

    /// How many days of the week that it begins in, which begins on Monday, come before it.
    pub(super) fn offset(self) -> u32 {
        self.0.weekday().num_days_from_monday()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_its_days_and_neighbours() {
        let march = Month::parse("2026-03").unwrap();
        assert_eq!((march.word(), march.title()), ("2026-03".into(), "March 2026".into()));
        let days = march.days();
        assert_eq!((days.len(), march.offset()), (31, 6), "it begins on a Sunday");
        assert!(days.windows(2).all(|pair| pair[0].succ_opt() == Some(pair[1])));
        assert_eq!((march.before().word(), march.after().word()), ("2026-02".into(), "2026-04".into()));
        assert_eq!(Month::parse("2026-01").unwrap().before().word(), "2025-12");
        for odd in ["", "2026", "2026-13", "1999-12", "2026-03-01", "20x6-03"] {
            assert_eq!(Month::parse(odd), None, "{odd}");
        }
    }

    #[test]
    fn it_begins_where_the_workspace_is() {
        let zone = Tz::America__New_York;
        let april = Month::parse("2026-04").unwrap();
        assert_eq!(april.begins(zone).to_rfc3339(), "2026-04-01T04:00:00+00:00");
        assert_eq!(Month::of("2026-04-01T03:59:59Z".parse().unwrap(), zone), april.before());
    }
}
