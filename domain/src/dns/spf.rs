//! A domain's SPF line (RFC 7208): who may send in its name.

use super::{Mechanism, Qualifier, spf_parts::domain_spec, tags::shortened};

/// A line as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spf {
    text: String,
    /// Mechanisms with their qualifiers, in their order.
    pub parts: Vec<(Qualifier, Mechanism)>,
    /// The domain whose line holds instead where no part matches.
    pub redirect: Option<String>,
}

impl Spf {
    /// Whether a text is an SPF line: others of that name are of somebody else (4.5).
    pub fn is_record(text: &str) -> bool {
        let version = text.split(' ').next().unwrap_or_default();
        version.eq_ignore_ascii_case("v=spf1")
    }

    /// Reads a line, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !Self::is_record(text) {
            return Err("It must begin with v=spf1.".into());
        }
        let mut read = Self { text: text.to_owned(), parts: Vec::new(), redirect: None };
        let mut explains = false;
        for word in text.split(' ').skip(1).filter(|word| !word.is_empty()) {
            match modifier(word) {
                None => read.parts.push(Mechanism::parse(word)?),
                Some((name, value)) => match name.to_ascii_lowercase().as_str() {
                    "redirect" if read.redirect.is_some() => return Err("redirect= stands there twice.".into()),
                    "exp" if explains => return Err("exp= stands there twice.".into()),
                    "redirect" => {
                        let domain = domain_spec(value);
                        read.redirect = Some(domain.ok_or_else(|| format!("“{}”: no domain.", shortened(word)))?);
                    }
                    "exp" => explains = true,
                    _ => {}
                },
            }
        }
        Ok(read)
    }

    /// The line as it stands in the DNS.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What holds for everybody else: the qualifier of `all`, if it is there.
    pub fn of_all(&self) -> Option<Qualifier> {
        self.parts.iter().find(|(_, mechanism)| *mechanism == Mechanism::All).map(|(qualifier, _)| *qualifier)
    }

    /// The redirect as far as it counts: not beside `all` (6.1).
    pub fn redirects_to(&self) -> Option<&str> {
        self.redirect.as_deref().filter(|_| self.of_all().is_none())
    }

    /// How many of its own parts have to be asked for; without what the lines of others need.
    pub fn asked(&self) -> usize {
        let asked = self.reachable().filter(|(_, mechanism)| mechanism.is_asked()).count();
        asked + usize::from(self.redirects_to().is_some())
    }

    /// Domains whose lines belong to this one. What depends on who sends cannot be known.
    pub fn follows(&self) -> impl Iterator<Item = &str> {
        let included = self.reachable().filter_map(|(_, mechanism)| match mechanism {
            Mechanism::Include(domain) => Some(domain.as_str()),
            _ => None,
        });
        included.chain(self.redirects_to()).filter(|domain| !domain.contains('%'))
    }

    /// What stands after `all` is never looked at (5.1).
    fn reachable(&self) -> impl Iterator<Item = &(Qualifier, Mechanism)> {
        self.parts.iter().take_while(|(_, mechanism)| *mechanism != Mechanism::All)
    }

    /// The line with another part, before the one that is for everybody.
    #[must_use]
    pub fn with(&self, part: &str) -> String {
        let mut words: Vec<&str> = self.text.split(' ').filter(|word| !word.is_empty()).collect();
        if words.iter().any(|word| word.eq_ignore_ascii_case(part)) {
            return words.join(" ");
        }
        let is_last = |word: &&str| {
            let bare = word.trim_start_matches(['+', '-', '~', '?']).to_ascii_lowercase();
            bare == "all" || bare.starts_with("redirect=")
        };
        let at = words.iter().position(is_last).unwrap_or(words.len());
        words.insert(at, part);
        words.join(" ")
    }
}

/// `name=value`, where the name is one; all others are mechanisms.
fn modifier(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    is_name.then_some((name, value))
}
