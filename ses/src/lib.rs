//! Amazon SES through its API of version 2 (PROVIDERS 1). In a crate of its own because the SDK's many generics take long
//! to compile. The message is our own bytes, so that its List-Unsubscribe headers stay; the SDK never tries again by
//! itself, because there is no key by which SES would know a message that it has already.

mod answers;
mod identity;

use std::time::Duration;

use aws_sdk_sesv2::{
    Client,
    config::{BehaviorVersion, Config, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use domain::{delivery::Outcome, provider::SesConfig};

/// The longest that making a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The longest that a call may take.
const CALL: Duration = Duration::from_secs(30);
/// A connection waits no longer than this for its next message, which is less than SES keeps it.
const IDLE: Duration = Duration::from_secs(10);

/// An SES account with its connections.
pub struct Ses {
    client: Client,
    config: SesConfig,
}

/// A message ready to go.
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// The one recipient.
    pub to: String,
    /// The whole message with its headers.
    pub bytes: Vec<u8>,
    /// What SES says again when it reports what became of the message: letters, digits, `_` and `-`.
    pub tags: [(&'static str, String); 3],
}

impl Ses {
    /// For this account; connects when the first message goes.
    pub fn new(config: SesConfig, secret_access_key: String) -> Self {
        let credentials = Credentials::new(config.access_key_id.clone(), secret_access_key, None, None, "settings");
        let tls = Provider::Rustls(CryptoMode::AwsLc);
        let http = Builder::new().tls_provider(tls).pool_idle_timeout(IDLE).build_https();
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).operation_timeout(CALL).build();
        let settings = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(config.region.clone()))
            .credentials_provider(credentials)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .http_client(http);
        let settings = match &config.endpoint {
            Some(endpoint) => settings.endpoint_url(endpoint),
            None => settings,
        };
        Self { client: Client::from_conf(settings.build()), config }
    }

    /// Hands a message over and says how that ended.
    pub async fn deliver(&self, mail: Mail) -> Outcome {
        let sender = mail.from.clone();
        let Ok(raw) = RawMessage::builder().data(Blob::new(mail.bytes)).build() else {
            return Outcome::Rejected { code: "empty".into(), text: "The message is empty.".into() };
        };
        let tags =
            mail.tags.into_iter().flat_map(|(name, value)| MessageTag::builder().name(name).value(value).build());
        let sent = self
            .client
            .send_email()
            .from_email_address(mail.from)
            .destination(Destination::builder().to_addresses(mail.to).build())
            .content(EmailContent::builder().raw(raw).build())
            .set_configuration_set_name(self.config.configuration_set.clone())
            .set_email_tags(Some(tags.collect()))
            .send()
            .await;
        match sent {
            Ok(sent) => match sent.message_id() {
                Some(id) => Outcome::Accepted { provider_id: id.to_owned() },
                None => Outcome::Unknown { text: "SES answered without a message id.".into() },
            },
            Err(error) => answers::outcome(&error, &sender),
        }
    }

    /// Asks SES about the account, and says what came of it in words.
    pub async fn test(&self) -> Result<String, String> {
        let account = self.client.get_account().send().await;
        let account = account.map_err(|error| answers::outcome(&error, "").text().to_owned())?;
        if !account.sending_enabled() {
            return Err("SES answers, but has stopped this account from sending: see its console.".into());
        }
        let pace = account.send_quota().map_or(String::new(), |quota| {
            let (sent, most) = (quota.sent_last24_hours(), quota.max24_hour_send());
            let most = if most < 0.0 { "any number".to_owned() } else { format!("{most:.0}") };
            format!(" {sent:.0} of {most} messages sent within 24 hours, {:.0} a second.", quota.max_send_rate())
        });
        let restricted = match account.production_access_enabled() {
            true => "",
            false => " It is new and may write to verified addresses only.",
        };
        Ok(format!("SES answers in {}.{pace}{restricted}", self.config.region))
    }
}
