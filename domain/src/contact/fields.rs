//! The single fields of a contact, each read from text as forms, files and programs send it. An empty text is nothing
//! known.

use chrono::{Datelike, NaiveDate};

use crate::{error::Refused, zone};

/// A language as BCP 47 writes it: `en`, `pt-BR`, `zh-Hant-TW`.
pub fn language(typed: &str) -> Result<Option<String>, Refused> {
    let typed = typed.trim().replace('_', "-");
    if typed.is_empty() {
        return Ok(None);
    }
    let mut parts = typed.split('-');
    let first = parts.next().unwrap_or_default().to_ascii_lowercase();
    let rest: Vec<_> = parts.map(subtag).collect();
    let is_language = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_lowercase());
    if !is_language || rest.len() > 3 || rest.iter().any(Option::is_none) {
        return Err(Refused::new("invalid_language", "Write a language such as en, it or pt-BR."));
    }
    let rest = rest.into_iter().flatten().map(|part| format!("-{part}"));
    Ok(Some(rest.fold(first, |language, part| language + &part)))
}

/// A script is written `Hant`, a region `TW`, anything else in lower case.
fn subtag(part: &str) -> Option<String> {
    if !(2..=8).contains(&part.len()) || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    Some(match part.len() {
        2 => part.to_ascii_uppercase(),
        4 if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
            part[..1].to_ascii_uppercase() + &part[1..].to_ascii_lowercase()
        }
        _ => part.to_ascii_lowercase(),
    })
}

/// The name of an IANA zone.
pub fn time_zone(typed: &str) -> Result<Option<String>, Refused> {
    if typed.trim().is_empty() { Ok(None) } else { zone::parse(typed).map(|z| Some(z.name().to_owned())) }
}

/// A whole number from 0 to 100.
pub fn lead_score(typed: &str) -> Result<Option<i16>, Refused> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let score = typed.trim().parse::<f64>().ok().filter(|score| score.fract() == 0.0 && (0.0..=100.0).contains(score));
    score.map(|score| Some(score as i16)).ok_or_else(|| Refused::new("invalid", "A whole number from 0 to 100."))
}

/// Degrees north, from -90 to 90.
pub fn latitude(typed: &str) -> Result<Option<f64>, Refused> {
    degrees(typed, 90.0)
}

/// Degrees east, from -180 to 180.
pub fn longitude(typed: &str) -> Result<Option<f64>, Refused> {
    degrees(typed, 180.0)
}

fn degrees(typed: &str, most: f64) -> Result<Option<f64>, Refused> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let degrees = typed.trim().parse::<f64>().ok().filter(|degrees| (-most..=most).contains(degrees));
    degrees
        .map(Some)
        .ok_or_else(|| Refused::new("invalid", format!("Degrees from -{most} to {most}, such as 40.7128.")))
}

/// A birthday as `1990-05-14`.
pub fn birthday(typed: &str) -> Result<Option<NaiveDate>, Refused> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day = typed.trim().parse::<NaiveDate>().ok().filter(|day| (1880..=2200).contains(&day.year()));
    day.map(Some).ok_or_else(|| Refused::new("invalid_date", "Write a date as 1990-05-14 (year, month, day)."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_written_in_one_way() {
        for (typed, kept) in [("EN", "en"), ("pt_br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")] {
            assert_eq!(language(typed), Ok(Some(kept.into())));
        }
        for bad in ["e", "english", "en-", "e1", "en-a-b-c-d-e"] {
            assert_eq!(language(bad).unwrap_err().code, "invalid_language", "{bad}");
        }
    }

    #[test]
    fn numbers_and_dates_have_bounds() {
        assert_eq!(lead_score(" 85 "), Ok(Some(85)));
        assert!(["101", "-1", "8.5", "x", "NaN"].iter().all(|bad| lead_score(bad).is_err()));
        assert_eq!((latitude("-33.9"), longitude("180")), (Ok(Some(-33.9)), Ok(Some(180.0))));
        assert!(latitude("90.1").is_err() && longitude("inf").is_err() && latitude("north").is_err());
        assert_eq!(birthday("1990-05-14").unwrap().unwrap().to_string(), "1990-05-14");
        assert!(["14.5.1990", "1990-02-30", "0990-01-01"].iter().all(|bad| birthday(bad).is_err()));
        assert_eq!((lead_score(""), birthday(" "), latitude("")), (Ok(None), Ok(None), Ok(None)));
    }
}
