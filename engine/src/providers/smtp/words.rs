//! What went wrong with a connection, in words for whoever set the account up.

use std::{error::Error as _, io};

use domain::delivery::Outcome;
use lettre::transport::smtp::Error;
use rustls::CertificateError;

use super::interrupted;

/// What a failure before the message means: tried again, unless only a person can mend it.
pub(super) fn outcome(error: &Error) -> Outcome {
    if error.is_client() {
        // The one thing lettre refuses by itself here.
        let text = "The server offers no way to sign in that is known here (PLAIN or LOGIN).".to_owned();
        return Outcome::Pause { until_after: None, code: "auth".into(), text };
    }
    match io_error(error) {
        Some(error) => outcome_of_io(error),
        None => interrupted(of(error)),
    }
}

/// The same for a failure of the network.
pub(super) fn outcome_of_io(error: &io::Error) -> Outcome {
    match tls_error(error) {
        Some(rustls::Error::InvalidCertificate(wrong)) => {
            let text = format!("The server's certificate is not accepted: {}", of_certificate(wrong));
            Outcome::Pause { until_after: None, code: "certificate".into(), text }
        }
        _ => interrupted(of_io(error)),
    }
}

/// A server's refusal in its own words; a failure in ours.
pub(super) fn of(error: &Error) -> String {
    match (error.status(), io_error(error), error.source()) {
        (None, Some(error), _) => of_io(error),
        (None, None, Some(source)) if source.to_string() == "incomplete response" => of_io(&closed()),
        (None, None, Some(source)) => format!("The server's answer makes no sense: {source}."),
        (_, _, Some(source)) => source.to_string(),
        (_, _, None) => error.to_string(),
    }
}

fn closed() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

/// The failure of the network that is behind an error, which lettre wraps once or twice.
fn io_error(error: &Error) -> Option<&io::Error> {
    let mut next = error.source();
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn of_io(error: &io::Error) -> String {
    use io::ErrorKind::*;
    if let Some(error) = tls_error(error) {
        return format!("No TLS could be agreed on: {error}. Is this port's connection encrypted so?");
    }
    match error.kind() {
        ConnectionRefused => "Nothing answers on this port of the server.".into(),
        ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => "The server closed the connection.".into(),
        TimedOut => "The server did not answer in time.".into(),
        HostUnreachable | NetworkUnreachable | AddrNotAvailable => "No way leads to this server from here.".into(),
        _ => without_number(&error.to_string()),
    }
}

/// `Something happened (os error 111)` without the number.
fn without_number(text: &str) -> String {
    let words = text.split(" (os error").next().unwrap_or_default().trim_end_matches('.');
    format!("{words}.")
}

fn of_certificate(wrong: &CertificateError) -> String {
    match wrong {
        CertificateError::UnknownIssuer => {
            "nobody who is trusted here has signed it. If it comes from an authority of your own, give that \
             authority's certificate in this account's settings."
                .into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is made out to another host name than this account's.".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired.".into(),
        other => format!("{other}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_operating_system_are_for_nobody() {
        for number in [111, 104, 110, 113, 101, 13] {
            let text = of_io(&io::Error::from_raw_os_error(number));
            assert!(!text.contains("os error") && text.ends_with('.'), "{text}");
        }
    }
}
