//! An SMTP server on loopback that keeps what it accepts and fails as a test tells it to: at a phase of the conversation,
//! for one recipient or for all. Which faults matter is in PROVIDERS 4: what was refused before the message's final dot
//! was not sent; what got no answer after it may have been.

mod conversation;
mod tls;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use domain::provider::{NewConfig, SmtpTls};
use tokio::{net::TcpListener, sync::watch};

pub use tls::CA;

/// Where in the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// A connection is made; no recipient is known yet.
    Connect,
    /// The TLS handshake, from the first byte or after `STARTTLS`; closes, whatever is to be said.
    Handshake,
    /// `EHLO`; no recipient is known yet.
    Hello,
    /// `STARTTLS`; no recipient is known yet.
    Starttls,
    /// `AUTH`; no recipient is known yet.
    Auth,
    /// `MAIL FROM`; no recipient is known yet.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
    /// The message's first lines are here, the others are not.
    Body,
    /// The final dot: the message is here, and kept unless it is refused.
    Dot,
}

/// What the server does there instead of going on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Says this, such as `550 5.1.1 No such user`.
    Say(&'static str),
    /// Closes the connection without a word.
    Close,
    /// Keeps silent until [`Sink::release`], then goes on.
    Hold,
    /// Keeps silent until [`Sink::release`], then says this.
    HoldThenSay(&'static str),
}

/// A message that was accepted.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipient.
    pub to: String,
    /// The message as it came, lines ending in `\n`.
    pub raw: String,
}

/// The server; it ends with the test.
#[derive(Clone)]
pub struct Sink {
    address: SocketAddr,
    tls: SmtpTls,
    state: Arc<Mutex<State>>,
    held: watch::Sender<usize>,
    released: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    rules: Vec<(Phase, Option<String>, Answer)>,
    once: Vec<(Phase, Answer)>,
    mails: Vec<Mail>,
    sign_ins: Vec<String>,
    connections: usize,
    attempts: Vec<String>,
    is_lockstep: bool,
    is_careless: bool,
}

impl Mail {
    /// A header's value, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\n\n").next().unwrap_or_default().replace("\n ", " ");
        let wanted = format!("{}:", name.to_ascii_lowercase());
        let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with(&wanted))?;
        Some(line[wanted.len()..].trim().to_owned())
    }

    /// Everything below the headers, its quoted-printable line breaks and signs undone.
    pub fn text(&self) -> String {
        let body = self.raw.split_once("\n\n").map(|(_, body)| body).unwrap_or_default();
        body.replace("=\n", "").replace("=3D", "=")
    }
}

impl Sink {
    /// Begins to listen on a free port, without TLS.
    pub async fn new() -> Self {
        Self::secured(SmtpTls::None).await
    }

    /// The same with TLS, by a certificate for 127.0.0.1 that [`CA`] has signed.
    pub async fn secured(tls: SmtpTls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its number");
        let (held, released) = (watch::Sender::new(0), watch::Sender::new(false));
        let sink = Self { address, tls, state: Arc::default(), held, released };
        tokio::spawn(sink.clone().serve(listener));
        sink
    }

    /// The port it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How an account reaches it; with a password it signs in as `nora`.
    pub fn config(&self, password: Option<&str>) -> NewConfig {
        NewConfig {
            host: Some("127.0.0.1".into()),
            port: self.port().into(),
            tls: Some(self.tls.word().into()),
            username: password.map(|_| "nora".into()),
            password: password.map(Into::into),
            ca_certificate: (self.tls != SmtpTls::None).then(|| CA.into()),
            ..Default::default()
        }
    }

    /// From now on does this at a phase, for everybody.
    pub fn always(&self, phase: Phase, answer: Answer) {
        self.state().rules.push((phase, None, answer));
    }

    /// From now on does this at a phase, for one recipient.
    pub fn to(&self, recipient: &str, phase: Phase, answer: Answer) {
        self.state().rules.push((phase, Some(recipient.to_owned()), answer));
    }

    /// Does this at a phase the next time, and then no more.
    pub fn once(&self, phase: Phase, answer: Answer) {
        self.state().once.push((phase, answer));
    }

    /// From now on takes everything.
    pub fn behave(&self) {
        self.state().rules.clear();
    }

    /// From now on offers no PIPELINING: each command waits for the answer to the one before.
    pub fn lockstep(&self) {
        self.state().is_lockstep = true;
    }

    /// From now on asks for a message also where it has refused sender or recipient.
    pub fn careless(&self) {
        self.state().is_careless = true;
    }

    /// What was accepted so far, in the order of recipients' addresses.
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.state().mails.clone();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }

    /// Forgets what was accepted so far.
    pub fn forget(&self) {
        self.state().mails.clear();
    }

    /// To whom something was accepted so far, in the order of the alphabet, as often as it was.
    pub fn recipients(&self) -> Vec<String> {
        self.mails().into_iter().map(|mail| mail.to).collect()
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// How often somebody tried to send to this recipient, whatever came of it.
    pub fn attempts(&self, recipient: &str) -> usize {
        self.state().attempts.iter().filter(|tried| *tried == recipient).count()
    }

    /// What came with `AUTH`, as it came.
    pub fn sign_ins(&self) -> Vec<String> {
        self.state().sign_ins.clone()
    }

    /// Waits until so many conversations are held.
    pub async fn holds(&self, count: usize) {
        self.held.subscribe().wait_for(|held| *held >= count).await.expect("the sink");
    }

    /// Lets held conversations go on, and holds no more.
    pub fn release(&self) {
        self.released.send_replace(true);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no conversation panics while it holds the state")
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            let sink = self.clone();
            // Answers to commands that came together leave one by one; the second must not wait for the client's nod.
            stream.set_nodelay(true).expect("a socket");
            // A conversation that breaks off is the client's affair, or what the test asked for.
            tokio::spawn(async move { sink.attend(stream).await });
        }
    }

    fn rule(&self, phase: Phase, to: Option<&str>) -> Option<Answer> {
        let mut state = self.state();
        if let Some(place) = state.once.iter().position(|(at, _)| *at == phase) {
            return Some(state.once.remove(place).1);
        }
        let fits = |recipient: &Option<String>| recipient.is_none() || recipient.as_deref() == to;
        state
            .rules
            .iter()
            .find(|(at, recipient, _)| *at == phase && fits(recipient))
            .map(|(_, _, answer)| answer.clone())
    }
}
