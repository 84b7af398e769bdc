//! Amazon SES: what is ours of it. How its API is spoken stands in a crate of its own, which takes long to compile.

use domain::{delivery::Outcome, dns::Way, provider::SesConfig};
use provider_ses::Mail;

use super::Mailing;

/// An SES account with its connections.
pub(super) struct Ses(provider_ses::Ses);

impl Ses {
    pub(super) fn new(config: SesConfig, secret_access_key: String) -> Self {
        Self(provider_ses::Ses::new(config, secret_access_key))
    }

    pub(super) async fn deliver(&self, mailing: &Mailing) -> Outcome {
        let mail = Mail {
            from: mailing.from.to_string(),
            to: mailing.to.to_string(),
            bytes: mailing.bytes.clone(),
            tags: [
                ("tenant", mailing.tenant.to_string()),
                ("run", mailing.run.to_string()),
                ("message", mailing.message.clone()),
            ],
        };
        self.0.deliver(mail).await
    }

    /// What SES says of a domain; where it does not know it, of the organisation's, whose keys hold for it too.
    pub(super) async fn way_of(&self, domain: &str, organisation: &str) -> Way {
        let identity = match self.0.identity(domain).await {
            Ok(None) if organisation != domain => self.0.identity(organisation).await,
            known => known,
        };
        Way::AskedSes { region: self.0.region().to_owned(), identity }
    }

    pub(super) async fn test(&self) -> Result<String, String> {
        self.0.test().await
    }
}
