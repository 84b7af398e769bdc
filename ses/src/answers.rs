//! What an answer of SES, or its missing, means (PROVIDERS 1.5).

use std::error::Error;

use aws_sdk_sesv2::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};
use domain::delivery::{Outcome, QUOTA_REST, is_quota_used_up, is_too_fast};
use hyper_util::client::legacy;

/// What a call that failed means for its message. `sender` is whom the message comes from.
pub(crate) fn outcome<E>(error: &SdkError<E, HttpResponse>, sender: &str) -> Outcome
where
    E: Error + ProvideErrorMetadata + 'static,
{
    match error {
        SdkError::ServiceError(refused) => {
            let (told, status) = (refused.err(), refused.raw().status().as_u16());
            answered(status, told.code().unwrap_or_default(), told.message().unwrap_or_default(), sender)
        }
        SdkError::ConstructionFailure(_) => {
            let text = "The call to SES could not be made: check region, access key and endpoint.".to_owned();
            Outcome::Pause { until_after: None, code: "settings".into(), text }
        }
        SdkError::DispatchFailure(_) if was_never_connected(error) => {
            let text = "SES could not be reached.".to_owned();
            Outcome::Retry { after: None, code: "connection".into(), text }
        }
        SdkError::TimeoutError(_) => unknown("SES did not answer in time."),
        SdkError::DispatchFailure(_) => unknown("The connection to SES broke before it answered."),
        _ => unknown("The answer of SES makes no sense."),
    }
}

/// Whether it failed before there was a connection that anything could have been written to.
fn was_never_connected(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect) {
            return true;
        }
        next = error.source();
    }
    false
}

fn unknown(text: &str) -> Outcome {
    Outcome::Unknown { text: text.into() }
}

/// Reads an answer: its HTTP status, the name of the error, and what is said about it.
fn answered(status: u16, name: &str, said: &str, sender: &str) -> Outcome {
    let (code, text) = (code(status, name), words(status, name, said));
    let pause = |until_after| Outcome::Pause { until_after, code: code.clone(), text: text.clone() };
    if is_quota_used_up(said) {
        return pause(Some(QUOTA_REST));
    }
    match name {
        // Which class is raised for the rate is not the same everywhere; they all mean that nothing was sent.
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" => {
            Outcome::SlowDown { after: None, code, text }
        }
        "LimitExceededException" if is_too_fast(said) => Outcome::SlowDown { after: None, code, text },
        "LimitExceededException" => pause(Some(QUOTA_REST)),
        // What is wrong with the account is wrong for every message.
        "SendingPausedException"
        | "AccountSuspendedException"
        | "MailFromDomainNotVerifiedException"
        | "NotFoundException" => pause(None),
        "MessageRejected" if is_sender_unverified(said, sender) => pause(None),
        _ => match status {
            401 | 403 | 404 => pause(None),
            408 => Outcome::Retry { after: None, code, text },
            429 => Outcome::SlowDown { after: None, code, text },
            400..=499 => Outcome::Rejected { code, text },
            _ => Outcome::Unknown { text },
        },
    }
}

/// An address that is not verified is the sender's, or with a new account the recipient's: SES names it.
fn is_sender_unverified(said: &str, sender: &str) -> bool {
    let domain = sender.rsplit('@').next().unwrap_or_default();
    said.contains("not verified") && !domain.is_empty() && said.to_lowercase().contains(&domain.to_lowercase())
}

fn code(status: u16, name: &str) -> String {
    if name.is_empty() { status.to_string() } else { name.to_owned() }
}

fn words(status: u16, name: &str, said: &str) -> String {
    match (said, name) {
        ("", "") => format!("SES answered with status {status}."),
        ("", name) => format!("SES answered: {name}."),
        (said, _) => said.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_mean_what_providers_says() {
        let is = |status, name: &str, said: &str| answered(status, name, said, "nora@maple.example");
        for (name, said) in [
            ("TooManyRequestsException", ""),
            ("ThrottlingException", "Maximum sending rate exceeded."),
            ("LimitExceededException", "Maximum sending rate exceeded."),
        ] {
            assert!(matches!(is(400, name, said), Outcome::SlowDown { .. }), "{name} {said}");
        }
        for (name, said) in [
            ("ThrottlingException", "Daily message quota exceeded."),
            ("LimitExceededException", "Sending quota exceeded."),
            ("LimitExceededException", ""),
        ] {
            assert!(matches!(is(400, name, said), Outcome::Pause { until_after: Some(_), .. }), "{name} {said}");
        }
        for (status, name) in [
            (400, "SendingPausedException"),
            (400, "AccountSuspendedException"),
            (400, "MailFromDomainNotVerifiedException"),
            (404, "NotFoundException"),
            (403, "InvalidClientTokenId"),
            (403, "AccessDeniedException"),
        ] {
            assert!(matches!(is(status, name, ""), Outcome::Pause { until_after: None, .. }), "{name}");
        }
        assert!(
            matches!(is(400, "MessageRejected", "Bad content"), Outcome::Rejected { code, .. } if code == "MessageRejected")
        );
        assert!(matches!(is(400, "BadRequestException", "x"), Outcome::Rejected { .. }));
        assert!(matches!(is(500, "InternalServiceErrorException", "x"), Outcome::Unknown { .. }));
        assert!(matches!(is(503, "", ""), Outcome::Unknown { .. }));
    }

    #[test]
    fn an_unverified_sender_stops_all_and_an_unverified_recipient_one() {
        let said = |who: &str| {
            format!("Email address is not verified. The following identities failed the check in region X: {who}")
        };
        let is = |who: &str| answered(400, "MessageRejected", &said(who), "nora@maple.example");
        assert!(matches!(is("Nora <nora@maple.example>"), Outcome::Pause { until_after: None, .. }));
        assert!(matches!(is("ada@one.example"), Outcome::Rejected { .. }));
    }
}
