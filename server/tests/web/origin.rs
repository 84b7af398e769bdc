//! A change comes from our own pages only (DESIGN 5).

use axum::http::request::Builder;

use crate::{browser::form, site::Site};

/// What browsers say of a form on another site's page.
const FOREIGN: [&[(&str, &str)]; 4] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
];

fn with(request: Builder, headers: &[(&str, &str)]) -> Builder {
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn another_sites_form_changes_nothing() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for headers in FOREIGN {
        let request = with(form("/_fn/create-list").header("accept", "text/html"), headers);
        let refused = admin.send(request, "name=Planted").await;
        refused.says(403, "another site");
        assert!(refused.set_cookies().is_empty(), "{headers:?}");
    }
    admin.get("/lists").await.says(200, "No lists yet");
    for headers in [&[("origin", "http://carillon.example")][..], &[("sec-fetch-site", "same-origin")], &[]] {
        let name = format!("name=Own{}", headers.len());
        let made = admin.send(with(form("/_fn/create-list"), headers), &name).await;
        assert!(made.status == 200 || made.text.contains("taken"), "{headers:?}: {}", made.text);
    }
    admin.get("/lists").await.says(200, "Own1");
}

/// Everything in the console that changes something is a POST to one of these; `/unsubscribe/{token}` alone may come
/// from anywhere, for its token is the right to do it.
#[tokio::test]
async fn every_changing_route_is_guarded() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let plain = ["/theme", "/workspace", "/sign-out", "/sign-out-everywhere"].map(str::to_owned);
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect::<Vec<_>>();
    assert!(functions.len() > 40, "{functions:?}");
    for path in plain.into_iter().chain(functions) {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let request = with(form(&path).method(method), FOREIGN[0]);
            let refused = admin.send(request, "").await.status;
            assert!(refused == 403 || (refused == 405 && method != "POST"), "{method} {path}: {refused}");
        }
    }
    assert_eq!(admin.get("/").await.status, 200, "still signed in");
}

#[tokio::test]
async fn no_changing_route_answers_to_a_link() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for path in ["/workspace", "/sign-out", "/sign-out-everywhere", "/theme"] {
        let status = admin.get(path).await.status;
        assert!([404, 405].contains(&status), "{path}: {status}");
    }
    assert_eq!(admin.get("/").await.status, 200, "still signed in");
}
