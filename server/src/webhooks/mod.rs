//! Where providers report to (SPEC 10). No cookie is read and none is set: the signature is the right to be heard, or the
//! secret in the path. An answer of 2xx means that the report is kept for good; what is turned away is told in words, for
//! whoever looks into the provider's log.

mod bounces;
mod ses;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::webhook::Refusal;
use engine::{Engine, webhooks::Turned};

/// SNS sends 256 kB at the most; its envelope makes quotes longer.
const SES_MAX: usize = 640 * 1024;
/// What comes back may have the whole message in it.
const BOUNCE_MAX: usize = 2 * 1024 * 1024;
/// When to come again, in seconds.
const LATER: HeaderValue = HeaderValue::from_static("20");

/// The addresses.
pub fn router(engine: Engine) -> Router {
    let sns = Router::new()
        .route("/webhooks/ses", post(ses::any))
        .route("/webhooks/ses/{key}", post(ses::one))
        .layer(DefaultBodyLimit::max(SES_MAX));
    let mail =
        Router::new().route("/webhooks/bounces/{key}", post(bounces::one)).layer(DefaultBodyLimit::max(BOUNCE_MAX));
    sns.merge(mail).with_state(engine)
}

/// The answer to who reported something.
fn answer(taken: Result<(), Turned>) -> Response {
    let turned = match taken {
        Ok(()) => return StatusCode::OK.into_response(),
        Err(turned) => turned,
    };
    match turned {
        Turned::Away => {
            (StatusCode::NOT_FOUND, "No account here has this address or names this topic.").into_response()
        }
        Turned::Refused(Refusal::Unreadable) => (StatusCode::BAD_REQUEST, told(Refusal::Unreadable)).into_response(),
        Turned::Refused(why) => (StatusCode::FORBIDDEN, told(why)).into_response(),
        Turned::Later(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "a report was not kept: it comes again");
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, LATER)], "Not now. Send it again.").into_response()
        }
    }
}

fn told(why: Refusal) -> &'static str {
    match why {
        Refusal::BadSignature => "The signature is not good.",
        Refusal::ForeignCertificate => "The certificate or the address to confirm is not Amazon's.",
        Refusal::Old => "It was signed too long ago.",
        Refusal::WrongTopic => "The account does not name this topic.",
        Refusal::Unreadable => "It cannot be read.",
    }
}
