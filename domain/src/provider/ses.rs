//! Amazon SES: the region, the access key, and the configuration set that its reports come by.

use serde::{Deserialize, Serialize};

use super::{
    NewConfig,
    new::{Secret, optional},
    smtp::is_loopback,
};
use crate::{
    error::{FieldErrors, Refused},
    sns::Topic,
    text,
};

/// How to reach SES; the secret access key is kept apart, sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SesConfig {
    /// Region, such as `eu-central-1`.
    pub region: String,
    /// Which access key signs the calls.
    pub access_key_id: String,
    /// Where it is, when not where the region says: a private endpoint.
    pub endpoint: Option<String>,
    /// Sends under this set, through which SES reports what became of a message.
    pub configuration_set: Option<String>,
    /// The topic of SNS that it reports to: nobody else's word is taken for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
}

/// Checks what was typed. `known` is the account as it was, when it is changed and keeps a secret key.
pub(super) fn parse(
    new: &NewConfig,
    known: Option<&SesConfig>,
    errors: &mut FieldErrors,
) -> Option<(SesConfig, Secret)> {
    let region = errors.take("config.region", parse_region(new.region.as_deref().unwrap_or_default()));
    let key = errors.take("config.access_key_id", parse_key_id(new.access_key_id.as_deref().unwrap_or_default()));
    let endpoint = errors.take("config.endpoint", parse_endpoint(new.endpoint.as_deref().unwrap_or_default()));
    let set = optional("config.configuration_set", &new.configuration_set, 64, errors);
    if !set.as_deref().unwrap_or_default().bytes().all(is_of_a_name) {
        errors.add("config.configuration_set", "invalid", "Letters, digits, hyphens and underscores.");
    }
    let topic = errors.take("config.topic_arn", parse_topic(new.topic_arn.as_deref().unwrap_or_default()));
    let secret = match (Secret::typed(&new.secret_access_key), known) {
        (Secret::None, Some(known)) if key.as_deref() == Some(&*known.access_key_id) => Secret::Kept,
        (Secret::None, known) => {
            let message = match known {
                Some(_) => "Type it again: the one that is kept belongs to another access key.",
                None => "Needed: it was shown once, when the access key was made.",
            };
            errors.add("config.secret_access_key", "required", message);
            Secret::None
        }
        (typed, _) => typed,
    };
    let (region, access_key_id, endpoint, topic_arn) = (region?, key?, endpoint?, topic?);
    let config = SesConfig { region, access_key_id, endpoint, configuration_set: set, topic_arn };
    Some((config, secret))
}

fn parse_topic(typed: &str) -> Result<Option<String>, Refused> {
    match typed.trim() {
        "" => Ok(None),
        arn => Topic::parse(arn).map(|topic| Some(topic.arn().to_owned())),
    }
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn parse_region(typed: &str) -> Result<String, Refused> {
    let region = text::required_line(typed, 40)?;
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    match region.bytes().all(good) && region.contains('-') {
        true => Ok(region),
        false => Err(Refused::new("invalid", "The code of a region, such as eu-central-1.")),
    }
}

fn parse_key_id(typed: &str) -> Result<String, Refused> {
    let key = text::required_line(typed, 128)?;
    match key.bytes().all(is_of_a_name) {
        true => Ok(key),
        false => Err(Refused::new("invalid", "The id of an access key, such as AKIAIOSFODNN7EXAMPLE.")),
    }
}

/// People's messages go there: not in the clear, unless it is this machine.
fn parse_endpoint(typed: &str) -> Result<Option<String>, Refused> {
    let url = text::optional_line(typed, 300)?;
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        _ if url.is_empty() => return Ok(None),
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err(Refused::new("invalid", "An address such as https://ses.example.com.")),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let good = |c: char| c.is_alphanumeric() || ".-_:[]/".contains(c);
    if host.is_empty() || !rest.chars().all(good) {
        return Err(Refused::new("invalid", "An address such as https://ses.example.com."));
    }
    if !secure && !is_loopback(host) {
        let message = "Messages are never sent over a network in the clear: an address that begins with https://.";
        return Err(Refused::new("insecure", message));
    }
    Ok(Some(url.trim_end_matches('/').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::{NewProvider, Provider, ProviderConfig, new::tests::known};
    use super::*;

    fn typed() -> NewProvider {
        let config = NewConfig {
            region: Some("eu-central-1".into()),
            access_key_id: Some("AKIAEXAMPLE".into()),
            secret_access_key: Some("s3cret".into()),
            ..Default::default()
        };
        NewProvider { channel: "email".into(), kind: "ses".into(), config, ..Default::default() }
    }

    #[test]
    fn the_name_defaults_to_the_region() {
        let parsed = typed().parse().ok().unwrap();
        assert_eq!(parsed.name, "Amazon SES eu-central-1");
        assert_eq!(parsed.secret, Secret::New("s3cret".into()));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let mut new = typed();
        new.config = NewConfig {
            region: Some("Frankfurt".into()),
            access_key_id: Some("AKIA EXAMPLE".into()),
            endpoint: Some("mail.example".into()),
            configuration_set: Some("a set".into()),
            ..Default::default()
        };
        let errors = new.parse().err().unwrap();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.trim_start_matches("config.")).collect();
        assert_eq!(fields, ["region", "access_key_id", "endpoint", "configuration_set", "secret_access_key"]);
    }

    #[test]
    fn messages_go_in_the_clear_to_this_machine_only() {
        let endpoint = |typed: &str| parse_endpoint(typed).map_err(|refused| refused.code);
        assert_eq!(endpoint("http://ses.example.com"), Err("insecure"));
        assert_eq!(endpoint("http://127.0.0.1.example.com:80"), Err("insecure"));
        assert_eq!(endpoint("http://127.0.0.1:8005/"), Ok(Some("http://127.0.0.1:8005".into())));
        assert_eq!(endpoint("https://ses.example.com"), Ok(Some("https://ses.example.com".into())));
        assert_eq!(endpoint("https://a@b"), Err("invalid"));
    }

    #[test]
    fn a_kept_secret_belongs_to_its_access_key() {
        let known: Provider = known(typed().parse().ok().unwrap());
        let change = |config: NewConfig| NewProvider { config, ..Default::default() }.change(&known);
        let set = NewConfig { configuration_set: Some("news".into()), ..Default::default() };
        let changed = change(set).ok().unwrap();
        assert_eq!(changed.secret, Secret::Kept);
        assert!(matches!(changed.config, ProviderConfig::Ses(ses) if ses.configuration_set.as_deref() == Some("news")));
        let other = NewConfig { access_key_id: Some("AKIAOTHER".into()), ..Default::default() };
        assert!(change(other).err().unwrap().message("config.secret_access_key").is_some());
    }
}
