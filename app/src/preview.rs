//! A rendered message in a frame of its own: kept for ten minutes under an id that nobody can guess, and served with a
//! policy that lets mail have its inline styles and pictures and nothing else.

use axum::{
    http::{HeaderName, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use engine::{Engine, accounts::flash};

use crate::error::Answer;

/// What a message may do in its frame: be looked at. Our own pictures are the workspace's logo, also where this
/// installation is reached without TLS.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; font-src https: data:; \
                      sandbox; frame-ancestors 'self'";

/// What a message may do in a page of its own: be looked at, and its links followed.
const OPEN_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; font-src https: data:; \
                           sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'none'";

/// Answers with a message as a page of its own, which is its reader's alone.
pub fn message(html: String) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, OPEN_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-robots-tag"), "noindex"),
    ];
    (headers, Html(html)).into_response()
}

/// Keeps a message's HTML and says where a frame finds it.
pub async fn keep(html: &str) -> Answer<String> {
    let id = flash::keep(&crate::request::engine()?, &serde_json::json!({ "mail": html })).await?;
    Ok(format!("/previews/{id}"))
}

/// Answers a frame that asks for `/previews/{id}`.
pub async fn answer(engine: &Engine, id: &str, scheme: &str) -> Response {
    let kept = match id.parse() {
        Ok(id) => flash::find(engine, id).await.ok().flatten(),
        Err(_) => None,
    };
    match kept.as_ref().and_then(|kept| kept["mail"].as_str()) {
        Some(html) => in_frame(StatusCode::OK, as_on(html, scheme)),
        None => {
            let text = "This preview has lapsed. Ask for it again on its page.";
            in_frame(StatusCode::NOT_FOUND, text.to_owned())
        }
    }
}

/// A message for a frame on a page of ours.
pub fn in_frame(status: StatusCode, html: String) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(html)).into_response()
}

/// A message as a light or a dark screen shows it, whatever the screen is that it is looked at on.
pub fn as_on(html: &str, scheme: &str) -> String {
    let (dark, light) = match scheme {
        "dark" => ("(min-width:0)", "(max-width:0)"),
        "light" => ("(max-width:0)", "(min-width:0)"),
        _ => return html.to_owned(),
    };
    let mut html = html.to_owned();
    for (asked, answer) in [("dark", dark), ("light", light)] {
        for space in ["", " "] {
            html = html.replace(&format!("(prefers-color-scheme:{space}{asked})"), answer);
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_the_one_that_was_asked_for() {
        let html = "@media (prefers-color-scheme: dark){a{}} @media (prefers-color-scheme:light){b{}}";
        assert_eq!(as_on(html, "dark"), "@media (min-width:0){a{}} @media (max-width:0){b{}}");
        assert_eq!(as_on(html, "light"), "@media (max-width:0){a{}} @media (min-width:0){b{}}");
        assert_eq!(as_on(html, ""), html);
    }
}
