//! Countries (SPEC 2.3: ISO 3166-1 alpha-2), known by code and by English name. The table follows the public domain
//! list of the time zone database.

use crate::error::Refused;

const TABLE: &str = include_str!("countries.tsv");

/// Code and name of every country, in order of the code.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.lines().filter_map(|line| line.split_once('\t'))
}

/// The name of a code.
pub fn name(code: &str) -> Option<&'static str> {
    all().find(|(known, _)| *known == code).map(|(_, name)| name)
}

/// The code of what was typed: a code, a name, or one of the usual short names; none when nothing was typed.
pub fn parse(typed: &str) -> Result<Option<String>, Refused> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let short = match typed.to_uppercase().as_str() {
        "USA" | "UNITED STATES OF AMERICA" => "US",
        "UK" | "GREAT BRITAIN" | "ENGLAND" | "SCOTLAND" | "WALES" => "GB",
        "UAE" => "AE",
        "CZECHIA" => "CZ",
        "TÜRKIYE" => "TR",
        _ => typed,
    };
    let is_it =
        |(code, name): &(&str, &str)| code.eq_ignore_ascii_case(short) || name.to_lowercase() == short.to_lowercase();
    match all().find(is_it) {
        Some((code, _)) => Ok(Some(code.to_owned())),
        None => Err(Refused::new(
            "unknown_country",
            "Not a country that Carillon knows. Use its two letters, such as US or IT.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_understood() {
        for (typed, code) in [("it", "IT"), (" Italy ", "IT"), ("usa", "US"), ("UK", "GB"), ("south korea", "KR")] {
            assert_eq!(parse(typed), Ok(Some(code.into())), "{typed}");
        }
        assert_eq!(parse(" "), Ok(None));
        assert_eq!(parse("Atlantis").unwrap_err().code, "unknown_country");
        assert_eq!(name("DE"), Some("Germany"));
    }

    #[test]
    fn the_table_is_whole_and_in_order() {
        let codes: Vec<_> = all().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.is_sorted() && codes.iter().all(|code| code.len() == 2));
    }
}
