//! The conversations of the mail server that misbehaves.

use std::{
    io,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::sink::{Act, Book, Stage};

/// The longest line that mail may have (RFC 5322), with its end.
const LONGEST_LINE: usize = 1000;

/// Takes every connection.
pub(super) async fn serve(listener: std::net::TcpListener, book: Arc<Book>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let book = book.clone();
        // Who hangs up ends the conversation, whichever side it is.
        tokio::spawn(async move { converse(stream, &book).await.is_ok() });
    }
}

async fn converse(stream: TcpStream, book: &Book) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut stream, mut line) = (BufReader::new(stream), Vec::new());
    let (mut to, mut act) = (String::new(), Act::Take);
    say(&mut stream, "220 sink ESMTP").await?;
    while read_line(&mut stream, &mut line).await? {
        match line.get(..4).unwrap_or_default() {
            b"MAIL" => {
                book.begin();
                let is_refused = book.refuses_all.load(Relaxed);
                say(&mut stream, if is_refused { "530 5.7.0 This account may not send" } else { "250 OK" }).await?;
            }
            b"RCPT" => {
                to = address_in(&line);
                act = book.call(&to);
                refused_at(&mut stream, act, Stage::Recipient, "250 OK").await?;
            }
            b"DATA" => {
                if matches!(act, Act::HangUp) {
                    return Ok(());
                }
                if !refused_at(&mut stream, act, Stage::Data, "354 Go on").await? {
                    end_message(&mut stream, book, &to, act).await?;
                }
            }
            b"QUIT" => return say(&mut stream, "221 Bye").await,
            _ => say(&mut stream, "250 OK").await?,
        }
    }
    Ok(())
}

/// Reads the message and answers it, or does not.
async fn end_message(stream: &mut BufReader<TcpStream>, book: &Book, to: &str, act: Act) -> io::Result<()> {
    let message = read_message(stream).await?;
    if matches!(act, Act::Refuse(Stage::Dot, _)) {
        return refused_at(stream, act, Stage::Dot, "").await.map(drop);
    }
    let is_silent = matches!(act, Act::TakeSilently);
    book.take(to, &message, is_silent)?;
    match is_silent {
        true => Err(io::ErrorKind::ConnectionAborted.into()),
        false => say(stream, "250 2.0.0 Taken").await,
    }
}

/// Says the plan's words if it is their place, else the usual ones; says which. After 421 the conversation is over.
async fn refused_at(stream: &mut BufReader<TcpStream>, act: Act, here: Stage, usual: &str) -> io::Result<bool> {
    let Act::Refuse(stage, words) = act else {
        say(stream, usual).await?;
        return Ok(false);
    };
    let is_refused = stage == here;
    say(stream, if is_refused { words } else { usual }).await?;
    match is_refused && words.starts_with("421") {
        true => Err(io::ErrorKind::ConnectionAborted.into()),
        false => Ok(is_refused),
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> io::Result<()> {
    stream.write_all(format!("{words}\r\n").as_bytes()).await
}

/// False at the end of the conversation.
async fn read_line(stream: &mut BufReader<TcpStream>, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    Ok(stream.read_until(b'\n', line).await? > 0)
}

/// A message as it came, without its final dot; one that breaks off was not taken.
async fn read_message(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let (mut message, mut line) = (Vec::new(), Vec::new());
    while read_line(stream, &mut line).await? {
        if line == b".\r\n" {
            return Ok(message);
        }
        message.extend_from_slice(&line);
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}

fn address_in(line: &[u8]) -> String {
    let line = String::from_utf8_lossy(line);
    let inside = line.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// What is wrong with a message by the rules of mail, if anything.
pub(super) fn flaw(message: &[u8]) -> Option<String> {
    let mut is_head = true;
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let Some(text) = line.strip_suffix(b"\r\n") else { return Some("a line without its end".into()) };
        is_head &= !text.is_empty();
        if line.len() > LONGEST_LINE {
            return Some(format!("a line of {} bytes", line.len()));
        }
        let is_odd = |byte: &u8| if is_head { !matches!(byte, b' '..=b'~' | b'\t') } else { matches!(byte, 0 | b'\r') };
        if let Some(byte) = text.iter().find(|byte| is_odd(byte)) {
            return Some(format!("a byte {byte:#04x} in {:?}", String::from_utf8_lossy(text)));
        }
        if is_head && text.to_ascii_lowercase().starts_with(b"bcc:") {
            return Some("a header that nobody wrote".into());
        }
    }
    None
}
