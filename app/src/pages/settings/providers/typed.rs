//! What the form of a provider sends: the fields of its kind, as typed.

use serde::{Deserialize, Serialize};

/// What an account is set up with. A form has the fields of one kind; the others are not sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    host: String,
    port: String,
    tls: String,
    username: String,
    password: String,
    ca_certificate: String,
    bounce_domain: String,
    region: String,
    access_key_id: String,
    secret_access_key: String,
    endpoint: String,
    configuration_set: String,
    topic_arn: String,
    latency_ms: String,
    reject_percent: String,
    retry_percent: String,
    slow_down_percent: String,
    no_answer_percent: String,
    bounce_percent: String,
    complaint_percent: String,
    open_percent: String,
    click_percent: String,
    receipt_delay_ms: String,
}

#[cfg(feature = "ssr")]
impl From<Config> for domain::provider::NewConfig {
    fn from(typed: Config) -> Self {
        Self {
            host: Some(typed.host),
            port: typed.port.into(),
            tls: Some(typed.tls),
            username: Some(typed.username),
            password: Some(typed.password),
            ca_certificate: Some(typed.ca_certificate),
            bounce_domain: Some(typed.bounce_domain),
            region: Some(typed.region),
            access_key_id: Some(typed.access_key_id),
            secret_access_key: Some(typed.secret_access_key),
            endpoint: Some(typed.endpoint),
            configuration_set: Some(typed.configuration_set),
            topic_arn: Some(typed.topic_arn),
            latency_ms: typed.latency_ms.into(),
            reject_percent: typed.reject_percent.into(),
            retry_percent: typed.retry_percent.into(),
            slow_down_percent: typed.slow_down_percent.into(),
            no_answer_percent: typed.no_answer_percent.into(),
            bounce_percent: typed.bounce_percent.into(),
            complaint_percent: typed.complaint_percent.into(),
            open_percent: typed.open_percent.into(),
            click_percent: typed.click_percent.into(),
            receipt_delay_ms: typed.receipt_delay_ms.into(),
        }
    }
}
