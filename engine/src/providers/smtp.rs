//! Handing messages to an SMTP server (PROVIDERS 4). Each step of the conversation is taken by itself, because what a
//! failure means depends on where it happened: before the message's last byte nothing was sent; silence after it
//! leaves the outcome unknown, and such a message is never simply sent again.

use std::{sync::Mutex, time::Duration};

use domain::{
    delivery::{Outcome, SmtpStage, smtp_answer},
    provider::{SmtpConfig, SmtpTls},
};
use lettre::{
    Address,
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};

use crate::{Error, Result};

/// The longest that one step of the conversation may take.
const STEP: Duration = Duration::from_secs(30);
/// Connections kept for the next message.
const KEPT: usize = 10;

/// An SMTP account with its open connections.
pub struct Smtp {
    config: SmtpConfig,
    password: Option<String>,
    tls: Option<TlsParameters>,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

/// A message ready to go: envelope and bytes.
pub struct Mailing {
    /// Return path.
    pub from: Address,
    /// Recipient.
    pub to: Address,
    /// The whole message with its headers.
    pub bytes: Vec<u8>,
}

impl Smtp {
    /// For this account; connects when the first message goes.
    pub fn new(config: SmtpConfig, password: Option<String>) -> Result<Self> {
        let tls = match config.tls {
            SmtpTls::None => None,
            SmtpTls::Starttls | SmtpTls::Tls => {
                let parameters = TlsParameters::new(config.host.clone());
                Some(parameters.map_err(|error| Error::internal("TLS parameters", error))?)
            }
        };
        Ok(Self { config, password, tls, idle: Mutex::default() })
    }

    /// Hands a message over and says how that ended.
    pub async fn deliver(&self, mailing: &Mailing) -> Outcome {
        let kept = self.idle.lock().ok().and_then(|mut idle| idle.pop());
        let mut connection = match kept {
            // A server may close a connection that was kept; that shows before anything is sent.
            Some(mut kept) => match self.begin(&mut kept, mailing).await {
                Ok(()) => return self.finish(kept, mailing).await,
                Err(Outcome::Retry { code, .. }) if code == "connection" => match self.connect().await {
                    Ok(fresh) => fresh,
                    Err(outcome) => return outcome,
                },
                Err(outcome) => return self.keep_after(kept, outcome),
            },
            None => match self.connect().await {
                Ok(fresh) => fresh,
                Err(outcome) => return outcome,
            },
        };
        match self.begin(&mut connection, mailing).await {
            Ok(()) => self.finish(connection, mailing).await,
            Err(outcome) => self.keep_after(connection, outcome),
        }
    }

    /// Connects and signs in, and says what came of it in words.
    pub async fn test(&self) -> std::result::Result<String, String> {
        match self.connect().await {
            Ok(mut connection) => {
                let secured = if connection.is_encrypted() { "encrypted" } else { "not encrypted" };
                connection.abort().await;
                let signed_in = if self.password.is_some() { ", signed in" } else { "" };
                Ok(format!("{} answers on port {} ({secured}{signed_in}).", self.config.host, self.config.port))
            }
            Err(
                Outcome::Rejected { text, .. }
                | Outcome::Retry { text, .. }
                | Outcome::SlowDown { text, .. }
                | Outcome::Pause { text, .. }
                | Outcome::Unknown { text },
            ) => Err(text),
            Err(Outcome::Accepted { .. }) => Err("unexpected answer".into()),
        }
    }

    async fn connect(&self) -> std::result::Result<AsyncSmtpConnection, Outcome> {
        let hello = ClientId::default();
        let implicit = self.tls.clone().filter(|_| self.config.tls == SmtpTls::Tls);
        let server = (self.config.host.trim_matches(['[', ']']), self.config.port);
        let dial = AsyncSmtpConnection::connect_tokio1(server, Some(STEP), &hello, implicit, None);
        let mut connection = step(SmtpStage::Greeting, dial).await?;
        if let Some(tls) = self.tls.clone().filter(|_| self.config.tls == SmtpTls::Starttls) {
            if !connection.can_starttls() {
                let text = "The server does not offer STARTTLS, which this account asks for.".to_owned();
                return Err(Outcome::Pause { until_after: None, code: "starttls".into(), text });
            }
            step(SmtpStage::Greeting, connection.starttls(tls, &hello)).await?;
        }
        if let (Some(user), Some(password)) = (&self.config.username, &self.password) {
            let credentials = Credentials::new(user.clone(), password.clone());
            step(SmtpStage::Greeting, connection.auth(DEFAULT_MECHANISMS, &credentials)).await?;
        }
        Ok(connection)
    }

    /// Up to the point where the server asks for the message.
    async fn begin(&self, connection: &mut AsyncSmtpConnection, mailing: &Mailing) -> std::result::Result<(), Outcome> {
        let sender = Mail::new(Some(mailing.from.clone()), vec![]);
        step(SmtpStage::Sender, connection.command(sender)).await?;
        step(SmtpStage::Recipient, connection.command(Rcpt::new(mailing.to.clone(), vec![]))).await?;
        step(SmtpStage::Data, connection.command(Data)).await.map(drop)
    }

    /// The message itself. Once its bytes are on their way only an answer tells what became of it.
    async fn finish(&self, mut connection: AsyncSmtpConnection, mailing: &Mailing) -> Outcome {
        match tokio::time::timeout(STEP * 2, connection.message(&mailing.bytes)).await {
            Ok(Ok(answer)) => {
                let provider_id = answer.first_line().unwrap_or_default().chars().take(200).collect();
                self.keep(connection);
                Outcome::Accepted { provider_id }
            }
            Ok(Err(error)) => match error.status() {
                Some(code) => {
                    self.keep_after(connection, smtp_answer(SmtpStage::Data, u16::from(code), &words(&error)))
                }
                None => Outcome::Unknown { text: format!("No answer after the message: {}", words(&error)) },
            },
            Err(_) => Outcome::Unknown { text: "No answer within a minute after the message.".into() },
        }
    }

    fn keep_after(&self, connection: AsyncSmtpConnection, outcome: Outcome) -> Outcome {
        // After a refusal the conversation is in its middle: RSET would do, a new connection is as good and simpler.
        drop(connection);
        outcome
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        if let Ok(mut idle) = self.idle.lock()
            && idle.len() < KEPT
            && !connection.has_broken()
        {
            idle.push(connection);
        }
    }
}

/// Takes one step; a refusal or failure becomes its outcome.
async fn step<T>(
    stage: SmtpStage,
    taken: impl Future<Output = std::result::Result<T, lettre::transport::smtp::Error>>,
) -> std::result::Result<T, Outcome> {
    let retry = |text: String| Outcome::Retry { after: None, code: "connection".into(), text };
    match tokio::time::timeout(STEP, taken).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => smtp_answer(stage, u16::from(code), &words(&error)),
            None => retry(words(&error)),
        }),
        Err(_) => Err(retry("The server did not answer within 30 seconds.".into())),
    }
}

/// An error and its causes in one line.
fn words(error: &lettre::transport::smtp::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}
