//! An SMTP server: where it is, how the connection is secured, how to sign in.

use serde::{Deserialize, Serialize};

use super::{
    NewConfig,
    new::{Secret, optional, whole},
};
use crate::{
    error::{FieldErrors, Refused},
    text,
    words::words,
};

words! {
    /// How the connection to an SMTP server is secured.
    SmtpTls {
        /// Not at all: for servers on the same machine or network.
        None = "none",
        /// Begins in the clear and must change to TLS before anything is said.
        Starttls = "starttls",
        /// TLS from the first byte.
        Tls = "tls",
    }
}

/// How to reach an SMTP server; the password is kept apart, sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SmtpConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: SmtpTls,
    /// Signs in with it, where the server asks.
    pub username: Option<String>,
    /// Certificates (PEM) that are trusted besides the public ones: for a server with an authority of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_certificate: Option<String>,
    /// Mail comes back to an address of this domain that names its message; none: to the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounce_domain: Option<String>,
}

/// Checks what was typed. `known` is the account as it was, when it is changed and keeps a password.
pub(super) fn parse(
    new: &NewConfig,
    known: Option<&SmtpConfig>,
    errors: &mut FieldErrors,
) -> Option<(SmtpConfig, Secret)> {
    let host = errors.take("config.host", parse_host(new.host.as_deref().unwrap_or_default()));
    let port = errors.take("config.port", parse_port(&new.port));
    let tls = errors.take("config.tls", SmtpTls::parse(new.tls.as_deref().unwrap_or_default()));
    let username = optional("config.username", &new.username, 300, errors);
    let ca_certificate = errors.take("config.ca_certificate", parse_pem(new.ca_certificate.as_deref()));
    let bounces = errors.take("config.bounce_domain", parse_domain(new.bounce_domain.as_deref().unwrap_or_default()));
    let in_clear = tls == Some(SmtpTls::None) && !host.as_deref().is_some_and(is_loopback);
    // A password goes nowhere but where it was meant for.
    let may_keep = known.map(|known| host.as_deref() == Some(&*known.host));
    let secret = secret(username.as_deref(), Secret::typed(&new.password), may_keep, in_clear, errors);
    let (host, port, tls, ca_certificate, bounce_domain) = (host?, port?, tls?, ca_certificate?, bounces?);
    let config = SmtpConfig { host, port, tls, username, ca_certificate, bounce_domain };
    Some((config, secret))
}

fn parse_domain(typed: &str) -> Result<Option<String>, Refused> {
    let domain = text::optional_line(typed, 190)?.trim_end_matches('.').to_ascii_lowercase();
    let is_label = |label: &str| {
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(good) && !label.starts_with('-') && !label.ends_with('-')
    };
    match domain.as_str() {
        "" => Ok(None),
        name if name.contains('.') && name.split('.').all(is_label) => Ok(Some(domain)),
        _ => Err(Refused::new("invalid", "A domain that takes mail, such as bounce.example.com.")),
    }
}

fn secret(
    username: Option<&str>,
    typed: Secret,
    may_keep: Option<bool>,
    in_clear: bool,
    errors: &mut FieldErrors,
) -> Secret {
    let secret = match (username, typed, may_keep) {
        (None, Secret::None, _) => Secret::None,
        (Some(_), Secret::None, Some(true)) => Secret::Kept,
        (Some(_), Secret::None, Some(false)) => {
            errors.add("config.password", "required", "Type it again: it was kept for another host.");
            Secret::None
        }
        (Some(_), Secret::None, None) => {
            errors.add("config.password", "required", "Needed with a user name.");
            Secret::None
        }
        (None, typed, _) => {
            errors.add("config.username", "required", "Needed with a password.");
            typed
        }
        (Some(_), typed, _) => typed,
    };
    if username.is_some() && secret != Secret::None && in_clear {
        let message = "A password is never sent over a network in the clear: choose STARTTLS or TLS.";
        errors.add("config.tls", "insecure", message);
    }
    secret
}

/// Whether a host is this machine itself.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn parse_host(typed: &str) -> Result<String, Refused> {
    let host = text::required_line(typed, 253)?;
    let good = |c: char| c.is_alphanumeric() || ".-_:[]".contains(c);
    if host.chars().all(good) {
        Ok(host)
    } else {
        Err(Refused::new("invalid", "A host name such as smtp.example.com, without http:// or a path."))
    }
}

fn parse_port(typed: &serde_json::Value) -> Result<u16, Refused> {
    let needed = || Refused::new("required", "Needed: usually 587 for STARTTLS, 465 for TLS, 25 for neither.");
    let port = whole(typed, 1..=65535)?.ok_or_else(needed)?;
    u16::try_from(port).or(Err(needed()))
}

/// The outer form of PEM; whether a certificate is in it is known when it is used.
fn parse_pem(typed: Option<&str>) -> Result<Option<String>, Refused> {
    let pem = text::optional(typed.unwrap_or_default(), 50_000)?;
    if pem.is_empty() || (pem.starts_with("-----BEGIN CERTIFICATE-----") && pem.ends_with("-----END CERTIFICATE-----"))
    {
        return Ok(Some(pem).filter(|pem| !pem.is_empty()));
    }
    let message = "One certificate or several as PEM: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.";
    Err(Refused::new("invalid", message))
}

#[cfg(test)]
mod tests {
    use super::super::{NewProvider, Provider, ProviderConfig, new::tests::known};
    use super::*;

    fn typed() -> NewProvider {
        let config = NewConfig {
            host: Some("mail.example".into()),
            port: 587.into(),
            tls: Some("starttls".into()),
            ..Default::default()
        };
        NewProvider { channel: "email".into(), kind: "smtp".into(), config, ..Default::default() }
    }

    fn signing_in() -> Provider {
        let mut new = typed();
        new.config.username = Some("nora".into());
        new.config.password = Some("x".into());
        known(new.parse().ok().unwrap())
    }

    #[test]
    fn the_name_defaults_to_the_host_and_the_port_may_be_text() {
        let mut new = typed();
        new.config.port = "2525".into();
        let parsed = new.parse().ok().unwrap();
        assert_eq!(parsed.name, "mail.example");
        assert!(matches!(parsed.config, ProviderConfig::Smtp(SmtpConfig { port: 2525, .. })));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let new = NewProvider { kind: "smtp".into(), ..Default::default() };
        let errors = new.parse().err().unwrap();
        let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["channel", "config.host", "config.port", "config.tls", "name"]);
        let mut new = typed();
        new.config.port = 0.into();
        new.config.host = Some("http://x/".into());
        new.config.ca_certificate = Some("not PEM".into());
        assert_eq!(new.parse().err().unwrap().0.len(), 3);
    }

    #[test]
    fn passwords_never_go_in_the_clear_and_never_alone() {
        let mut new = typed();
        new.config.password = Some("x".into());
        assert!(new.parse().err().unwrap().message("config.username").is_some());
        new.config.username = Some("nora".into());
        assert!(new.parse().is_ok());
        new.config.tls = Some("none".into());
        assert!(new.parse().err().unwrap().message("config.tls").is_some());
        new.config.host = Some("127.0.0.1".into());
        assert!(new.parse().is_ok(), "nothing leaves this machine");
    }

    #[test]
    fn a_kept_password_goes_on_to_the_same_host_only_and_never_in_the_clear() {
        let known = signing_in();
        let change = |config: NewConfig| NewProvider { config, ..Default::default() }.change(&known);
        assert_eq!(change(NewConfig { port: 2525.into(), ..Default::default() }).ok().unwrap().secret, Secret::Kept);
        let elsewhere = NewConfig { host: Some("evil.example".into()), ..Default::default() };
        assert!(change(elsewhere).err().unwrap().message("config.password").is_some());
        let in_clear = NewConfig { tls: Some("none".into()), ..Default::default() };
        assert!(change(in_clear).err().unwrap().message("config.tls").is_some());
        let without = NewConfig { username: Some(String::new()), ..Default::default() };
        assert_eq!(change(without).ok().unwrap().secret, Secret::None);
    }
}
