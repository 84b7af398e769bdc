//! From what a person reads to the bytes of their message: both parts, and the headers that mail programs act on.

use chrono::{DateTime, Utc};
use domain::template::Preview;
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use crate::{Error, Result};

/// What stands on the outside of a message.
pub(crate) struct Letter<'a> {
    /// Whom it comes from.
    pub(crate) from: &'a Mailbox,
    /// Where answers go, where that is somewhere else.
    pub(crate) reply_to: Option<&'a Mailbox>,
    /// Whom it goes to.
    pub(crate) to: &'a Address,
    /// Its public id. The same message always has the same Message-ID, so that a mail system that gets it twice can tell.
    pub(crate) id: &'a str,
    /// Where one click unsubscribes.
    pub(crate) unsubscribe: &'a str,
    /// When it is written.
    pub(crate) at: DateTime<Utc>,
}

/// The whole message. Mail programs offer to unsubscribe by the headers of RFC 8058.
pub(crate) fn bytes(letter: &Letter<'_>, mail: Preview) -> Result<Vec<u8>> {
    let message = Message::builder()
        .from(letter.from.clone())
        .to(Mailbox::new(None, letter.to.clone()))
        .subject(mail.subject)
        .message_id(Some(format!("<{}@{}>", letter.id, letter.from.email.domain())))
        .date(letter.at.into())
        .raw_header(header("List-Unsubscribe", format!("<{}>", letter.unsubscribe)))
        .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
    let message = match letter.reply_to {
        Some(reply_to) => message.reply_to(reply_to.clone()),
        None => message,
    };
    // Left out, it would be read out of the headers again.
    let envelope = Envelope::new(Some(letter.from.email.clone()), vec![letter.to.clone()]);
    let message = message.envelope(envelope.map_err(|error| Error::internal("an envelope", error))?);
    let message = message.multipart(MultiPart::alternative_plain_html(crlf(&mail.text), crlf(&mail.html)));
    Ok(message.map_err(|error| Error::internal("a message", error))?.formatted())
}

/// Lines end as mail has it. (The library would do so, too, moving all that follows for each line.)
fn crlf(text: &str) -> String {
    let (mut made, mut done) = (String::with_capacity(text.len() + text.len() / 16), 0);
    for at in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = &text[done..at];
        made.push_str(line.strip_suffix('\r').unwrap_or(line));
        made.push_str("\r\n");
        done = at + 1;
    }
    made.push_str(&text[done..]);
    made
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_mail_has_it_however_they_were_written() {
        for (written, mailed) in [
            ("", ""),
            ("a", "a"),
            ("a\nb\r\nc\n", "a\r\nb\r\nc\r\n"),
            ("\n\n", "\r\n\r\n"),
            ("é\r\n", "é\r\n"),
            ("a\rb", "a\rb"),
        ] {
            assert_eq!(crlf(written), mailed);
        }
    }
}
