//! What a returned mail says of the address it was for (RFC 3463, 3464; PROVIDERS 4): the enhanced code is the word that
//! counts, for it means the same everywhere; the text beside it is for people.

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
        }
    }
}
