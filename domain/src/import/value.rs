//! Values as files have them: what spreadsheets and other programs write for yes, for a day, for a number.

use chrono::{Datelike, NaiveDate};

use crate::error::Refused;

/// The longest value that is shown of a cell, in characters.
const SHOWN: usize = 200;

/// A cell as it was meant: without spaces around it, without the `="…"` by which spreadsheets keep leading zeros, and
/// without the apostrophe by which our own downloads keep them from calculating.
pub fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    if let Some(rest) = cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])) {
        return rest;
    }
    cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).map_or(cell, str::trim)
}

/// A cell as it is kept with a refusal: bounded, and without the one character that cannot be stored.
pub fn shown(cell: &str) -> String {
    let mut shown: String = cell.chars().take(SHOWN).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    if cell.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Yes or no, in the languages that files come in.
pub fn truth(text: &str) -> Option<bool> {
    Some(match text.to_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "1" | "x" | "on" | "✓" | "✔" | "si" | "sì" | "sí" | "s" | "ja" | "j" | "oui"
        | "o" | "sim" | "tak" | "vero" | "wahr" | "vrai" | "verdadero" => true,
        "false" | "f" | "no" | "n" | "0" | "-" | "off" | "nein" | "non" | "nee" | "não" | "nao" | "nie" | "falso"
        | "falsch" | "faux" => false,
        _ => return None,
    })
}

/// A number: `1234.5`, `1,234.5`, `1.234,5`, `1 234,5`.
pub fn number(text: &str) -> Option<f64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\'' && *c != '’').collect();
    if !digits.starts_with(|c: char| c.is_ascii_digit() || "+-.,".contains(c)) {
        return None;
    }
    let (comma, dot) = (digits.rfind(','), digits.rfind('.'));
    let decimal = match (comma, dot) {
        (Some(comma), Some(dot)) if comma > dot => digits.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => digits.replace(',', ""),
        (Some(comma), None) if digits.matches(',').count() > 1 || digits.len() - comma == 4 => digits.replace(',', ""),
        (Some(_), None) => digits.replace(',', "."),
        (None, Some(_)) if digits.matches('.').count() > 1 => digits.replace('.', ""),
        _ => digits,
    };
    decimal.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A day: `1990-05-14`, `14.05.1990`, `14/5/1990`; `5/14/1990` where the month comes first. What can be read in one way
/// only is read in that way.
pub fn day(text: &str, month_first: bool) -> Result<NaiveDate, Refused> {
    let wrong = || Refused::new("invalid_date", "Not a date. Write it as 1990-05-14 (year, month, day).");
    let date = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<u32> = date.split(['-', '/', '.']).map(str::parse).collect::<Result<_, _>>().or(Err(wrong()))?;
    let (year, month, day) = match parts[..] {
        [year, month, day] if year > 999 => (year, month, day),
        [first, second, year] if year > 999 && first > 12 => (year, second, first),
        [first, second, year] if year > 999 && second > 12 => (year, first, second),
        [month, day, year] if year > 999 && month_first => (year, month, day),
        [day, month, year] if year > 999 => (year, month, day),
        _ => return Err(wrong()),
    };
    let day = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    day.filter(|day| (1880..=2200).contains(&day.year())).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_of_both_sides_of_the_ocean() {
        for (text, value) in [
            ("1234.5", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1 234,5", 1234.5),
            ("1,234", 1234.0),
            ("12,5", 12.5),
            ("1.234.567", 1_234_567.0),
            ("-3", -3.0),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert!(["", "abc", "1-2", "inf", "NaN", "1e999"].iter().all(|bad| number(bad).is_none()));
    }

    #[test]
    fn days_in_either_order() {
        let may = NaiveDate::from_ymd_opt(1990, 5, 14).unwrap();
        for text in ["1990-05-14", "14.05.1990", "14/5/1990", "5/14/1990", "1990-05-14T10:00:00Z", "1990-05-14 10:00"] {
            assert_eq!(day(text, true), Ok(may), "{text}");
            assert_eq!(day(text, false), Ok(may), "{text}");
        }
        assert_eq!(day("3/4/1990", true).unwrap().month(), 3);
        assert_eq!(day("3/4/1990", false).unwrap().month(), 4);
        assert!(
            ["", "14.5.90", "1990-13-01", "30/2/1990", "soon", "1-2-3-4"].iter().all(|bad| day(bad, true).is_err())
        );
    }

    #[test]
    fn zeros_that_a_spreadsheet_kept_stay() {
        assert_eq!((plain(" =\"0123\" "), plain("=A1")), ("0123", "=A1"));
        assert_eq!((plain("'+12125550123"), plain("'s Gravenhage")), ("+12125550123", "'s Gravenhage"));
        assert_eq!(shown("a\0b"), "a\u{fffd}b");
        assert_eq!(shown(&"x".repeat(300)).chars().count(), 201);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,30}", month_first in any::<bool>()) {
            let _ = (plain(&text), truth(&text), number(&text), day(&text, month_first), shown(&text));
        }

        #[test]
        fn a_day_is_read_as_it_is_written(days in 0i64..80_000) {
            let date = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() + chrono::TimeDelta::days(days);
            prop_assert_eq!(day(&date.format("%Y-%m-%d").to_string(), true), Ok(date));
            prop_assert_eq!(day(&date.format("%d.%m.%Y").to_string(), false), Ok(date));
            prop_assert_eq!(day(&date.format("%m/%d/%Y").to_string(), true), Ok(date));
        }
    }
}
