//! What the links in messages lead to, for people who have no account here. No cookie and no origin is asked for: the
//! token is the right to do it.

use app::error::AppError;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::channel::{Channel, Purpose};
use engine::tracking;

use super::{Web, bare_page, context::trouble};

/// Unsubscribes: from the page's button, and from mail programs (RFC 8058), which get a plain 200.
pub(super) async fn unsubscribe(
    State(web): State<Web>,
    Path(token): Path<String>,
    page: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let from_page =
        body.is_empty() && headers.get(header::ACCEPT).is_some_and(|a| a.as_bytes().starts_with(b"text/html"));
    match tracking::unsubscribe(&web.engine, &token, None).await {
        Ok(()) | Err(engine::Error::NotFound) if from_page => Redirect::to(page.path()).into_response(),
        Ok(()) => StatusCode::OK.into_response(),
        Err(engine::Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}

/// Keeps what a person chose on the page of preferences.
pub(super) async fn prefer(State(web): State<Web>, Path(token): Path<String>, page: Uri, form: Bytes) -> Response {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&form).into_owned().collect();
    let done = match fields.iter().any(|(name, _)| name == "stop") {
        true => tracking::stop_all(&web.engine, &token, None).await,
        false => tracking::prefer(&web.engine, &token, &wanted(&fields), None).await,
    };
    match done {
        Ok(()) => Redirect::to(&format!("{}?done=saved", page.path())).into_response(),
        Err(engine::Error::NotFound) => Redirect::to(page.path()).into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}

/// The boxes that were ticked: `want=email.marketing`.
fn wanted(fields: &[(String, String)]) -> Vec<(Channel, Purpose)> {
    let ticked = fields.iter().filter(|(name, _)| name == "want").filter_map(|(_, word)| word.split_once('.'));
    ticked.filter_map(|(channel, purpose)| Some((Channel::from_word(channel)?, Purpose::from_word(purpose)?))).collect()
}

/// A message in a browser.
pub(super) async fn message(State(web): State<Web>, Path(token): Path<String>) -> Response {
    match tracking::message(&web.engine, &token).await {
        Ok(html) => app::preview::message(html),
        Err(engine::Error::NotFound) => {
            let text = match token.as_str() {
                tracking::TRIAL => "This link is of a test message. In a real one it shows the message itself.",
                _ => "It may have been cut off in your mail program, or the message is not kept any more.",
            };
            let page = bare_page("No message here", text, "");
            (StatusCode::NOT_FOUND, axum::response::Html(page)).into_response()
        }
        Err(error) => trouble(&AppError::from(error)),
    }
}
