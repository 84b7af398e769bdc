//! An SMTP server on loopback that keeps what it accepts and fails as a test tells it to: at a phase of the conversation,
//! for one recipient or for all. Which faults matter is in PROVIDERS 4: what was refused before the message's final dot
//! was not sent; what got no answer after it may have been.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufStream},
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// Where in the conversation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// A connection is made; no recipient is known yet.
    Connect,
    /// `AUTH`; no recipient is known yet.
    Auth,
    /// `MAIL FROM`; no recipient is known yet.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA`.
    Data,
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
    state: Arc<Mutex<State>>,
    held: watch::Sender<usize>,
    released: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    rules: Vec<(Phase, Option<String>, Answer)>,
    mails: Vec<Mail>,
    sign_ins: Vec<String>,
    connections: usize,
    attempts: Vec<String>,
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
    /// Begins to listen on a free port.
    pub async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its number");
        let (held, released) = (watch::Sender::new(0), watch::Sender::new(false));
        let sink = Self { address, state: Arc::default(), held, released };
        tokio::spawn(sink.clone().serve(listener));
        sink
    }

    /// The port it listens on, at 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// From now on does this at a phase, for everybody.
    pub fn always(&self, phase: Phase, answer: Answer) {
        self.state().rules.push((phase, None, answer));
    }

    /// From now on does this at a phase, for one recipient.
    pub fn to(&self, recipient: &str, phase: Phase, answer: Answer) {
        self.state().rules.push((phase, Some(recipient.to_owned()), answer));
    }

    /// From now on takes everything.
    pub fn behave(&self) {
        self.state().rules.clear();
    }

    /// What was accepted so far, in the order of recipients' addresses.
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.state().mails.clone();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
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
            // A conversation that breaks off is the client's affair, or what the test asked for.
            tokio::spawn(async move { sink.converse(stream).await });
        }
    }

    async fn converse(&self, stream: TcpStream) -> Option<()> {
        self.state().connections += 1;
        let mut stream = BufStream::new(stream);
        if !self.answer(&mut stream, Phase::Connect, None, "220 sink ESMTP").await? {
            return None;
        }
        let (mut from, mut to) = (String::new(), String::new());
        loop {
            let line = read_line(&mut stream).await?;
            let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match command.as_str() {
                "EHLO" => say(&mut stream, "250-sink\r\n250 AUTH PLAIN LOGIN").await?,
                "AUTH" => {
                    self.state().sign_ins.push(line.trim_start_matches("AUTH PLAIN ").to_owned());
                    self.answer(&mut stream, Phase::Auth, None, "235 2.7.0 Welcome").await?;
                }
                "MAIL" => {
                    from = address_in(&line);
                    self.answer(&mut stream, Phase::Sender, None, "250 OK").await?;
                }
                "RCPT" => {
                    to = address_in(&line);
                    self.state().attempts.push(to.clone());
                    self.answer(&mut stream, Phase::Recipient, Some(&to), "250 OK").await?;
                }
                "DATA" if self.answer(&mut stream, Phase::Data, Some(&to), "354 Go on").await? => {
                    let mail = Mail { from: from.clone(), to: to.clone(), raw: read_message(&mut stream).await? };
                    self.take(&mut stream, mail).await?;
                }
                "DATA" => {}
                "QUIT" => return say(&mut stream, "221 Bye").await,
                _ => say(&mut stream, "250 OK").await?,
            }
        }
    }

    /// A whole message is here. Unless the rule refuses it in words, it counts as received, whether or not the client
    /// ever learns so.
    async fn take(&self, stream: &mut BufStream<TcpStream>, mail: Mail) -> Option<()> {
        let to = mail.to.clone();
        let refused = matches!(
            self.rule(Phase::Dot, Some(&to)),
            Some(Answer::Say(words) | Answer::HoldThenSay(words)) if !words.starts_with('2')
        );
        if !refused {
            self.state().mails.push(mail);
        }
        self.answer(stream, Phase::Dot, Some(&to), "250 2.0.0 Taken").await.map(drop)
    }

    /// Says what is right here, unless a rule wants something else; true if the conversation goes on as usual, none if
    /// it has ended.
    async fn answer(
        &self,
        stream: &mut BufStream<TcpStream>,
        phase: Phase,
        to: Option<&str>,
        usual: &str,
    ) -> Option<bool> {
        let rule = self.rule(phase, to);
        if matches!(rule, Some(Answer::Hold | Answer::HoldThenSay(_))) {
            self.held.send_modify(|held| *held += 1);
            self.released.subscribe().wait_for(|released| *released).await.ok()?;
        }
        let words = match rule {
            Some(Answer::Close) => return None,
            Some(Answer::Say(words) | Answer::HoldThenSay(words)) => words,
            Some(Answer::Hold) | None => usual,
        };
        say(stream, words).await?;
        Some(words == usual)
    }

    fn rule(&self, phase: Phase, to: Option<&str>) -> Option<Answer> {
        let state = self.state();
        let fits = |recipient: &Option<String>| recipient.is_none() || recipient.as_deref() == to;
        state
            .rules
            .iter()
            .find(|(at, recipient, _)| *at == phase && fits(recipient))
            .map(|(_, _, answer)| answer.clone())
    }
}

async fn say(stream: &mut BufStream<TcpStream>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

async fn read_line(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).await.ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

async fn read_message(stream: &mut BufStream<TcpStream>) -> Option<String> {
    let mut message = String::new();
    loop {
        match read_line(stream).await?.as_str() {
            "." => return Some(message),
            line => message.extend([line.strip_prefix('.').unwrap_or(line), "\n"]),
        }
    }
}

fn address_in(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}
