//! What every answer carries and every change must come with (DESIGN 5): security headers, and a request that changes
//! something only from our own pages.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};

use super::bare_page;

/// Refuses a change that another site's page sends. Browsers say where a request comes from; programs, which say
/// nothing, have no cookie to misuse.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) || is_ours(&request) {
        return next.run(request).await;
    }
    let text = "This form was sent by a page of another site. Go back, load the page anew, and send it from there.";
    (StatusCode::FORBIDDEN, Html(bare_page("Refused", text, ""))).into_response()
}

fn is_ours(request: &Request) -> bool {
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            let host = header("host").or_else(|| request.uri().host());
            origin.split_once("://").is_some_and(|(_, from)| Some(from) == host)
        }
        (None, None) => true,
    }
}

/// Puts the headers on that every answer has; pages bring their own Content-Security-Policy with a nonce.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; frame-ancestors 'none'",
        ),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn post(headers: &[(&str, &str)]) -> Request {
        let mut request = Request::builder().method("POST").uri("/_fn/x");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn only_our_own_pages_may_send_forms() {
        assert!(is_ours(&post(&[("sec-fetch-site", "same-origin")])));
        assert!(is_ours(&post(&[("origin", "https://mail.example"), ("host", "mail.example")])));
        assert!(is_ours(&post(&[])));
        for foreign in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site"), ("origin", "https://mail.example"), ("host", "mail.example")],
            &[("origin", "https://evil.example"), ("host", "mail.example")],
            &[("origin", "null"), ("host", "mail.example")],
        ] {
            assert!(!is_ours(&post(foreign)), "{foreign:?}");
        }
    }
}
