//! Sender identities: in whose name messages go, and through which account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    email::Email,
    error::{FieldErrors, Refused},
    id::{ProviderId, SenderId},
    text,
};

/// A sender identity as shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
}

/// A sender identity as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSender {
    /// The address.
    pub email: String,
    /// The name shown beside it.
    pub name: String,
    /// The account it goes out through.
    pub provider_id: String,
}

impl NewSender {
    /// Address, name and account id, checked.
    pub fn parse(&self) -> Result<(Email, String, ProviderId), FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = errors.take("email", Email::parse(&self.email));
        let name = errors.take("name", text::optional_line(&self.name, 200));
        let unknown = if self.provider_id.trim().is_empty() {
            Refused::new("required", "Choose the provider it goes out through.")
        } else {
            Refused::new("unknown", "There is no such provider.")
        };
        let provider = errors.take("provider_id", self.provider_id.trim().parse().or(Err(unknown)));
        errors.finish(email.zip(name).zip(provider).map(|((email, name), provider)| (email, name, provider)))
    }
}

/// What is to be changed of a sender identity, as typed; what is left out stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SenderChange {
    /// The address.
    pub email: Option<String>,
    /// The name shown beside it.
    pub name: Option<String>,
    /// The account it goes out through.
    pub provider_id: Option<String>,
}

impl SenderChange {
    /// The whole sender as it would have to be typed.
    pub fn over(&self, known: &Sender) -> NewSender {
        NewSender {
            email: self.email.clone().unwrap_or_else(|| known.email.clone()),
            name: self.name.clone().unwrap_or_else(|| known.name.clone()),
            provider_id: self.provider_id.clone().unwrap_or_else(|| known.provider_id.to_string()),
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
