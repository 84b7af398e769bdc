//! E-mail addresses: checked and normalised once, when they come in (SPEC 2.3: unique by e-mail, case-insensitive).

use serde::{Deserialize, Serialize};

use crate::error::Refused;

/// An address fit to send to. Kept as typed for display; `key()` is what identifies it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Parses an address of the form `local@domain` as mail systems accept it: at most 254 characters, 64 before the
    /// `@`, a dotted domain of letters, digits and hyphens (other scripts allowed), no quotes or comments.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Refused::new("required", "Needed."));
        }
        match text.rsplit_once('@') {
            Some((local, domain)) if text.len() <= 254 && is_local(local) && is_domain(domain) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err(Refused::new("invalid_email", "Not an e-mail address. It should look like name@example.com.")),
        }
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that identifies it: lower case.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

fn is_local(local: &str) -> bool {
    !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c))
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
        && labels.last().is_some_and(|top| top.len() >= 2 && !top.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn good_addresses_pass_and_are_known_by_their_lower_case() {
        for good in ["a@b.co", "Nora.O'Neil+x@Maple-Row.example", "用户@例子.公司", "x@sub.sub.example.org"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Email::parse(" Nora@Maple.Example ").unwrap().key(), "nora@maple.example");
    }

    #[test]
    fn bad_addresses_are_refused() {
        for bad in [
            "",
            "a",
            "a@b",
            "@b.co",
            "a@.co",
            "a@b..co",
            ".a@b.co",
            "a..b@b.co",
            "a b@c.de",
            "a@b.c",
            "a@1.2.3.4",
            "a@b.co\r\nBcc: x@y.zz",
            "<a@b.co>",
            "a@-b.co",
            "\"a\"@b.co",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
        assert!(Email::parse(&format!("{}@b.co", "a".repeat(65))).is_err());
    }

    proptest! {
        #[test]
        fn never_panics_and_never_lets_a_line_break_or_space_through(text in ".{0,80}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(!email.as_str().contains(|c: char| c.is_whitespace() || c.is_control()));
                prop_assert_eq!(Email::parse(&email.key()).unwrap().key(), email.key());
            }
        }
    }
}
