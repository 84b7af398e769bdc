//! A message read back from its bytes, as a mail program reads it.

use domain::sandbox::{Header, Mail, MailLine};
use mail_parser::MessageParser;

/// What a mail program would show of it. What is no mail at all is shown as plain text.
pub(super) fn read(line: MailLine, raw: &[u8]) -> Mail {
    let Some(message) = MessageParser::new().parse(raw) else {
        return Mail {
            line,
            headers: Vec::new(),
            html: String::new(),
            text: String::from_utf8_lossy(raw).into_owned(),
        };
    };
    let headers = message.headers_raw().map(|(name, value)| Header { name: name.into(), value: unfolded(value) });
    let headers = headers.collect();
    let text =
        |body: Option<std::borrow::Cow<'_, str>>| body.map(|body| body.replace("\r\n", "\n")).unwrap_or_default();
    let (html, text) = (text(message.body_html(0)), text(message.body_text(0)));
    Mail { line, headers, html, text }
}

/// A header's value on one line.
fn unfolded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use domain::id::MailId;

    use super::*;

    fn line() -> MailLine {
        MailLine {
            id: MailId(uuid::Uuid::nil()),
            message_id: "m".into(),
            from: "nora@maple.example".into(),
            to: "ada@one.example".into(),
            subject: "Hello".into(),
            at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn both_bodies_and_all_headers_are_read() {
        let raw = b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nList-Unsubscribe:\r\n <https://x.example/u>\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Gr=C3=BC=C3=9Fe\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p>\r\n--b--\r\n";
        let mail = read(line(), raw);
        assert_eq!((mail.text.trim(), mail.html.trim()), ("Gr\u{fc}\u{df}e", "<p>Hi</p>"));
        let unsubscribe = mail.headers.iter().find(|header| header.name == "List-Unsubscribe").unwrap();
        assert_eq!(unsubscribe.value, "<https://x.example/u>");
    }

    #[test]
    fn what_is_no_mail_is_shown_as_it_is() {
        assert_eq!(read(line(), b"").text, "");
    }
}
