//! Phone numbers (SPEC 2.3: stored as E.164). What the world's numbers look like is known from libphonenumber's tables,
//! which are too heavy for the browser: only the engine turns this module on.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};

use crate::error::Refused;

/// The number in the form E.164 (`+12125550123`), or none when nothing was typed. Without a country code it is taken
/// for a number of `country` (ISO 3166-1 alpha-2).
///
/// A number passes when its country has numbers of this length. Whether the range is in use is not asked: new ranges
/// are opened faster than tables follow, and a person refused for that is lost, a message to nobody only fails.
pub fn parse(typed: &str, country: Option<&str>) -> Result<Option<String>, Refused> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let region = country.and_then(|code| code.parse::<Region>().ok());
    let Ok(number) = PHONE_NUMBER_UTIL.parse(typed, region) else { return Err(refused(region)) };
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Ok(NumberLengthType::IsPossible) => {
            Ok(Some(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned()))
        }
        // A number that can be dialled only from nearby is none that the world can reach.
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(_) => Err(refused(region)),
    }
}

fn refused(region: Option<Region>) -> Refused {
    let message = match region {
        Some(_) => "Not a phone number: it has too many or too few digits. Write it as +12125550123.",
        None => "Write the number with its country code, such as +12125550123.",
    };
    Refused::new("invalid_phone", message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_kept_with_their_country() {
        for (typed, country, kept) in [
            ("+1 (212) 555-0123", None, "+12125550123"),
            ("(212) 555-0123", Some("US"), "+12125550123"),
            ("1-212-555-0123", Some("US"), "+12125550123"),
            ("+39 06 1234 5678", Some("US"), "+390612345678"),
            ("06 1234 5678", Some("IT"), "+390612345678"),
            ("011 39 06 1234 5678", Some("US"), "+390612345678"),
            ("020 7946 0018", Some("GB"), "+442079460018"),
        ] {
            assert_eq!(parse(typed, country), Ok(Some(kept.into())), "{typed} {country:?}");
        }
        assert_eq!(parse("  ", None), Ok(None));
    }

    #[test]
    fn what_nobody_can_dial_is_refused() {
        for (typed, country) in [
            ("2125550123", None),
            ("5550123", Some("US")),
            ("+0212555012", None),
            ("+12x25550123", None),
            ("+1234", None),
            ("+1234567890123456", None),
            ("call me", Some("US")),
            ("2125550123", Some("ZZ")),
        ] {
            assert_eq!(parse(typed, country).unwrap_err().code, "invalid_phone", "{typed} {country:?}");
        }
    }

    proptest! {
        /// What is kept is digits after a plus, and reads as itself.
        #[test]
        fn whatever_is_kept_is_e164(typed in "[+0-9 ().-]{0,20}|.{0,12}", country in "US|IT|GB|DE|BR") {
            if let Ok(Some(kept)) = parse(&typed, Some(&country)) {
                let digits = kept.strip_prefix('+').unwrap_or_default();
                prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()) && (4..=17).contains(&digits.len()), "{}", kept);
                prop_assert_eq!(parse(&kept, None), Ok(Some(kept.clone())));
            }
        }
    }
}
