//! From nothing to a conversation in which mail can be handed over: dialling, TLS, greeting, signing in.

use std::{io, sync::Arc};

use domain::{
    delivery::{Outcome, SmtpStage},
    provider::{SmtpConfig, SmtpTls},
};
use lettre::transport::smtp::{
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, AsyncTokioStream},
    commands::Ehlo,
    extension::ClientId,
};
use tokio::net::TcpStream;

use super::{
    Failed, STEP, broken,
    gather::{Gate, Gathering},
    interrupted, step,
    tls::Tls,
    words,
};
use crate::Result;

/// How to reach an account's server.
pub(super) struct Server {
    config: SmtpConfig,
    password: Option<String>,
    tls: Option<Tls>,
}

/// A connection where the first message may go.
pub(super) struct Fresh {
    pub(super) connection: AsyncSmtpConnection,
    /// Whether the server takes commands without waiting for the answer to each (RFC 2920).
    pub(super) pipelines: bool,
    pub(super) gate: Arc<Gate>,
}

impl Server {
    pub(super) fn new(config: SmtpConfig, password: Option<String>) -> Result<Self> {
        let tls = match config.tls {
            SmtpTls::None => None,
            SmtpTls::Starttls | SmtpTls::Tls => Some(Tls::new(&config)?),
        };
        Ok(Self { config, password, tls })
    }

    /// A conversation up to where the first message may go. The library does not keep what it does not need of the
    /// greeting: asked once more.
    pub(super) async fn connect(&self) -> Result<Fresh, Failed> {
        let (hello, gate) = (ClientId::default(), Arc::default());
        let stream = self.dial(&gate).await?;
        let mut connection =
            step(SmtpStage::Greeting, AsyncSmtpConnection::connect_with_transport(stream, &hello)).await?;
        if let (SmtpTls::Starttls, Some(tls)) = (self.config.tls, &self.tls) {
            if !connection.can_starttls() {
                let text = "The server does not offer STARTTLS, which this account asks for.".to_owned();
                return Err(broken(Outcome::Pause { until_after: None, code: "starttls".into(), text }));
            }
            step(SmtpStage::Greeting, connection.starttls(tls.later.clone(), &hello)).await?;
        }
        let greeting = step(SmtpStage::Greeting, connection.command(Ehlo::new(hello))).await?;
        let pipelines = greeting.message().any(|line| line.eq_ignore_ascii_case("PIPELINING"));
        if let (Some(user), Some(password)) = (&self.config.username, &self.password) {
            let credentials = Credentials::new(user.clone(), password.clone());
            step(SmtpStage::Greeting, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(Fresh { connection, pipelines, gate })
    }

    /// What a test says when all went well.
    pub(super) fn greeted(&self) -> String {
        let secured = if self.tls.is_some() { "encrypted" } else { "not encrypted" };
        let signed_in = if self.password.is_some() { ", signed in" } else { "" };
        format!("{} answers on port {} ({secured}{signed_in}).", self.config.host, self.config.port)
    }

    async fn dial(&self, gate: &Arc<Gate>) -> Result<Box<dyn AsyncTokioStream>, Failed> {
        let dialled = async {
            let stream = Gathering::new(self.dial_any().await?, gate.clone());
            match (self.config.tls, &self.tls) {
                (SmtpTls::Tls, Some(tls)) => tls.wrap(stream).await,
                _ => Ok(Box::new(stream) as Box<dyn AsyncTokioStream>),
            }
        };
        match tokio::time::timeout(STEP, dialled).await {
            Ok(dialled) => dialled.map_err(|error| broken(words::outcome_of_io(&error))),
            Err(_) => Err(broken(interrupted("The server did not answer within 30 seconds."))),
        }
    }

    /// The first of the host's addresses that answers. (What is held back is held back by us: the system would let a small
    /// packet wait for the answer to the one before, 40 ms.)
    async fn dial_any(&self) -> io::Result<TcpStream> {
        let host = self.config.host.trim_matches(['[', ']']);
        let found = tokio::net::lookup_host((host, self.config.port)).await;
        let nobody = || io::Error::new(io::ErrorKind::NotFound, format!("There is no host named {host}."));
        let addresses: Vec<_> = found.or(Err(nobody()))?.collect();
        let mut last = nobody();
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_held_back_to_gather_more() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = SmtpConfig {
            host: "127.0.0.1".into(),
            port,
            tls: SmtpTls::None,
            username: None,
            ca_certificate: None,
            bounce_domain: None,
        };
        let stream = Server::new(config, None).unwrap().dial_any().await.unwrap();
        assert!(stream.nodelay().unwrap());
    }
}
