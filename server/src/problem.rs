//! What a program is told when its request cannot be done: problem+json (RFC 9457), and the one place where the
//! engine's errors become it. `code` is stable; `detail` and the fields' messages are for people.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::error::{FieldError, FieldErrors};
use engine::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// When to come back while the database is away, in seconds.
const AWAY: u64 = 5;

/// An answer that says what is wrong.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
    challenge: Option<&'static str>,
}

/// How it is written. `type` is always `about:blank`: `status` and `code` tell problems apart.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct Written<'a> {
    /// Always `about:blank`.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What is wrong, for people.
    detail: &'a str,
    /// What is wrong, for programs: a stable word.
    code: &'static str,
    /// Each wrong value; empty where it is none.
    errors: &'a [FieldError],
}

impl Problem {
    /// A problem with its stable word and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after: None, challenge: None }
    }

    /// No key came with the request.
    pub fn no_key() -> Self {
        let detail = "Send an API key: Authorization: Bearer <key>. Keys are made under Settings, API keys.";
        let challenge = Some("Bearer realm=\"Carillon\"");
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail) }
    }

    /// Nothing is kept at this path.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here, or it is another workspace's.")
    }

    fn wrong_key() -> Self {
        let challenge = Some("Bearer realm=\"Carillon\", error=\"invalid_token\"");
        let detail = "This API key does not exist, or it was revoked.";
        Self { challenge, ..Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail) }
    }

    fn invalid(FieldErrors(errors): FieldErrors) -> Self {
        let detail = FieldErrors(errors.clone()).to_string();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail) }
    }

    fn rate_limited(seconds: u64) -> Self {
        let detail = format!("Too many requests. Try again in {seconds} seconds.");
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail) }
    }

    fn unavailable() -> Self {
        let detail = "The database does not answer at the moment. Try again in a few seconds.";
        Self { retry_after: Some(AWAY), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail) }
    }

    /// Our fault; what it was is for the log only.
    pub fn internal() -> Self {
        let detail = "Something went wrong on our side. It has been written to the log.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The body.
    pub(crate) fn written(&self) -> Written<'_> {
        Written {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            errors: &self.errors,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(errors) => Self::invalid(errors),
            Error::NotFound => Self::not_found(),
            Error::Unauthenticated => Self::wrong_key(),
            Error::Forbidden => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", "The scopes of this key do not allow it.")
            }
            Error::Conflict { code, message } => Self::new(StatusCode::CONFLICT, code, message),
            Error::RateLimited { seconds } => Self::rate_limited(seconds),
            Error::Unavailable(source) => {
                tracing::warn!(error = &source as &dyn std::error::Error, "database away");
                Self::unavailable()
            }
            error @ Error::Internal { .. } => {
                tracing::error!(error = &error as &dyn std::error::Error, "request failed");
                Self::internal()
            }
        }
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::invalid(errors)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(self.written())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(error: Error) -> (u16, Option<String>, String) {
        let problem = Problem::from(error);
        let body = serde_json::to_string(&problem.written()).unwrap();
        let response = problem.into_response();
        let retry = response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), retry, body)
    }

    #[test]
    fn waiting_is_told_in_seconds() {
        let (status, retry, _) = answer(Error::RateLimited { seconds: 30 });
        assert_eq!((status, retry.as_deref()), (429, Some("30")));
        let (status, retry, _) = answer(Error::Unavailable(sqlx::Error::PoolTimedOut));
        assert_eq!((status, retry.as_deref()), (503, Some("5")));
    }

    #[test]
    fn what_went_wrong_inside_stays_inside() {
        let (status, _, body) = answer(Error::internal("key file", std::io::Error::other("/secret/path")));
        assert_eq!(status, 500);
        assert!(!body.contains("key file") && !body.contains("/secret"), "{body}");
    }

    #[test]
    fn a_conflict_has_its_own_word() {
        let (status, _, body) = answer(Error::conflict("last_admin", "A workspace needs an admin."));
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, 409);
        let expected = serde_json::json!({
            "type": "about:blank", "title": "Conflict", "status": 409, "detail": "A workspace needs an admin.",
            "code": "last_admin", "errors": [],
        });
        assert_eq!(body, expected);
    }
}
