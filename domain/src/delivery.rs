//! How a call to a provider ended, and what is to be done about it (PROVIDERS 0).

use std::time::Duration;

/// Every call ends in exactly one of these.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The provider took the message and gave it this id.
    Accepted { provider_id: String },
    /// It will never take this message.
    Rejected { code: String, text: String },
    /// Nothing was sent; trying again is safe.
    Retry { after: Option<Duration>, code: String, text: String },
    /// The account itself is refused or at its limit: nobody else's message will fare better for now.
    Pause { code: String, text: String },
    /// The message was handed over and no answer came: it may have been sent.
    Unknown { text: String },
}

/// Reads an SMTP answer given before the message's final dot was sent: nothing was sent, whatever it says
/// (PROVIDERS 4). `stage` is where it was given.
pub fn smtp_answer(stage: SmtpStage, code: u16, text: &str) -> Outcome {
    let text = text.trim().to_owned();
    let code_text = enhanced_code(&text).map_or_else(|| code.to_string(), |enhanced| format!("{code} {enhanced}"));
    match (stage, code / 100) {
        (SmtpStage::Greeting, 5) => Outcome::Pause { code: code_text, text },
        (SmtpStage::Sender, 5) if matches!(code, 530 | 535) => Outcome::Pause { code: code_text, text },
        (_, 5) => Outcome::Rejected { code: code_text, text },
        _ => Outcome::Retry { after: None, code: code_text, text },
    }
}

/// Where in the conversation an SMTP answer was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SmtpStage {
    /// Connecting, greeting, TLS, signing in.
    Greeting,
    /// `MAIL FROM`.
    Sender,
    /// `RCPT TO`.
    Recipient,
    /// `DATA` and the message itself.
    Data,
}

/// The enhanced status code (RFC 3463) at the beginning of an answer's text: `5.1.1`.
fn enhanced_code(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    let parts: Vec<&str> = first.split('.').collect();
    let numeric = parts.len() == 3 && parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    numeric.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn smtp_answers_mean_what_providers_says() {
        let is = |stage, code, text: &str| smtp_answer(stage, code, text);
        assert!(matches!(is(SmtpStage::Greeting, 421, "busy"), Outcome::Retry { .. }));
        assert!(
            matches!(is(SmtpStage::Greeting, 535, "5.7.8 bad password"), Outcome::Pause { code, .. } if code == "535 5.7.8")
        );
        assert!(
            matches!(is(SmtpStage::Recipient, 550, "5.1.1 no such user"), Outcome::Rejected { code, .. } if code == "550 5.1.1")
        );
        assert!(matches!(is(SmtpStage::Recipient, 451, "greylisted"), Outcome::Retry { code, .. } if code == "451"));
        assert!(matches!(is(SmtpStage::Data, 554, "spam"), Outcome::Rejected { .. }));
        assert!(matches!(is(SmtpStage::Data, 452, "full"), Outcome::Retry { .. }));
    }
}
