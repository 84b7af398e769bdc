//! Which styles of a spreadsheet show a number as a day: a day is stored as the number of days since 1900.

use std::collections::HashSet;

use chrono::{NaiveDate, TimeDelta};
use domain::error::Refused;
use quick_xml::events::Event;

use super::parts::{Part, attribute, broken};

/// For each style, by its number, whether it shows a day.
pub(super) fn read(mut part: Part<'_>) -> Result<Vec<bool>, Refused> {
    let (mut formats, mut days, mut in_cells, mut buffer) = (HashSet::new(), Vec::new(), false, Vec::new());
    loop {
        match part.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "numFmt" if attribute(&tag, "formatCode").is_some_and(|code| shows_day(&code)) => {
                    formats.extend(attribute(&tag, "numFmtId"));
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let format = attribute(&tag, "numFmtId").unwrap_or_default();
                    let built_in = matches!(format.parse(), Ok(14..=22 | 27..=36 | 45..=47 | 50..=58));
                    days.push(built_in || formats.contains(&format));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cells = false,
            Event::Eof => return Ok(days),
            _ => {}
        }
        buffer.clear();
    }
}

/// Whether a format has letters of a day or a time in it, outside of quotes and brackets.
fn shows_day(code: &str) -> bool {
    let mut until = None;
    let mut is_escaped = false;
    code.chars().any(|c| {
        let was_escaped = std::mem::take(&mut is_escaped);
        match (until, c) {
            (Some(end), c) => {
                if c == end {
                    until = None;
                }
                false
            }
            _ if was_escaped => false,
            (None, '"') => {
                until = Some('"');
                false
            }
            (None, '[') => {
                until = Some(']');
                false
            }
            (None, '\\' | '_' | '*') => {
                is_escaped = true;
                false
            }
            (None, c) => matches!(c.to_ascii_lowercase(), 'd' | 'y' | 'm' | 'h'),
        }
    })
}

/// A day from its number: `45,292` is 2024-01-01. The leap day of 1900, which there never was, is counted.
pub(super) fn day(number: f64) -> Option<NaiveDate> {
    let begin = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    (1.0..3_000_000.0).contains(&number).then(|| begin + TimeDelta::days(number.floor() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_days_are_told_from_others() {
        for code in ["yyyy-mm-dd", "d/m/yy", "[$-409]mmm yyyy", "hh:mm"] {
            assert!(shows_day(code), "{code}");
        }
        for code in ["0.00", "#,##0 \"days\"", "[Red]0", "0\\d", "General"] {
            assert!(!shows_day(&code.replace("General", "@")), "{code}");
        }
    }

    #[test]
    fn days_are_numbers() {
        assert_eq!(day(45_292.0).unwrap().to_string(), "2024-01-01");
        assert_eq!(day(33_007.5).unwrap().to_string(), "1990-05-14");
        assert_eq!((day(0.0), day(-1.0), day(f64::NAN)), (None, None, None));
    }
}
