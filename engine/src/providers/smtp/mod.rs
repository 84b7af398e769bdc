//! Handing messages to an SMTP server (PROVIDERS 4). Each step of the conversation is taken by itself, because what a
//! failure means depends on where it happened: before the message's final dot nothing was sent; silence after it leaves
//! the outcome unknown, and such a message is never simply sent again.

mod dial;
mod gather;
mod idle;
mod tls;
mod words;

use std::{iter, sync::Arc, time::Duration};

use domain::{
    delivery::{Outcome, SmtpStage, smtp_answer},
    provider::SmtpConfig,
};
use lettre::{
    Address,
    transport::smtp::{
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt, Rset},
    },
};
use tokio::sync::Semaphore;

use super::{Mailing, Turn};
use crate::{Result, clock::Clock, receipts, secrets::Keys};
use dial::Server;
use idle::{Idle, Kept};
pub(super) use tls::trusted;

/// The longest that one step of the conversation may take.
const STEP: Duration = Duration::from_secs(30);
/// Conversations at once with one account, and so the most connections that are kept.
const AT_ONCE: usize = 50;
/// A message is written in parts of this size, so that one that breaks off is known not to have been sent whole.
const PART: usize = 16 * 1024;

/// An SMTP account with its open connections.
pub struct Smtp {
    server: Server,
    idle: Arc<Idle>,
    places: Semaphore,
    /// Where mail comes back to, when not to the sender.
    bounces: Option<Bounces>,
}

/// Returned mail goes to an address of this domain that names the message.
struct Bounces {
    domain: String,
    keys: Keys,
}

impl Bounces {
    fn address(&self, message: &str) -> Option<Address> {
        Address::new(receipts::return_path(&self.keys, message)?, &self.domain).ok()
    }
}

/// A step that failed.
struct Failed {
    outcome: Outcome,
    /// Whether the conversation can go on: the server answered and stays.
    usable: bool,
}

impl Smtp {
    /// For this account; connects when the first message goes.
    pub fn new(config: SmtpConfig, password: Option<String>, clock: Arc<dyn Clock>, keys: &Keys) -> Result<Self> {
        let bounces = config.bounce_domain.clone().map(|domain| Bounces { domain, keys: keys.clone() });
        let server = Server::new(config, password)?;
        Ok(Self { server, idle: Idle::new(clock), places: Semaphore::new(AT_ONCE), bounces })
    }

    /// Where a message comes back to.
    fn return_path(&self, mailing: &Mailing) -> Address {
        let named = self.bounces.as_ref().and_then(|bounces| bounces.address(&mailing.message));
        named.unwrap_or_else(|| mailing.from.clone())
    }

    /// Hands a message over and says how that ended; none when its turn came too late. The turn is waited for with the
    /// connection in hand, and for each time that the message is begun.
    pub async fn deliver(&self, mailing: &Mailing, turn: &impl Turn) -> Option<Outcome> {
        let Ok(_place) = self.places.acquire().await else { return Some(interrupted("This account is closing.")) };
        if let Some(mut kept) = self.idle.take() {
            if !turn.comes().await {
                self.idle.keep(kept);
                return None;
            }
            match begin(&mut kept, self.return_path(mailing), mailing).await {
                // A server may close a connection that was kept; that shows before anything is sent.
                Err(Failed { outcome: Outcome::Retry { .. }, usable: false }) => {}
                begun => return Some(self.go_on(kept, begun, mailing).await),
            }
        }
        let mut fresh = match self.server.connect().await {
            Ok(fresh) => self.idle.fresh(fresh),
            Err(failed) => return Some(failed.outcome),
        };
        if !turn.comes().await {
            self.idle.keep(fresh);
            return None;
        }
        let begun = begin(&mut fresh, self.return_path(mailing), mailing).await;
        Some(self.go_on(fresh, begun, mailing).await)
    }

    /// Connects and signs in, and says what came of it in words.
    pub async fn test(&self) -> std::result::Result<String, String> {
        match self.server.connect().await {
            Ok(mut fresh) => {
                fresh.connection.abort().await;
                Ok(self.server.greeted())
            }
            Err(Failed { outcome, .. }) => Err(outcome.text().to_owned()),
        }
    }

    async fn go_on(&self, mut kept: Kept, begun: Result<(), Failed>, mailing: &Mailing) -> Outcome {
        match begun {
            Ok(()) => self.finish(kept, mailing).await,
            Err(failed) => {
                // The conversation is in its middle: back to its beginning.
                if failed.usable && step(SmtpStage::Sender, kept.connection.command(Rset)).await.is_ok() {
                    self.idle.keep(kept);
                }
                failed.outcome
            }
        }
    }

    /// The message itself, in one packet with its final dot. Once that is on its way only an answer tells what became of
    /// it.
    async fn finish(&self, mut kept: Kept, mailing: &Mailing) -> Outcome {
        let gate = kept.gate.clone();
        gate.shut();
        let dot_is_next = iter::from_fn(|| {
            gate.open();
            None
        });
        let parts = mailing.bytes.chunks(PART).chain(dot_is_next);
        let answer = tokio::time::timeout(STEP * 2, kept.connection.message_iter(parts)).await;
        let unfinished = |why: String| match gate.is_empty() {
            true => Outcome::Unknown { text: format!("No answer after the message: {why}") },
            false => interrupted(format!("In the middle of the message: {why}")),
        };
        match answer {
            Ok(Ok(answer)) => {
                let provider_id = answer.first_line().unwrap_or_default().chars().take(200).collect();
                self.idle.keep(kept);
                Outcome::Accepted { provider_id }
            }
            Ok(Err(error)) => match error.status() {
                Some(code) => {
                    let Failed { outcome, usable } = answered(SmtpStage::Data, code.into(), &words::of(&error));
                    if usable {
                        self.idle.keep(kept);
                    }
                    outcome
                }
                None => unfinished(words::of(&error)),
            },
            Err(_) => unfinished("nothing was heard within a minute.".into()),
        }
    }
}

/// Up to the point where the server asks for the message.
async fn begin(kept: &mut Kept, from: Address, mailing: &Mailing) -> Result<(), Failed> {
    let sender = Mail::new(Some(from), vec![]);
    let recipient = Rcpt::new(mailing.to.clone(), vec![]);
    let connection = &mut kept.connection;
    if kept.pipelines {
        return begin_at_once(connection, format!("{sender}{recipient}{Data}")).await;
    }
    step(SmtpStage::Sender, connection.command(sender)).await?;
    step(SmtpStage::Recipient, connection.command(recipient)).await?;
    step(SmtpStage::Data, connection.command(Data)).await.map(drop)
}

/// All three commands in one packet, then their answers in order: one way there and back instead of three. The first
/// refusal is what counts; what follows from it is only read.
async fn begin_at_once(connection: &mut AsyncSmtpConnection, commands: String) -> Result<(), Failed> {
    let mut refused = None;
    let sender = step(SmtpStage::Sender, connection.command(commands)).await;
    keep_first(&mut refused, sender)?;
    let recipient = step(SmtpStage::Recipient, connection.read_response()).await;
    keep_first(&mut refused, recipient)?;
    let data = step(SmtpStage::Data, connection.read_response()).await;
    match (refused, data) {
        (None, data) => data.map(drop),
        (Some(refused), Err(Failed { usable: true, .. })) => Err(refused),
        // It waits for a message to nobody, or is gone: the way out of this conversation is to end it.
        (Some(refused), _) => Err(Failed { usable: false, ..refused }),
    }
}

/// Remembers the first refusal; fails where the conversation has ended.
fn keep_first<T>(refused: &mut Option<Failed>, taken: Result<T, Failed>) -> Result<(), Failed> {
    match taken {
        Ok(_) => Ok(()),
        Err(failed) if failed.usable => {
            refused.get_or_insert(failed);
            Ok(())
        }
        Err(failed) => Err(match refused.take() {
            Some(first) => Failed { usable: false, ..first },
            None => failed,
        }),
    }
}

/// Takes one step; a refusal or failure becomes its outcome.
async fn step<T>(
    stage: SmtpStage,
    taken: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Failed> {
    match tokio::time::timeout(STEP, taken).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(match error.status() {
            Some(code) => answered(stage, code.into(), &words::of(&error)),
            None => Failed { outcome: words::outcome(&error), usable: false },
        }),
        Err(_) => Err(broken(interrupted("The server did not answer within 30 seconds."))),
    }
}

/// The server refused. After 421 it closes the connection.
fn answered(stage: SmtpStage, code: u16, text: &str) -> Failed {
    Failed { outcome: smtp_answer(stage, code, text), usable: code != 421 }
}

fn broken(outcome: Outcome) -> Failed {
    Failed { outcome, usable: false }
}

/// The connection failed before the message was there.
fn interrupted(text: impl Into<String>) -> Outcome {
    Outcome::Retry { after: None, code: "connection".into(), text: text.into() }
}
