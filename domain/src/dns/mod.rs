//! What the DNS says of a sender's domain (SPEC 12): which lines let receivers believe that its mail is its own (SPF,
//! DKIM, DMARC), and how each stands. Here are the rules, by their RFCs; the asking is the engine's.

mod dkim;
mod dmarc;
mod freemail;
mod judge;
mod need;
mod relay;
mod spf;
mod spf_check;
mod spf_parts;
mod spf_walk;
mod tags;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

pub use dkim::{DkimKey, selector};
pub use dmarc::{Dmarc, Policy};
pub use freemail::{Freemail, freemail};
pub use judge::{judge, judge_dmarc};
pub use need::{SesIdentity, Setup, Way};
pub use spf::Spf;
pub use spf_check::SpfCheck;
pub use spf_parts::{Mechanism, Qualifier};
pub use spf_walk::{LOOKUPS, Walk};

words! {
    /// How one line stands.
    DnsState {
        /// Nobody has asked yet.
        Unchecked = "unchecked",
        /// Found, and right.
        Right = "right",
        /// Found, but not as it has to be.
        Different = "different",
        /// Not there.
        Missing = "missing",
        /// Could not be asked.
        Unknown = "unknown",
    }
}

words! {
    /// How a sender's domain stands as a whole.
    DomainState {
        /// Nobody has asked yet.
        Unchecked = "unchecked",
        /// Every line is right.
        Right = "right",
        /// A line is missing or not as it has to be.
        Wrong = "wrong",
        /// A line could not be asked.
        Unknown = "unknown",
        /// The domain is of a provider of free mailboxes, in whose name nobody else may send.
        Freemail = "freemail",
        /// Nothing leaves this machine.
        Unneeded = "unneeded",
    }
}

words! {
    /// What a line is of.
    DnsKind {
        /// Text.
        Txt = "TXT",
        /// Another name.
        Cname = "CNAME",
        /// A mail server.
        Mx = "MX",
    }
}

words! {
    /// What a line is for.
    #[cfg_attr(feature = "schema", schemars(rename = "DnsPurpose"))]
    Purpose {
        /// Who may send in the domain's name (RFC 7208).
        Spf = "spf",
        /// The key of its signatures (RFC 6376).
        Dkim = "dkim",
        /// What becomes of mail that is neither (RFC 7489).
        Dmarc = "dmarc",
        /// Where bounces of Amazon SES arrive.
        MailFrom = "mail_from",
    }
}

/// A line that a domain needs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DnsLine {
    /// What it is for.
    pub purpose: Purpose,
    /// Its whole name.
    pub name: String,
    /// Its type.
    pub kind: DnsKind,
    /// What has to be there; empty where only the sender's own mail server knows.
    pub value: String,
    /// How it stands.
    pub state: DnsState,
    /// What is there instead, or beside.
    pub found: Vec<String>,
    /// What to know or to do; may be empty.
    pub note: String,
}

impl DnsLine {
    /// One that nobody has asked for.
    pub fn new(purpose: Purpose, name: impl Into<String>, kind: DnsKind, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self { purpose, name, kind, value, state: DnsState::Unchecked, found: Vec::new(), note: String::new() }
    }

    /// The line with how it stands.
    #[must_use]
    pub fn is(mut self, state: DnsState, note: impl Into<String>) -> Self {
        (self.state, self.note) = (state, note.into());
        self
    }
}

/// What the DNS answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// These lines, of the type that was asked for.
    Found(Vec<String>),
    /// There is nothing of that name and type.
    Nothing,
    /// It could not be asked: why, in words.
    Failed(String),
}

/// A sender's domain with its lines and how they stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SenderDns {
    /// The domain of the sender's address.
    pub domain: String,
    /// How it stands as a whole.
    pub state: DomainState,
    /// The lines that it needs.
    pub lines: Vec<DnsLine>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// When the DNS was asked; none: never.
    pub checked_at: Option<DateTime<Utc>>,
}

impl SenderDns {
    /// With the state that follows from its lines.
    #[must_use]
    pub fn summed_up(mut self) -> Self {
        let has = |state: DnsState| self.lines.iter().any(|line| line.state == state);
        self.state = match self.state {
            settled @ (DomainState::Freemail | DomainState::Unneeded) => settled,
            _ if has(DnsState::Missing) || has(DnsState::Different) => DomainState::Wrong,
            _ if has(DnsState::Unknown) => DomainState::Unknown,
            _ if has(DnsState::Unchecked) || self.lines.is_empty() => DomainState::Unchecked,
            _ => DomainState::Right,
        };
        self
    }
}

/// Whether two names are the same: letters of any case, with or without the dot at the end.
fn is_same_name(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.trim().trim_end_matches('.').to_lowercase();
    bare(one) == bare(other)
}
