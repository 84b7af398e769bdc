//! Before every route: whose key it is, whether that key may ask now, and whether it asked the same before.
//!
//! A `POST` with an `Idempotency-Key` is done once (DESIGN 8): who sends it again gets the first answer. What did nothing
//! because we were busy or failed is forgotten, so that it can be sent again with the same key.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::quota::{PER_MINUTE, Verdict};
use engine::{
    Engine,
    accounts::idempotency::{self, Known},
    secrets::sha256,
};
use serde_json::{Value, json};

use super::{Answer, BODY_MAX, Caller, input::is_json};
use crate::problem::Problem;

const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// Says that an answer is one of before.
const REPLAYED: &str = "idempotency-replayed";

/// Answers at once where nothing is to be done; else hands the request on with its [`Caller`].
pub(super) async fn gate(State(engine): State<Engine>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let caller = match Caller::authenticate(&parts, &engine).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let Some(key) = caller.actor.key() else { return Problem::no_key().into_response() };
    let verdict = engine.quotas.take(key, engine.clock.now());
    parts.extensions.insert(caller.clone());
    let mut response = match verdict.is_allowed {
        true => answer(&caller, Request::from_parts(parts, body), next).await.unwrap_or_else(Problem::into_response),
        false => Problem::from(engine::Error::RateLimited { seconds: verdict.retry_seconds }).into_response(),
    };
    tell(response.headers_mut(), verdict);
    response
}

/// What is left to the key, in every answer.
fn tell(headers: &mut HeaderMap, verdict: Verdict) {
    headers.insert("ratelimit-limit", HeaderValue::from(PER_MINUTE));
    headers.insert("ratelimit-remaining", HeaderValue::from(verdict.remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(verdict.reset_seconds));
}

async fn answer(caller: &Caller, request: Request, next: Next) -> Answer<Response> {
    let key = request.headers().get(IDEMPOTENCY_KEY).filter(|_| request.method() == Method::POST).cloned();
    let Some(key) = key else { return Ok(next.run(request).await) };
    // What is no text is no key; the engine says so.
    let key = key.to_str().unwrap_or_default();
    let (parts, body) = request.into_parts();
    let (hash, body) = hashed(&parts, body).await?;
    let known = idempotency::Request { actor: &caller.actor, key, hash: &hash };
    match idempotency::begin(&caller.engine, &known).await? {
        Known::Answered(kept) => replay(&kept).ok_or_else(Problem::internal),
        Known::First => {
            let response = next.run(Request::from_parts(parts, body)).await;
            keep(&caller.engine, &known, response).await
        }
    }
}

/// A hash of all that a request asks for. Files are not held in memory for it: their length stands for them.
async fn hashed(parts: &Parts, body: Body) -> Answer<(Vec<u8>, Body)> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    if !is_json(&parts.headers) && parts.headers.contains_key(header::CONTENT_TYPE) {
        let length = parts.headers.get(header::CONTENT_LENGTH).map_or(&b""[..], HeaderValue::as_bytes);
        return Ok((sha256(&[target.as_bytes(), b"\n", length].concat()), body));
    }
    let Ok(bytes) = to_bytes(body, BODY_MAX).await else {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 2 MiB."));
    };
    Ok((sha256(&[target.as_bytes(), b"\n", &bytes].concat()), Body::from(bytes)))
}

/// Keeps an answer for who sends the request again, unless nothing was done.
async fn keep(engine: &Engine, request: &idempotency::Request<'_>, response: Response) -> Answer<Response> {
    let did_nothing = response.status().is_server_error() || response.status() == StatusCode::TOO_MANY_REQUESTS;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let kept = match did_nothing {
        true => idempotency::forget(engine, request).await,
        false => idempotency::finish(engine, request, &written(parts.status, &parts.headers, &body)).await,
    };
    // It was done, and that is what the program must hear; sent again, it will be told that nobody knows.
    if let Err(error) = kept {
        tracing::warn!(error = &error as &dyn std::error::Error, "an answer could not be kept");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn written(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Value {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    json!({
        "status": status.as_u16(),
        "content_type": text(header::CONTENT_TYPE),
        "location": text(header::LOCATION),
        "body": BASE64_STANDARD.encode(body),
    })
}

fn replay(kept: &Value) -> Option<Response> {
    let status = StatusCode::from_u16(kept["status"].as_u64()?.try_into().ok()?).ok()?;
    let body = BASE64_STANDARD.decode(kept["body"].as_str()?).ok()?;
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, kept) in [(header::CONTENT_TYPE, &kept["content_type"]), (header::LOCATION, &kept["location"])] {
        if let Some(value) = kept.as_str().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Some(response)
}
