//! The server's side of a conversation.

use domain::provider::SmtpTls;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufStream},
    net::TcpStream,
};

use super::{
    Answer, Mail, Phase, Sink,
    tls::{self, Wire},
};

impl Sink {
    /// One connection from its beginning to its end; none when it broke off.
    pub(super) async fn attend(&self, stream: TcpStream) -> Option<()> {
        self.state().connections += 1;
        let stream: Wire = match self.tls {
            SmtpTls::Tls => self.secure(Box::new(stream)).await?,
            SmtpTls::None | SmtpTls::Starttls => Box::new(stream),
        };
        let mut stream = BufStream::new(stream);
        if !self.answer(&mut stream, Phase::Connect, None, "220 sink ESMTP").await? {
            return None;
        }
        self.converse(stream).await
    }

    /// The TLS handshake.
    async fn secure(&self, stream: Wire) -> Option<Wire> {
        match self.rule(Phase::Handshake, None) {
            Some(_) => None,
            None => tls::accept(stream).await,
        }
    }

    async fn converse(&self, mut stream: BufStream<Wire>) -> Option<()> {
        let (mut from, mut to, mut is_known) = (String::new(), String::new(), false);
        loop {
            let line = read_line(&mut stream).await?;
            let command = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match command.as_str() {
                "EHLO" => {
                    let offers = if self.tls == SmtpTls::Starttls { "250-STARTTLS\r\n" } else { "" };
                    let all_at_once = if self.state().is_lockstep { "" } else { "250-PIPELINING\r\n" };
                    let offers = format!("250-sink\r\n{offers}{all_at_once}250 AUTH PLAIN LOGIN");
                    self.answer(&mut stream, Phase::Hello, None, &offers).await?;
                }
                "STARTTLS" if self.answer(&mut stream, Phase::Starttls, None, "220 Go on").await? => {
                    stream = BufStream::new(self.secure(stream.into_inner()).await?);
                }
                "STARTTLS" => {}
                "AUTH" => {
                    self.state().sign_ins.push(line.trim_start_matches("AUTH PLAIN ").to_owned());
                    self.answer(&mut stream, Phase::Auth, None, "235 2.7.0 Welcome").await?;
                }
                "MAIL" => {
                    from = address_in(&line);
                    is_known = false;
                    if !self.answer(&mut stream, Phase::Sender, None, "250 OK").await? {
                        from.clear();
                    }
                }
                // A client that says all at once hears of each that comes too early.
                "RCPT" if from.is_empty() => say(&mut stream, "503 5.5.1 MAIL first").await?,
                "RCPT" => {
                    to = address_in(&line);
                    self.state().attempts.push(to.clone());
                    is_known = self.answer(&mut stream, Phase::Recipient, Some(&to), "250 OK").await?;
                }
                "DATA" if !is_known && !self.state().is_careless => say(&mut stream, "503 5.5.1 RCPT first").await?,
                "DATA" if self.answer(&mut stream, Phase::Data, Some(&to), "354 Go on").await? => {
                    if self.rule(Phase::Body, Some(&to)).is_some() {
                        read_line(&mut stream).await?;
                        return None;
                    }
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
    async fn take(&self, stream: &mut BufStream<Wire>, mail: Mail) -> Option<()> {
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
    async fn answer(&self, stream: &mut BufStream<Wire>, phase: Phase, to: Option<&str>, usual: &str) -> Option<bool> {
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
}

async fn say(stream: &mut BufStream<Wire>, words: &str) -> Option<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}

async fn read_line(stream: &mut BufStream<Wire>) -> Option<String> {
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).await.ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
}

async fn read_message(stream: &mut BufStream<Wire>) -> Option<String> {
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
