//! Sender identities: in whose name messages go, and through which account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Provider;
use crate::{
    dns::{self, DomainState},
    email::Email,
    error::{FieldErrors, Refused},
    id::{ProviderId, SenderId},
    text,
};

/// A sender identity as shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sender {
    /// Its id.
    pub id: SenderId,
    /// The address that mail comes from.
    pub email: String,
    /// The name shown beside it.
    pub name: String,
    /// The account it goes out through.
    pub provider_id: ProviderId,
    /// That account's name.
    pub provider_name: String,
    /// Made then.
    pub created_at: DateTime<Utc>,
    /// Since when it is known that its mail reaches somebody of the workspace; none while that is open.
    pub verified_at: Option<DateTime<Utc>>,
    /// The selector of the key that its mail server signs with; empty where nobody has stated it.
    pub dkim_selector: String,
    /// How its domain stood when the DNS was asked last; none when that was never.
    pub dns: Option<DomainState>,
    /// When that was.
    pub dns_checked_at: Option<DateTime<Utc>>,
}

impl Sender {
    /// How its domain stands, as far as that is known: its provider settles it, or the DNS was asked.
    pub fn standing(&self, provider: Option<&Provider>) -> DomainState {
        let domain = self.email.rsplit('@').next().unwrap_or_default();
        let settled = provider.and_then(|provider| provider.way(&self.dkim_selector).settles(domain));
        settled.or(self.dns).unwrap_or(DomainState::Unchecked)
    }
}

/// A sender identity as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["email", "provider_id"])))]
#[serde(default)]
pub struct NewSender {
    /// The address.
    pub email: String,
    /// The name shown beside it.
    pub name: String,
    /// The account it goes out through.
    pub provider_id: String,
    /// The selector of its DKIM key, or the name of the key's line; may be empty.
    pub dkim_selector: String,
}

impl NewSender {
    /// Address, name, account id and selector, checked.
    pub fn parse(&self) -> Result<(Email, String, ProviderId, String), FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.take("email", Email::parse(&self.email));
        let name = errors.take("name", text::optional_line(&self.name, 200));
        let unknown = if self.provider_id.trim().is_empty() {
            Refused::new("required", "Choose the provider it goes out through.")
        } else {
            Refused::new("unknown", "There is no such provider.")
        };
        let provider = errors.take("provider_id", self.provider_id.trim().parse().or(Err(unknown)));
        let selector = errors.take("dkim_selector", dns::selector(&self.dkim_selector));
        let parsed = email.zip(name).zip(provider.zip(selector));
        errors.finish(parsed.map(|((email, name), (provider, selector))| (email, name, provider, selector)))
    }
}

/// What is to be changed of a sender identity, as typed; what is left out stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct SenderChange {
    /// The address.
    pub email: Option<String>,
    /// The name shown beside it.
    pub name: Option<String>,
    /// The account it goes out through.
    pub provider_id: Option<String>,
    /// The selector of its DKIM key.
    pub dkim_selector: Option<String>,
}

impl SenderChange {
    /// The whole sender as it would have to be typed.
    pub fn over(&self, known: &Sender) -> NewSender {
        NewSender {
            email: self.email.clone().unwrap_or_else(|| known.email.clone()),
            name: self.name.clone().unwrap_or_else(|| known.name.clone()),
            provider_id: self.provider_id.clone().unwrap_or_else(|| known.provider_id.to_string()),
            dkim_selector: self.dkim_selector.clone().unwrap_or_else(|| known.dkim_selector.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_needs_an_address_and_a_provider() {
        let errors = NewSender { email: "x".into(), ..Default::default() }.parse().unwrap_err();
        assert!(errors.message("email").is_some() && errors.message("provider_id").is_some());
    }
}
