//! What a domain asks receivers to do with mail that is not its own (RFC 7489, 6.3 and 6.6.3).

use super::tags::{shortened, tag, tags};
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What is to be done with mail that fails.
    Policy {
        /// Nothing: the domain only watches.
        None = "none",
        /// Into the spam folder.
        Quarantine = "quarantine",
        /// Back.
        Reject = "reject",
    }
}

impl Policy {
    /// What it means, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::None => {
                "p=none only watches: mail that fails is still delivered. Go on to quarantine, then reject, once \
                 everything that you send passes."
            }
            Self::Quarantine => "p=quarantine: mail that fails goes to the spam folder.",
            Self::Reject => "p=reject: mail that fails is refused.",
        }
    }
}

/// A domain's policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dmarc {
    /// Of the domain itself.
    pub policy: Policy,
    /// Of what is below it.
    pub of_subdomains: Policy,
    /// To how many of a hundred mails it is applied.
    pub percent: u8,
    /// Where reports go.
    pub reports: Vec<String>,
}

impl Dmarc {
    /// Whether a text is meant as a policy: others of that name do not count.
    pub fn is_record(text: &str) -> bool {
        let mut parts = text.splitn(2, ';');
        let version = parts.next().unwrap_or_default().split_once('=');
        version.is_some_and(|(name, value)| name.trim() == "v" && value.trim() == "DMARC1")
    }

    /// Reads a policy, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !Self::is_record(text) {
            return Err("v=DMARC1 must stand first.".into());
        }
        let tags = tags(text)?;
        let policy = |name: &str| match tag(&tags, name) {
            None => Ok(None),
            Some(word) => match Policy::from_word(&word.to_ascii_lowercase()) {
                Some(policy) => Ok(Some(policy)),
                None => Err(format!("{name}={} is no policy: none, quarantine or reject.", shortened(word))),
            },
        };
        let own = policy("p")?.ok_or("The policy is missing: there is no p=.")?;
        let of_subdomains = policy("sp")?.unwrap_or(own);
        let percent = match tag(&tags, "pct") {
            None => 100,
            Some(typed) => typed
                .parse()
                .ok()
                .filter(|percent| *percent <= 100)
                .ok_or_else(|| format!("pct={} is no share from 0 to 100.", shortened(typed)))?,
        };
        let reports = tag(&tags, "rua").unwrap_or_default().split(',').map(str::trim);
        let reports = reports.filter(|address| !address.is_empty()).map(str::to_owned).collect();
        Ok(Self { policy: own, of_subdomains, percent, reports })
    }
}
