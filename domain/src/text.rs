//! Short texts that people type: trimmed, of bounded length, without control characters.

use crate::error::Refused;

/// A required text of at most `max` characters.
pub fn required(text: &str, max: usize) -> Result<String, Refused> {
    let text = optional(text, max)?;
    if text.is_empty() { Err(Refused::new("required", "Needed.")) } else { Ok(text) }
}

/// A text of at most `max` characters, or none at all.
pub fn optional(text: &str, max: usize) -> Result<String, Refused> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t') {
        return Err(Refused::new("invalid", "Contains a character that cannot be shown; please type it anew."));
    }
    if text.chars().count() > max {
        return Err(Refused::new("too_long", format!("At most {max} characters.")));
    }
    Ok(text.to_owned())
}

/// A required text on one line.
pub fn required_line(text: &str, max: usize) -> Result<String, Refused> {
    one_line(required(text, max)?)
}

/// A text on one line, or none at all.
pub fn optional_line(text: &str, max: usize) -> Result<String, Refused> {
    one_line(optional(text, max)?)
}

fn one_line(text: String) -> Result<String, Refused> {
    if text.contains(['\n', '\r']) {
        return Err(Refused::new("invalid", "Must be on one line."));
    }
    Ok(text)
}

/// Reads a number of a JSON body as its text: fields that forms and files send as text are read in one way.
pub fn or_number<'de, D: serde::Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    struct TextOrNumber;
    impl serde::de::Visitor<'_> for TextOrNumber {
        type Value = String;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }
        fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
        fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    value.deserialize_any(TextOrNumber)
}

/// The same for a field that may be left out.
pub fn or_number_if_given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    or_number(value).map(Some)
}

/// A slug from a name: `Maple Row Studios` becomes `maple-row-studios`. Empty when the name has no letter or digit
/// of ASCII.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words_with_single_hyphens() {
        assert_eq!(slug("  Maple Row & Sons, Ltd. "), "maple-row-sons-ltd");
        assert_eq!(slug("日本"), "");
    }

    #[test]
    fn texts_are_trimmed_bounded_and_printable() {
        assert_eq!(required(" a ", 5), Ok("a".into()));
        assert_eq!(required("  ", 5).unwrap_err().code, "required");
        assert_eq!(required("abcdef", 5).unwrap_err().code, "too_long");
        assert_eq!(required("a\0b", 5).unwrap_err().code, "invalid");
        assert_eq!(required_line("a\nb", 5).unwrap_err().code, "invalid");
    }
}
