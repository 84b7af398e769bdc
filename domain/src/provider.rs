//! Provider accounts and sender identities (SPEC 9): through whom messages leave, and in whose name.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    channel::Channel,
    email::Email,
    error::{FieldErrors, Refused},
    id::{ProviderId, SenderId},
    text,
    words::words,
};

words! {
    /// The kinds of provider that Carillon can talk to.
    ProviderKind {
        /// Any SMTP server.
        Smtp = "smtp",
    }
}

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
pub struct SmtpConfig {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub tls: SmtpTls,
    /// Signs in with it, where the server asks.
    pub username: Option<String>,
}

/// A provider account as shown: never with its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// What it sends.
    pub channel: Channel,
    /// Which kind.
    pub kind: ProviderKind,
    /// Its name, unique in the workspace.
    pub name: String,
    /// How to reach it.
    pub config: SmtpConfig,
    /// Whether a password is kept.
    pub has_password: bool,
    /// Made then.
    pub created_at: DateTime<Utc>,
}

/// A provider account as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewProvider {
    /// `email`.
    pub channel: String,
    /// `smtp`.
    pub kind: String,
    /// Its name; the host when empty.
    pub name: String,
    /// How to reach it.
    pub config: NewSmtpConfig,
}

/// [`SmtpConfig`] as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSmtpConfig {
    /// Host name or address.
    pub host: String,
    /// A number, as number or text.
    pub port: serde_json::Value,
    /// Word of [`SmtpTls`].
    pub tls: String,
    /// Optional.
    pub username: Option<String>,
    /// Optional.
    pub password: Option<String>,
}

impl std::fmt::Debug for NewSmtpConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSmtpConfig").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

/// A checked [`NewProvider`].
pub struct ParsedProvider {
    /// What it sends.
    pub channel: Channel,
    /// Which kind.
    pub kind: ProviderKind,
    /// Its name.
    pub name: String,
    /// How to reach it.
    pub config: SmtpConfig,
    /// To be sealed.
    pub password: Option<String>,
}

impl NewProvider {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ParsedProvider, FieldErrors> {
        let mut errors = FieldErrors::default();
        let channel = errors.take("channel", Channel::parse_sendable(&self.channel));
        let kind = errors.take("kind", ProviderKind::parse(&self.kind));
        let host = errors.take("config.host", parse_host(&self.config.host));
        let typed_name = if self.name.trim().is_empty() { &self.config.host } else { &self.name };
        let name = errors.take("name", text::required_line(typed_name, 200));
        let port = errors.take("config.port", parse_port(&self.config.port));
        let tls = errors.take("config.tls", SmtpTls::parse(&self.config.tls));
        let username = errors
            .take("config.username", text::optional_line(self.config.username.as_deref().unwrap_or_default(), 300));
        let username = username.filter(|name| !name.is_empty());
        let password = self.config.password.clone().filter(|password| !password.is_empty());
        let in_clear = tls == Some(SmtpTls::None) && !host.as_deref().is_some_and(is_loopback);
        check_credentials(username.as_deref(), password.as_deref(), in_clear, &mut errors);
        let parsed = channel.zip(kind).zip(name).zip(host.zip(port).zip(tls));
        errors.finish(parsed.map(|(((channel, kind), name), ((host, port), tls))| ParsedProvider {
            channel,
            kind,
            name,
            config: SmtpConfig { host, port, tls, username },
            password,
        }))
    }
}

fn check_credentials(username: Option<&str>, password: Option<&str>, in_clear: bool, errors: &mut FieldErrors) {
    match (username, password) {
        (Some(_), None) => errors.add("config.password", "required", "Needed with a user name."),
        (None, Some(_)) => errors.add("config.username", "required", "Needed with a password."),
        (Some(_), Some(_)) if in_clear => {
            errors.add(
                "config.tls",
                "insecure",
                "A password is never sent over a network in the clear: choose STARTTLS or TLS.",
            );
        }
        _ => {}
    }
}

/// Whether a host is this machine itself.
fn is_loopback(host: &str) -> bool {
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
    let number = match typed {
        serde_json::Value::Number(n) => n.as_u64(),
        serde_json::Value::String(s) if s.trim().is_empty() => None,
        serde_json::Value::String(s) => s.trim().parse().ok().or(Some(0)),
        _ => None,
    };
    match number {
        None => Err(Refused::new("required", "Needed: usually 587 for STARTTLS, 465 for TLS, 25 for neither.")),
        Some(n @ 1..=65535) => Ok(n as u16),
        Some(_) => Err(Refused::new("invalid", "A number from 1 to 65535.")),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> NewProvider {
        NewProvider {
            channel: "email".into(),
            kind: "smtp".into(),
            name: String::new(),
            config: NewSmtpConfig {
                host: "mail.example".into(),
                port: 587.into(),
                tls: "starttls".into(),
                ..Default::default()
            },
        }
    }

    #[test]
    fn the_name_defaults_to_the_host_and_the_port_may_be_text() {
        let mut new = typed();
        new.config.port = "2525".into();
        let parsed = new.parse().ok().unwrap();
        assert_eq!((parsed.name.as_str(), parsed.config.port), ("mail.example", 2525));
    }

    #[test]
    fn every_wrong_value_is_named() {
        let errors = NewProvider::default().parse().err().unwrap();
        let fields: Vec<_> = errors.0.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["channel", "kind", "config.host", "name", "config.port", "config.tls"]);
        let mut new = typed();
        new.config.port = 0.into();
        new.config.host = "http://x/".into();
        assert_eq!(new.parse().err().unwrap().0.len(), 2);
    }

    #[test]
    fn passwords_never_go_in_the_clear_and_never_alone() {
        let mut new = typed();
        new.config.password = Some("x".into());
        assert!(new.parse().err().unwrap().message("config.username").is_some());
        new.config.username = Some("nora".into());
        assert!(new.parse().is_ok());
        new.config.tls = "none".into();
        assert!(new.parse().err().unwrap().message("config.tls").is_some());
        new.config.host = "127.0.0.1".into();
        assert!(new.parse().is_ok(), "nothing leaves this machine");
    }

    #[test]
    fn a_sender_needs_an_address_and_a_provider() {
        let errors = NewSender { email: "x".into(), ..Default::default() }.parse().unwrap_err();
        assert!(errors.message("email").is_some() && errors.message("provider_id").is_some());
    }
}
