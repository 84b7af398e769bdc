//! What a provider account is set up with, as typed.

use serde::{Deserialize, Deserializer, Serialize, de::Error};
use serde_json::Value;

use super::ProviderConfig;

/// What an account is set up with, as typed: the fields of all kinds, of which each reads its own.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewConfig {
    /// SMTP: host name or address.
    pub host: Option<String>,
    /// SMTP: a number, as number or text.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub port: Value,
    /// SMTP: word of [`SmtpTls`](super::SmtpTls).
    pub tls: Option<String>,
    /// SMTP: optional.
    pub username: Option<String>,
    /// SMTP: optional; kept when left out of a change.
    pub password: Option<String>,
    /// SMTP: optional, PEM.
    pub ca_certificate: Option<String>,
    /// SMTP: optional.
    pub bounce_domain: Option<String>,
    /// SES.
    pub region: Option<String>,
    /// SES.
    pub access_key_id: Option<String>,
    /// SES; kept when left out of a change.
    pub secret_access_key: Option<String>,
    /// SES: optional.
    pub endpoint: Option<String>,
    /// SES: optional.
    pub configuration_set: Option<String>,
    /// SES: optional.
    pub topic_arn: Option<String>,
    /// Sandbox: a number, as number or text; 0 when empty, as are those that follow.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub latency_ms: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub reject_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub retry_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub slow_down_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub no_answer_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub bounce_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub complaint_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub open_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub click_percent: Value,
    /// Sandbox.
    #[serde(deserialize_with = "text_or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub receipt_delay_ms: Value,
}

/// Also where it is of another kind of account, and so not read.
fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<Value, D::Error> {
    match Value::deserialize(from)? {
        given @ (Value::Null | Value::String(_) | Value::Number(_)) => Ok(given),
        _ => Err(D::Error::custom("A number, as number or text.")),
    }
}

impl std::fmt::Debug for NewConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewConfig").field("host", &self.host).field("region", &self.region).finish_non_exhaustive()
    }
}

impl NewConfig {
    /// What is given here, and where nothing is, what `known` has.
    pub(super) fn over(self, known: Self) -> Self {
        let value = |given: Value, known: Value| if given.is_null() { known } else { given };
        Self {
            host: self.host.or(known.host),
            port: value(self.port, known.port),
            tls: self.tls.or(known.tls),
            username: self.username.or(known.username),
            password: self.password,
            ca_certificate: self.ca_certificate.or(known.ca_certificate),
            bounce_domain: self.bounce_domain.or(known.bounce_domain),
            region: self.region.or(known.region),
            access_key_id: self.access_key_id.or(known.access_key_id),
            secret_access_key: self.secret_access_key,
            endpoint: self.endpoint.or(known.endpoint),
            configuration_set: self.configuration_set.or(known.configuration_set),
            topic_arn: self.topic_arn.or(known.topic_arn),
            latency_ms: value(self.latency_ms, known.latency_ms),
            reject_percent: value(self.reject_percent, known.reject_percent),
            retry_percent: value(self.retry_percent, known.retry_percent),
            slow_down_percent: value(self.slow_down_percent, known.slow_down_percent),
            no_answer_percent: value(self.no_answer_percent, known.no_answer_percent),
            bounce_percent: value(self.bounce_percent, known.bounce_percent),
            complaint_percent: value(self.complaint_percent, known.complaint_percent),
            open_percent: value(self.open_percent, known.open_percent),
            click_percent: value(self.click_percent, known.click_percent),
            receipt_delay_ms: value(self.receipt_delay_ms, known.receipt_delay_ms),
        }
    }
}

/// What would have to be typed for it, but for its secret.
impl From<&ProviderConfig> for NewConfig {
    fn from(config: &ProviderConfig) -> Self {
        match config.clone() {
            ProviderConfig::Smtp(smtp) => NewConfig {
                host: Some(smtp.host),
                port: smtp.port.into(),
                tls: Some(smtp.tls.word().to_owned()),
                username: smtp.username,
                ca_certificate: smtp.ca_certificate,
                bounce_domain: smtp.bounce_domain,
                ..Default::default()
            },
            ProviderConfig::Ses(ses) => NewConfig {
                region: Some(ses.region),
                access_key_id: Some(ses.access_key_id),
                endpoint: ses.endpoint,
                configuration_set: ses.configuration_set,
                topic_arn: ses.topic_arn,
                ..Default::default()
            },
            ProviderConfig::Sandbox(sandbox) => NewConfig {
                latency_ms: sandbox.latency_ms.into(),
                reject_percent: sandbox.reject_percent.into(),
                retry_percent: sandbox.retry_percent.into(),
                slow_down_percent: sandbox.slow_down_percent.into(),
                no_answer_percent: sandbox.no_answer_percent.into(),
                bounce_percent: sandbox.bounce_percent.into(),
                complaint_percent: sandbox.complaint_percent.into(),
                open_percent: sandbox.open_percent.into(),
                click_percent: sandbox.click_percent.into(),
                receipt_delay_ms: sandbox.receipt_delay_ms.into(),
                ..Default::default()
            },
        }
    }
}
