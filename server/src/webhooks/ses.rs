//! Amazon SES, which reports through SNS.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use engine::{Engine, webhooks};

use super::answer;

/// To the address of all topics: the account is found by the topic.
pub(super) async fn any(State(engine): State<Engine>, headers: HeaderMap, body: Bytes) -> Response {
    answer(webhooks::ses(&engine, None, bare(&headers), &body).await)
}

/// To the address of one account.
pub(super) async fn one(
    State(engine): State<Engine>,
    Path(key): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(webhooks::ses(&engine, Some(&key), bare(&headers), &body).await)
}

/// The topic of an event that comes without its envelope ("raw message delivery").
fn bare(headers: &HeaderMap) -> Option<&str> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    text("x-amz-sns-rawdelivery").filter(|raw| *raw == "true")?;
    Some(text("x-amz-sns-topic-arn").unwrap_or_default())
}
