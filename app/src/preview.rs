//! A rendered message in a frame of its own: kept for ten minutes under an id that nobody can guess, and served with a
//! policy that lets mail have its inline styles and pictures and nothing else.

use axum::{
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use engine::{Engine, accounts::flash};

use crate::error::Answer;

/// What a message may do in its frame: be looked at.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; font-src https: data:; \
                      sandbox; frame-ancestors 'self'";

/// Keeps a message's HTML and says where a frame finds it.
pub async fn keep(html: &str) -> Answer<String> {
    let id = flash::keep(&crate::request::engine()?, &serde_json::json!({ "mail": html })).await?;
    Ok(format!("/previews/{id}"))
}

/// Answers a frame that asks for `/previews/{id}`.
pub async fn answer(engine: &Engine, id: &str) -> Response {
    let kept = match id.parse() {
        Ok(id) => flash::find(engine, id).await.ok().flatten(),
        Err(_) => None,
    };
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    match kept.as_ref().and_then(|kept| kept["mail"].as_str()) {
        Some(html) => (headers, Html(html.to_owned())).into_response(),
        None => {
            let text = "This preview has lapsed. Ask for it again on its page.";
            (StatusCode::NOT_FOUND, headers, Html(text)).into_response()
        }
    }
}
