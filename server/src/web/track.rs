//! What mail programs and recipients fetch by the links in messages (SPEC 10): the picture that tells of an opening, and
//! links that are followed. Asked without a cookie; what is recorded is written later, so nobody waits for it.

use app::error::AppError;
use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use engine::tracking::{self, Visitor};

use super::{Web, bare_page, context};

/// A transparent picture of one pixel.
const GIF: &[u8] = &[
    0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 0x01, 0x00, 0x01, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
    0x21, 0xf9, 0x04, 0x01, 0x00, 0x00, 0x00, 0x00, 0x2c, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x02,
    0x02, 0x44, 0x01, 0x00, 0x3b,
];
/// Each time anew, by nobody's leave from a store.
const FRESH: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache, must-revalidate, private, max-age=0"));
/// Search engines have no business here.
const UNLISTED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/track/open/{token}", get(open)).route("/track/click/{token}", get(click))
}

async fn open(State(web): State<Web>, Path(token): Path<String>, request: Parts) -> Response {
    tracking::opened(&web.engine, &token, &visitor(&request));
    let gif = (header::CONTENT_TYPE, HeaderValue::from_static("image/gif"));
    let old = (header::EXPIRES, HeaderValue::from_static("0"));
    let pragma = (header::PRAGMA, HeaderValue::from_static("no-cache"));
    ([gif, FRESH, old, pragma, UNLISTED], GIF).into_response()
}

async fn click(State(web): State<Web>, Path(token): Path<String>, request: Parts) -> Response {
    match tracking::clicked(&web.engine, &token, &visitor(&request)).await {
        Ok(target) => match HeaderValue::from_str(&target) {
            Ok(target) => (StatusCode::FOUND, [(header::LOCATION, target), FRESH, UNLISTED]).into_response(),
            Err(_) => unknown(),
        },
        Err(engine::Error::NotFound) => unknown(),
        Err(error) => context::trouble(&AppError::from(error)),
    }
}

/// No link of a message: never a way to anywhere else.
fn unknown() -> Response {
    let text = "It may have been cut off in your mail program, or the message is not kept any more. \
                Go back to the message and follow the link there, or write to whoever sent it.";
    let page = bare_page("This link does not work", text, "");
    (StatusCode::NOT_FOUND, [FRESH, UNLISTED], Html(page)).into_response()
}

fn visitor(request: &Parts) -> Visitor {
    let agent = request.headers.get(header::USER_AGENT).map(|agent| String::from_utf8_lossy(agent.as_bytes()));
    Visitor {
        address: context::address(request),
        agent: agent.unwrap_or_default().into_owned(),
        head: request.method == Method::HEAD,
    }
}
