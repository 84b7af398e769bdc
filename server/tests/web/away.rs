//! While the database is away the server stays and says so in words, to people and to programs.

use axum::http::Request;
use engine::{db::Db, testing::PASSWORD};
use serde_json::json;
use sqlx::postgres::PgConnectOptions;

use crate::{
    browser::Browser,
    site::{Files, Site, engine_on, router},
};

/// A server whose database is not there, reached over http.
fn server(files: &Files) -> Browser {
    let nowhere = PgConnectOptions::new_without_pgpass().socket("/nowhere/at/all").username("x").database("x");
    Browser::new(router(engine_on(Db::new(nowhere)), "http://carillon.example", files))
}

#[tokio::test]
async fn pages_say_so_and_come_back_by_themselves() {
    let files = Files::new();
    let mut browser = server(&files);
    for path in ["/", "/sign-in", "/campaigns", "/setup"] {
        let page = browser.get(path).await;
        page.says(503, "The database does not answer at the moment.");
        page.says(503, "http-equiv=\"refresh\"");
        assert_eq!(page.header("retry-after"), "5", "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    }
    assert_eq!(browser.get("/unsubscribe/garbage").await.status, 404, "a token's seal needs no database");
    assert_eq!(browser.get("/pkg/carillon.css").await.status, 200);
}

#[tokio::test]
async fn forms_and_programs_are_told_in_their_language() {
    let files = Files::new();
    let mut browser = server(&files);
    let fields = [("email", "nora@maple.example"), ("password", PASSWORD)];
    let called = browser.call("sign-in", &fields).await;
    assert_eq!((called.status, called.json()), (503, json!("Unavailable")));
    let sent = browser.submit("/_fn/sign-in", &fields).await;
    sent.says(503, "The database does not answer at the moment.");
    let request = Request::get("/api/v1/me").header("authorization", "Bearer ck_0123456789");
    let asked = browser.send(request, "").await;
    assert_eq!(asked.header("content-type"), "application/problem+json");
    assert_eq!((asked.status, asked.header("retry-after"), asked.json()["status"].as_u64()), (503, "5", Some(503)));
}

#[tokio::test]
async fn who_was_signed_in_is_told_the_same_and_stays_signed_in() {
    let site = Site::new().await;
    let here = site.signed_in(&["admin"]).await;
    let files = Files::new();
    let mut browser = server(&files);
    browser.cookies = here.cookies.clone();
    browser.get("/campaigns").await.says(503, "The database does not answer at the moment.");
    let called = browser.call("create-list", &[("name", "Customers")]).await;
    assert_eq!((called.status, called.json()), (503, json!("Unavailable")));
    let sent = browser.submit("/_fn/create-list", &[("name", "Customers")]).await;
    sent.says(503, "The database does not answer at the moment.");
    for path in ["/sign-out", "/sign-out-everywhere"] {
        assert_eq!(browser.submit(path, &[]).await.status, 503, "{path}");
    }
    assert_eq!(browser.cookies, here.cookies);
}

#[tokio::test]
async fn the_process_lives_and_is_not_ready() {
    let files = Files::new();
    let mut browser = server(&files);
    assert_eq!(browser.get("/health/live").await.status, 200);
    browser.get("/health/ready").await.says(503, "database not available");
    let site = Site::new().await;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(site.browser().get(path).await.status, 200, "{path}");
    }
}
