//! Keys of DKIM signatures (RFC 6376, 3.6.1; RFC 8463 for Ed25519; RFC 8301 for their length).

use super::tags::{shortened, tag, tags};
use crate::error::Refused;

/// The shortest RSA key whose signatures count.
const LEAST_BITS: usize = 1024;
/// What is of an RSA key in its ASN.1 beside the modulus, rounded: a key of 1024 bits has 162 bytes.
const AROUND: usize = 34;

/// A public key as a domain publishes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DkimKey {
    /// `rsa` or `ed25519`.
    pub kind: String,
    /// About so many bits.
    pub bits: usize,
    /// Whether the domain says that it only tries signing out.
    pub is_test: bool,
}

impl DkimKey {
    /// Reads a key, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tags = tags(text)?;
        let version = tags.iter().position(|(name, _)| name == "v");
        match version {
            Some(0) if tags[0].1 == "DKIM1" => {}
            Some(0) => return Err(format!("It is of version “{}”, not DKIM1.", shortened(&tags[0].1))),
            Some(_) => return Err("v=DKIM1 must stand first.".into()),
            None => {}
        }
        let kind = tag(&tags, "k").unwrap_or("rsa").to_owned();
        let key: String = tag(&tags, "p").ok_or("The key is missing: there is no p=.")?.split_whitespace().collect();
        if key.is_empty() {
            return Err("The key is revoked: its p= is empty.".into());
        }
        let bytes = decoded_length(&key).ok_or("What stands after p= is no key in base64.")?;
        if tag(&tags, "s").is_some_and(|services| !services.split(':').any(|s| matches!(s.trim(), "*" | "email"))) {
            return Err("The key is not for e-mail: see its s=.".into());
        }
        let is_test = tag(&tags, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y"));
        let bits = match kind.as_str() {
            "rsa" => rsa_bits(bytes)?,
            "ed25519" if bytes == 32 => 256,
            "ed25519" => return Err(format!("A key of Ed25519 has 32 bytes, this one {bytes}.")),
            other => return Err(format!("Nobody knows keys of the kind “{}”.", shortened(other))),
        };
        Ok(Self { kind, bits, is_test })
    }
}

fn rsa_bits(bytes: usize) -> Result<usize, String> {
    // The modulus comes in steps of 64 bits at the least; what is around it differs by a few bytes.
    let bits = bytes.saturating_sub(AROUND).div_ceil(8) * 64;
    match bits < LEAST_BITS {
        true => Err(format!("The key has about {bits} bits; receivers want {LEAST_BITS} at the least, better 2048.")),
        false => Ok(bits),
    }
}

/// How many bytes a text in base64 stands for.
fn decoded_length(text: &str) -> Option<usize> {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let is_base64 = bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
    (is_base64 && padding <= 2 && bare.len() % 4 != 1).then_some(bare.len() * 3 / 4)
}

/// A selector as typed (RFC 6376, 3.1): labels of letters, digits and hyphens; empty for none. What people copy from
/// their provider is the whole name of the line, of which the selector is what stands in front.
pub fn selector(typed: &str) -> Result<String, Refused> {
    let typed = typed.trim().trim_end_matches('.').to_ascii_lowercase();
    let selector = typed.split("._domainkey").next().unwrap_or_default();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    match selector.is_empty() || selector.len() <= 190 && selector.split('.').all(is_label) {
        true => Ok(selector.to_owned()),
        false => Err(Refused::new(
            "invalid",
            "Letters, digits and hyphens, such as s1: what stands before ._domainkey in the name of the key’s line.",
        )),
    }
}
