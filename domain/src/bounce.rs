//! What a returned mail says of the address it was for (RFC 3463, 3464; PROVIDERS 4): the enhanced code is the word that
//! counts, for it means the same everywhere; the text beside it is for people.

use serde_json::{Map, Value};

use crate::receipt::Happened;

/// What a report says happened to a message, by its action and its codes. None when it says nothing about delivery.
pub fn judged(action: &str, status: &str, diagnostic: &str) -> Option<Happened> {
    match action.trim().to_ascii_lowercase().as_str() {
        "failed" => Some(Happened::Bounced { hard: is_hard(status, diagnostic) }),
        "delayed" => Some(Happened::Delayed),
        "delivered" => Some(Happened::Delivered),
        // Handed to somebody who reports nothing: it is no more than accepted.
        "relayed" | "expanded" => Some(Happened::Taken),
        _ => None,
    }
}

/// Whether the address will refuse every other message, too. A general code says nothing, and then what the server itself
/// had said is asked.
pub fn is_hard(status: &str, diagnostic: &str) -> bool {
    let said = enhanced(status).filter(|(class, subject, detail)| *class != 5 || (*subject, *detail) != (0, 0));
    match said.or_else(|| enhanced(diagnostic)) {
        // The sender's address, not the recipient's.
        Some((5, 1, 7 | 8)) => false,
        // No such mailbox, no such domain, moved; a mailbox that was closed.
        Some((5, 1, _) | (5, 2, 1)) => true,
        Some((5, 0, 0)) | None => says_no_such_address(diagnostic),
        Some(_) => false,
    }
}

/// The code by which messages that came back for the same reason are told together, in the form in which a mail server
/// answers at once: `550 5.1.1`. None where there is no number.
pub fn code(status: &str, diagnostic: &str) -> Option<String> {
    let is_general = |code: &(u16, u16, u16)| (code.1, code.2) == (0, 0);
    let said = enhanced(status).filter(|code| !is_general(code)).or_else(|| enhanced(diagnostic));
    let enhanced =
        said.or_else(|| enhanced(status)).map(|(class, subject, detail)| format!("{class}.{subject}.{detail}"));
    let mut words = diagnostic.split(|c: char| c.is_whitespace() || matches!(c, ';' | '-' | ':'));
    let is_reply = |word: &&str| matches!(word.as_bytes(), [b'4' | b'5', b'0'..=b'9', b'0'..=b'9']);
    let both: Vec<_> = words.find(is_reply).map(str::to_owned).into_iter().chain(enhanced).collect();
    Some(both.join(" ")).filter(|code| !code.is_empty())
}

/// What was said, by what is kept with an event: the receiving server's words, else the provider's.
pub fn words(detail: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| detail.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let server = ["diagnostic", "reason", "answer"].into_iter().find_map(text);
    let kinds = [["bounce_type", "bounce_sub_type"], ["feedback_type", "complaint_sub_type"], ["delay_type", ""]];
    let kind = || kinds.map(|names| names.into_iter().filter_map(text).collect::<Vec<_>>().join(", "));
    match server {
        Some(said) => Some(bare(said).to_owned()),
        None => kind().into_iter().find(|kind| !kind.is_empty()),
    }
}

/// Without the word for the protocol in front: `smtp; 550 …`.
fn bare(said: &str) -> &str {
    match said.split_once(';') {
        Some((kind, rest)) if kind.trim().eq_ignore_ascii_case("smtp") => rest.trim(),
        _ => said,
    }
}

/// The first enhanced code in a text: class, subject, detail.
fn enhanced(text: &str) -> Option<(u16, u16, u16)> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words.filter(|word| matches!(word.as_bytes(), [b'2' | b'4' | b'5', b'.', ..])).find_map(|word| {
        let mut parts = word.trim_end_matches('.').split('.');
        let code = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
        parts.next().is_none().then_some(code)
    })
}

fn number(part: &str) -> Option<u16> {
    (1..=3).contains(&part.len()).then(|| part.parse().ok()).flatten()
}

/// Of servers that know no enhanced codes: 550 and 551 to the recipient, with words that say that there is nobody.
fn says_no_such_address(diagnostic: &str) -> bool {
    let text = diagnostic.to_ascii_lowercase();
    let refused = text.split(|c: char| !c.is_ascii_digit()).any(|word| matches!(word, "550" | "551" | "553"));
    let words = [
        "user unknown",
        "unknown user",
        "no such user",
        "does not exist",
        "doesn't exist",
        "unknown recipient",
        "recipient unknown",
        "no mailbox",
        "mailbox not found",
        "unrouteable address",
        "no such recipient",
        "invalid recipient",
        "mailbox unavailable",
    ];
    refused && words.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_enhanced_code_decides_and_the_text_only_where_there_is_none() {
        for (status, diagnostic) in [
            ("5.1.1", ""),
            ("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
            ("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is inactive"),
            ("5.0.0", "smtp; 550 5.1.1 <ada@one.example>: Recipient address rejected: User unknown"),
            ("5.0.0", "smtp; 550 No such user here"),
            ("", "smtp; 551 User unknown"),
        ] {
            assert!(is_hard(status, diagnostic), "{status} {diagnostic}");
        }
        for (status, diagnostic) in [
            ("5.2.2", "smtp; 552 5.2.2 mailbox full: user unknown to be reading it"),
            ("5.7.1", "smtp; 550 5.7.1 Service unavailable, client host blocked"),
            ("5.1.8", "smtp; 550 5.1.8 Sender address rejected: Domain not found"),
            ("4.4.7", "smtp; 550 4.4.7 QUEUE.Expired; message expired"),
            ("5.0.0", "smtp; 550 Message rejected as spam"),
            ("5.0.0", "smtp; 554 no such user"),
            ("", ""),
        ] {
            assert!(!is_hard(status, diagnostic), "{status} {diagnostic}");
        }
    }

    #[test]
    fn what_came_back_for_the_same_reason_has_the_same_code() {
        for (status, diagnostic, expected) in [
            ("5.1.1", "smtp; 550 5.1.1 <ada@one.example>: User unknown", Some("550 5.1.1")),
            ("5.0.0", "smtp;550-5.1.1 The account does not exist", Some("550 5.1.1")),
            ("5.0.0", "smtp; 554 no", Some("554 5.0.0")),
            ("4.2.2", "", Some("4.2.2")),
            ("", "host mx.one.example said: 552 full", Some("552")),
            ("", "gone for good", None),
            ("", "", None),
        ] {
            assert_eq!(code(status, diagnostic).as_deref(), expected, "{status} {diagnostic}");
        }
    }

    #[test]
    fn what_was_said_is_the_servers_words_else_the_providers() {
        let said = |detail: Value| words(detail.as_object().expect("an object"));
        let both = serde_json::json!({"diagnostic": "smtp; 550 5.1.1 Unknown", "bounce_type": "Permanent"});
        assert_eq!(said(both).as_deref(), Some("550 5.1.1 Unknown"));
        let kind = serde_json::json!({"bounce_type": "Transient", "bounce_sub_type": "General", "ip": "192.0.2.1"});
        assert_eq!(said(kind).as_deref(), Some("Transient, General"));
        assert_eq!(said(serde_json::json!({"reason": "Bad content"})).as_deref(), Some("Bad content"));
        assert_eq!(said(serde_json::json!({"agent": "x"})), None);
    }

    #[test]
    fn actions_are_what_happened() {
        assert_eq!(judged(" Failed ", "5.1.1", ""), Some(Happened::Bounced { hard: true }));
        assert_eq!(judged("failed", "4.2.2", ""), Some(Happened::Bounced { hard: false }));
        assert_eq!(judged("delayed", "4.4.1", ""), Some(Happened::Delayed));
        assert_eq!(judged("delivered", "2.0.0", ""), Some(Happened::Delivered));
        assert_eq!(judged("relayed", "2.0.0", ""), Some(Happened::Taken));
        assert_eq!(judged("displayed", "", ""), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(action in ".{0,20}", status in "[0-9.]{0,12}|.{0,20}", diagnostic in ".{0,80}") {
            judged(&action, &status, &diagnostic);
            is_hard(&status, &diagnostic);
            code(&status, &diagnostic);
        }
    }
}
