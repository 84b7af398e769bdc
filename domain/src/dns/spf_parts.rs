//! The parts of an SPF line (RFC 7208, 4.6 and 5): qualifiers and mechanisms, each read from one word.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::tags::shortened;

/// What holds for those whom a mechanism matches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Qualifier {
    /// `+`, or nothing: they may send.
    Pass,
    /// `-`: they may not.
    Fail,
    /// `~`: they probably may not.
    SoftFail,
    /// `?`: nothing is said.
    Neutral,
}

impl Qualifier {
    /// That of a word, and the word without it.
    fn of(word: &str) -> (Self, &str) {
        match word.chars().next() {
            Some('+') => (Self::Pass, &word[1..]),
            Some('-') => (Self::Fail, &word[1..]),
            Some('~') => (Self::SoftFail, &word[1..]),
            Some('?') => (Self::Neutral, &word[1..]),
            _ => (Self::Pass, word),
        }
    }
}

/// Whom a part matches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mechanism {
    /// Everybody.
    All,
    /// Whom another domain's line lets pass.
    Include(String),
    /// The addresses of a name; none: of the domain itself.
    A(Option<String>),
    /// The mail servers of a domain.
    Mx(Option<String>),
    /// Whoever is called so; not to be used any more.
    Ptr(Option<String>),
    /// A network.
    Ip4(Ipv4Addr, u8),
    /// A network.
    Ip6(Ipv6Addr, u8),
    /// Everybody, if there is such a name.
    Exists(String),
}

impl Mechanism {
    /// Whether receivers have to ask the DNS for it (4.6.4).
    pub fn is_asked(&self) -> bool {
        !matches!(self, Self::All | Self::Ip4(..) | Self::Ip6(..))
    }

    /// Reads a word with its qualifier.
    pub(super) fn parse(word: &str) -> Result<(Qualifier, Self), String> {
        let (qualifier, bare) = Qualifier::of(word);
        let end = bare.find([':', '/']).unwrap_or(bare.len());
        let (name, rest) = (bare[..end].to_ascii_lowercase(), &bare[end..]);
        let wrong = |why: &str| format!("“{}”: {why}", shortened(word));
        let mechanism = match (name.as_str(), rest.strip_prefix(':')) {
            ("all", None) if rest.is_empty() => Self::All,
            ("include", Some(domain)) => Self::Include(domain_spec(domain).ok_or_else(|| wrong("no domain."))?),
            ("exists", Some(domain)) => Self::Exists(domain_spec(domain).ok_or_else(|| wrong("no domain."))?),
            ("a", _) => Self::A(with_length(rest).ok_or_else(|| wrong("no domain or length."))?),
            ("mx", _) => Self::Mx(with_length(rest).ok_or_else(|| wrong("no domain or length."))?),
            ("ptr", None) if rest.is_empty() => Self::Ptr(None),
            ("ptr", Some(domain)) => Self::Ptr(Some(domain_spec(domain).ok_or_else(|| wrong("no domain."))?)),
            ("ip4", Some(network)) => {
                let (ip, length) = network_of(network, 32).ok_or_else(|| wrong("no IPv4 network."))?;
                Self::Ip4(ip, length)
            }
            ("ip6", Some(network)) => {
                let (ip, length) = network_of(network, 128).ok_or_else(|| wrong("no IPv6 network."))?;
                Self::Ip6(ip, length)
            }
            _ => return Err(wrong("nobody knows this.")),
        };
        Ok((qualifier, mechanism))
    }
}

fn network_of<A: std::str::FromStr>(text: &str, most: u8) -> Option<(A, u8)> {
    let (ip, length) = match text.split_once('/') {
        Some((ip, length)) => (ip, length_of(length, most)?),
        None => (text, most),
    };
    Some((ip.parse().ok()?, length))
}

/// A length of a network: a number without leading zeros.
fn length_of(text: &str, most: u8) -> Option<u8> {
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|length| is_number && *length <= most)
}

/// What may stand after `a` and `mx`: `:domain`, and lengths `/24`, `//64`. The domain, if there is one.
fn with_length(rest: &str) -> Option<Option<String>> {
    let begin = length_begin(rest);
    let (domain, lengths) = rest.split_at(begin);
    let (four, six) = match lengths.strip_prefix("//") {
        Some(six) => (None, Some(six)),
        None => match lengths.split_once("//") {
            Some((four, six)) => (four.strip_prefix('/'), Some(six)),
            None => (lengths.strip_prefix('/'), None),
        },
    };
    let good = four.is_none_or(|four| length_of(four, 32).is_some())
        && six.is_none_or(|six| length_of(six, 128).is_some())
        && (lengths.is_empty() || four.is_some() || six.is_some());
    match (good, domain.strip_prefix(':')) {
        (false, _) => None,
        (true, Some(domain)) => domain_spec(domain).map(Some),
        (true, None) => domain.is_empty().then_some(None),
    }
}

/// Where the lengths begin: at the first slash that is not in a macro.
fn length_begin(rest: &str) -> usize {
    let mut in_macro = false;
    for (i, c) in rest.char_indices() {
        match c {
            '{' => in_macro = true,
            '}' => in_macro = false,
            '/' if !in_macro => return i,
            _ => {}
        }
    }
    rest.len()
}

/// A domain as it may stand in a part, macros and all (7.1).
pub(super) fn domain_spec(text: &str) -> Option<String> {
    let is_visible = !text.is_empty() && text.len() <= 253 && text.bytes().all(|b| (0x21..=0x7e).contains(&b));
    if !is_visible {
        return None;
    }
    if text.contains('%') {
        return are_macros(text).then(|| text.to_owned());
    }
    let bare = text.strip_suffix('.').unwrap_or(text);
    let labels: Vec<&str> = bare.split('.').collect();
    let last = labels.last().copied().unwrap_or_default();
    let is_top = last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && last.bytes().any(|b| !b.is_ascii_digit())
        && !last.starts_with('-')
        && !last.ends_with('-');
    let good = labels.len() > 1 && labels.iter().all(|label| (1..=63).contains(&label.len())) && is_top;
    (good && !bare.contains(['/', ':', '='])).then(|| bare.to_ascii_lowercase())
}

/// Whether each `%` begins a macro: `%{…}`, `%%`, `%_`, `%-`.
fn are_macros(text: &str) -> bool {
    let mut rest = text;
    while let Some(found) = rest.find('%') {
        rest = &rest[found + 1..];
        let length = match rest.chars().next() {
            Some('%' | '_' | '-') => 1,
            Some('{') => match rest.find('}') {
                Some(end) if rest[1..].starts_with(|c: char| "slodiphcrtvSLODIPHCRTV".contains(c)) => end + 1,
                _ => return false,
            },
            _ => return false,
        };
        rest = &rest[length..];
    }
    true
}
