//! Server functions. With the script they answer JSON with a fitting status; a form that the browser sent by itself and
//! that is refused is kept for a while and shown again on its page, with what was typed and what is wrong.

use app::{error::AppError, form::Kept, pages::sign_in::local_path};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use engine::accounts::flash;

use super::{FORM_MAX, Web, context};

/// Runs the server function that the path names.
pub(super) async fn server_function(State(web): State<Web>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, FORM_MAX).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, "This form is too large.").into_response();
    };
    // The page that a plain form stands on, without what was kept before.
    let page = parts.headers.get(header::REFERER).and_then(|value| value.to_str().ok()).and_then(without_flash);
    let plain = accepts_html(&parts.headers) && is_form(&parts.headers);
    // As JSON is what the function answers a failure in, it is asked for JSON and the redirect made here.
    if plain {
        parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    }
    let action = parts.uri.path().to_owned();
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let answer = leptos_axum::handle_server_fns_with_context(context::provide, request).await.into_response();
    match plain {
        false => with_status(answer).await,
        true => after_plain_form(&web, answer, page, action, &body).await,
    }
}

/// A failure's own status instead of 500.
async fn with_status(answer: Response) -> Response {
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, FORM_MAX).await.unwrap_or_default();
    if let Some(error) = failure(&body) {
        parts.status = StatusCode::from_u16(error.status()).unwrap_or(parts.status);
    }
    Response::from_parts(parts, Body::from(body))
}

/// Where a browser goes that sent a form by itself: on when it worked, back to the form when it did not.
async fn after_plain_form(web: &Web, answer: Response, page: Option<String>, action: String, form: &[u8]) -> Response {
    let back = page.clone().unwrap_or_else(|| "/".into());
    if let Some(to) = answer.headers().get(header::LOCATION) {
        let to = to.to_str().unwrap_or("/").to_owned();
        return copy_cookies(&answer, Redirect::to(&to).into_response());
    }
    if answer.status().is_success() {
        return copy_cookies(&answer, Redirect::to(&back).into_response());
    }
    let body = to_bytes(answer.into_body(), FORM_MAX).await.unwrap_or_default();
    let error = failure(&body).unwrap_or(AppError::Internal);
    show_again(web, &back, action, typed(form), error).await
}

/// Leads back to the page of a form that was refused, which shows what was typed and what is wrong.
pub(super) async fn show_again(
    web: &Web,
    back: &str,
    action: String,
    fields: Vec<(String, String)>,
    error: AppError,
) -> Response {
    let page = back.split('?').next().unwrap_or("/").to_owned();
    let kept = Kept { page, action, fields, error };
    let Ok(kept) = serde_json::to_value(kept) else { return Redirect::to(back).into_response() };
    match flash::keep(&web.engine, &kept).await {
        Ok(id) => {
            let join = if back.contains('?') { '&' } else { '?' };
            Redirect::to(&format!("{back}{join}flash={id}")).into_response()
        }
        Err(error) => context::trouble(&AppError::from(error)),
    }
}

fn copy_cookies(from: &Response, mut to: Response) -> Response {
    for cookie in from.headers().get_all(header::SET_COOKIE) {
        to.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    to
}

fn failure(body: &[u8]) -> Option<AppError> {
    serde_json::from_slice(body).ok()
}

/// The fields of a form but for secrets: whatever is called so.
fn typed(form: &[u8]) -> Vec<(String, String)> {
    let fields = form_urlencoded::parse(form).into_owned();
    let is_secret = |name: &str| ["password", "secret", "token"].iter().any(|word| name.contains(word));
    fields.filter(|(name, _)| !is_secret(name)).collect()
}

pub(super) fn accepts_html(headers: &axum::http::HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

fn is_form(headers: &axum::http::HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// Path and query of a referer, without `flash`. A path that a browser would take for another site's is none.
fn without_flash(referer: &str) -> Option<String> {
    let uri: Uri = referer.parse().ok()?;
    if local_path(uri.path()) != uri.path() {
        return None;
    }
    let query =
        uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("flash="));
    let query = query.collect::<Vec<_>>().join("&");
    Some(if query.is_empty() { uri.path().to_owned() } else { format!("{}?{query}", uri.path()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_never_kept() {
        let kept =
            typed(b"name=A+B&password=x&config%5Bpassword%5D=y&new_password=z&token=t&config%5Bsecret_access_key%5D=k");
        assert_eq!(kept, [("name".to_owned(), "A B".to_owned())]);
    }

    #[test]
    fn a_form_leads_back_to_its_own_page() {
        assert_eq!(without_flash("http://x/lists?a=1&flash=abc"), Some("/lists?a=1".into()));
        assert_eq!(without_flash("http://x/lists?flash=abc"), Some("/lists".into()));
        assert_eq!(without_flash("http://x//evil.example/lists"), None);
    }
}
