//! What every answer carries.

use axum::http::Request;

use crate::{browser::Page, site::Site};

fn nonce(page: &Page) -> String {
    let policy = page.header("content-security-policy");
    let rest = policy.split("script-src 'nonce-").nth(1).unwrap_or_else(|| panic!("no nonce: {policy}"));
    rest.split('\'').next().expect("its end").to_owned()
}

#[tokio::test]
async fn every_page_has_a_policy_with_a_fresh_nonce_that_its_scripts_bear() {
    let site = Site::new().await;
    let (mut admin, mut nobody) = (site.signed_in(&["admin"]).await, site.browser());
    let mut nonces = Vec::new();
    for page in [
        nobody.get("/sign-in").await,
        nobody.get("/sign-in").await,
        nobody.get("/unsubscribe/garbage").await,
        admin.get("/").await,
        admin.get("/templates/new").await,
        admin.get("/nowhere").await,
    ] {
        let nonce = nonce(&page);
        let scripts: Vec<_> =
            page.text.split("<script").skip(1).map(|script| script.split('>').next().unwrap()).collect();
        assert!(!scripts.is_empty());
        for script in scripts {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{script}");
        }
        assert!(!page.text.contains(" onclick=") && !page.text.contains("javascript:"));
        assert!(!page.header("content-security-policy").contains("unsafe-inline"));
        assert_eq!(page.header("cache-control"), "no-store");
        nonces.push(nonce);
    }
    let count = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), count, "each request has its own");
}

#[tokio::test]
async fn every_answer_is_kept_out_of_frames_and_guesses() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    for (path, status) in [
        ("/", 200),
        ("/nowhere", 404),
        ("/sign-in", 303),
        ("/pkg/carillon.css", 200),
        ("/pkg/nothing.js", 404),
        ("/robots.txt", 200),
        ("/_fn/fly", 400),
    ] {
        let page = admin.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
    }
}

#[tokio::test]
async fn files_are_asked_for_again_and_not_sent_again() {
    let site = Site::new().await;
    let mut nobody = site.browser();
    let file = nobody.get("/pkg/carillon.css").await;
    file.says(200, "color");
    assert_eq!(file.header("cache-control"), "no-cache");
    assert!(file.header("content-type").starts_with("text/css"), "{:?}", file.headers);
    assert!(file.set_cookies().is_empty());
    let changed = file.header("last-modified");
    let again = nobody.send(Request::get("/pkg/carillon.css").header("if-modified-since", changed), "").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    for path in ["/pkg/../robots.txt", "/pkg/%2e%2e/robots.txt", "/pkg/..%2frobots.txt", "/pkg/"] {
        assert_ne!(nobody.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_preview_is_shown_to_those_signed_in_and_locked_into_its_frame() {
    let site = Site::new().await;
    let mut admin = site.signed_in(&["admin"]).await;
    let fields = [("subject", "News"), ("html", "<p>Dear <b>friends</b><script>alert(1)</script></p>")];
    let shown = admin.call("preview-template", &fields).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    let src = shown.json()["src"].as_str().unwrap().to_owned();
    let frame = admin.get(&src).await;
    frame.says(200, "<b>friends</b>");
    let policy = frame.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("; sandbox;"), "{policy}");
    assert!(!policy.contains("script-src") && !policy.contains("allow-scripts"), "{policy}");
    assert_eq!((frame.header("x-frame-options"), frame.header("cache-control")), ("SAMEORIGIN", "no-store"));

    let outside = site.browser().get(&src).await;
    assert!(outside.status == 404 && !outside.text.contains("friends"));
    for id in ["018f0000-0000-7000-8000-000000000000", "nonsense"] {
        admin.get(&format!("/previews/{id}")).await.says(404, "lapsed");
    }
}
