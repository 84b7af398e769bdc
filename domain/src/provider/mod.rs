//! Provider accounts and sender identities (SPEC 9): through whom messages leave, and in whose name. Each kind of account
//! has a file of its own, with what it is set up with and how that is checked.

mod config;
mod new;
pub mod sandbox;
mod sender;
mod ses;
mod smtp;

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{channel::Channel, dns::Way, id::ProviderId, words::words};

pub use config::NewConfig;
pub use new::{NewProvider, ParsedProvider, Secret};
pub use sandbox::SandboxConfig;
pub use sender::{NewSender, Sender, SenderChange};
pub use ses::SesConfig;
pub use smtp::{SmtpConfig, SmtpTls};

words! {
    /// The kinds of provider that Carillon can talk to.
    ProviderKind {
        /// Any SMTP server.
        Smtp = "smtp",
        /// Amazon SES, by its API of version 2.
        Ses = "ses",
        /// Nobody outside: a local outbox that shows what would have gone.
        Sandbox = "sandbox",
    }
}

/// What an account is set up with; its secret is kept apart, sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum ProviderConfig {
    /// Of [`ProviderKind::Smtp`].
    Smtp(SmtpConfig),
    /// Of [`ProviderKind::Ses`].
    Ses(SesConfig),
    /// Of [`ProviderKind::Sandbox`].
    Sandbox(SandboxConfig),
}

impl ProviderConfig {
    /// The kind of account that this sets up.
    pub fn kind(&self) -> ProviderKind {
        match self {
            Self::Smtp(_) => ProviderKind::Smtp,
            Self::Ses(_) => ProviderKind::Ses,
            Self::Sandbox(_) => ProviderKind::Sandbox,
        }
    }
}

/// A provider account as shown: never with its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// What it sends.
    pub channel: Channel,
    /// Which kind.
    pub kind: ProviderKind,
    /// Its name, unique in the workspace.
    pub name: String,
    /// The most messages a second that it takes; none when it has no limit of its own.
    pub rate_per_second: Option<NonZeroU32>,
    /// What it is set up with.
    pub config: ProviderConfig,
    /// Whether a password or secret key is kept.
    pub has_password: bool,
    /// Made then.
    pub created_at: DateTime<Utc>,
}

impl Provider {
    /// The way that mail goes out through it, signed with the key of this selector.
    pub fn way(&self, selector: &str) -> Way {
        match &self.config {
            ProviderConfig::Smtp(smtp) => Way::Smtp { host: smtp.host.clone(), selector: selector.to_owned() },
            ProviderConfig::Ses(_) => Way::Ses,
            ProviderConfig::Sandbox(_) => Way::Sandbox,
        }
    }

    /// Where it is, in a few words: `mail.example:587`.
    pub fn place(&self) -> String {
        match &self.config {
            ProviderConfig::Smtp(smtp) => format!("{}:{}", smtp.host, smtp.port),
            ProviderConfig::Ses(ses) => ses.endpoint.clone().unwrap_or_else(|| ses.region.clone()),
            ProviderConfig::Sandbox(_) => "the outbox here".to_owned(),
        }
    }
}
