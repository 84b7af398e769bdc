//! Invitations, keys that end and are replaced, requests that come twice, programs that ask too often.

use axum::{body::Body, extract::ConnectInfo, http::Request};
use chrono::TimeDelta;
use domain::{access::Scope, quota::PER_MINUTE};
use engine::testing::{PASSWORD, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, Reply, ask, each, id, router};

async fn post_with_key(api: &Client, path: &str, key: &str, body: &Value) -> Reply {
    let request = api.request("POST", path).header("idempotency-key", key);
    let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
    api.ask(request.expect("a request")).await
}

#[tokio::test]
async fn somebody_is_invited_again_and_no_more() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let new = json!({"email": "ivo@maple.example", "roles": ["viewer"]});
    let reply = api.post("/invitations", new.clone()).await;
    let location = reply.header("location").map(str::to_owned);
    let fresh = reply.expect(201);
    let path = format!("/invitations/{}", id(&fresh));
    assert_eq!(location, Some(format!("/api/v1{path}")));
    assert_eq!((&fresh["delivery"], &fresh["sent_at"]), (&json!("no_sender"), &Value::Null));
    assert!(fresh["link"].as_str().unwrap().starts_with("https://carillon.example/invitation/"));
    let listed = api.get("/invitations").await.expect(200);
    let expected = json!({
        "id": fresh["id"], "email": "ivo@maple.example", "roles": ["viewer"], "invited_by": "API key Shop",
        "created_at": fresh["created_at"], "sent_at": null, "expires_at": fresh["expires_at"],
    });
    assert_eq!(listed["data"], json!([expected]), "the link is told once");
    api.post("/invitations", new).await.invalid(&[("email", "invited")]);
    api.post("/invitations", json!({})).await.invalid(&[("email", "required"), ("roles", "required")]);

    here.sender(&here.provider(&sink).await).await;
    let again = api.post(&format!("{path}/resend"), json!({})).await.expect(200);
    assert_eq!((&again["delivery"], again["sent_at"].is_string()), (&json!("sent"), true));
    assert_eq!(sink.recipients(), ["ivo@maple.example"]);
    api.delete(&path).await.expect(204);
    api.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_person_is_signed_out_everywhere() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let new = json!({"email": "ivo@maple.example", "password": PASSWORD, "roles": ["viewer"]});
    let ivo = id(&api.post("/users", new).await.expect(201));
    assert_eq!(api.delete(&format!("/users/{ivo}/sessions")).await.expect(200), json!({"ended": 0}));
}

#[tokio::test]
async fn a_key_ends_by_itself_and_one_that_is_replaced_works_for_another_day() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let refused = json!({"name": "Till", "scopes": ["read"], "expires_at": "2020-01-01"});
    api.post("/api-keys", refused).await.invalid(&[("expires_at", "past")]);
    let end = here.engine.clock.now() + TimeDelta::days(3);
    let new = json!({"name": "Till", "scopes": ["read"], "expires_at": end.to_rfc3339()});
    let first = api.post("/api-keys", new).await.expect(201);
    let path = format!("/api-keys/{}/rotate", id(&first));
    let second = api.post(&path, json!({})).await.expect(201);
    assert_eq!((&second["name"], &second["scopes"]), (&json!("Till"), &json!(["read"])));
    let (old, new) = (api.showing(&first["secret"]), api.showing(&second["secret"]));
    old.get("/lists").await.expect(200);
    new.get("/lists").await.expect(200);
    here.clock.advance(TimeDelta::hours(24));
    old.get("/lists").await.problem(401, "unauthenticated");
    api.post(&path, json!({})).await.problem(409, "ended");
    new.get("/lists").await.expect(200);
    here.clock.advance(TimeDelta::days(2));
    new.get("/lists").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_request_that_comes_twice_is_done_once() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = json!({"name": "Customers"});
    let first = post_with_key(&api, "/lists", "a-1", &list).await;
    assert_eq!(first.header("idempotency-replayed"), None);
    let location = first.header("location").map(str::to_owned);
    let first = first.expect(201);
    let again = post_with_key(&api, "/lists", "a-1", &list).await;
    assert_eq!(
        (again.header("idempotency-replayed"), again.header("location").map(str::to_owned)),
        (Some("true"), location)
    );
    assert_eq!(again.header("content-type"), Some("application/json"));
    assert_eq!(again.expect(201), first);
    assert_eq!(each(&api.get("/lists").await.expect(200), "name"), ["Customers"]);
    post_with_key(&api, "/lists", "a-1", &json!({"name": "Others"})).await.invalid(&[("Idempotency-Key", "reused")]);
    post_with_key(&api, "/api-keys", "a-1", &list).await.invalid(&[("Idempotency-Key", "reused")]);
    post_with_key(&api, "/lists", "a b", &list).await.invalid(&[("Idempotency-Key", "invalid")]);

    // A refusal is an answer too; a secret is told again to who asked for it.
    let wrong = json!({"name": ""});
    for _ in 0..2 {
        post_with_key(&api, "/lists", "a-2", &wrong).await.invalid(&[("name", "required")]);
    }
    let key = json!({"name": "Till", "scopes": ["read"]});
    let fresh = post_with_key(&api, "/api-keys", "a-3", &key).await.expect(201);
    assert_eq!(post_with_key(&api, "/api-keys", "a-3", &key).await.expect(201), fresh);
    // Without a key of that kind, or a day later, it is another request.
    api.post("/lists", json!({"name": "Others"})).await.expect(201);
    here.clock.advance(TimeDelta::hours(24));
    post_with_key(&api, "/lists", "a-1", &list).await.invalid(&[("name", "taken")]);
}

#[tokio::test]
async fn a_program_that_asks_too_often_is_told_when_to_come_back() {
    let here = TestWorkspace::new().await;
    let (api, other) = (Client::of(&here).await, Client::of(&here).await);
    let first = api.get("/me").await;
    assert_eq!(first.header("ratelimit-limit"), Some("3000"));
    assert_eq!(first.header("ratelimit-remaining"), Some("2999"));
    let key = engine::accounts::keys::authenticate(&here.engine, &api.secret, None).await.unwrap().key().unwrap();
    let now = here.engine.clock.now();
    for _ in 0..PER_MINUTE {
        here.engine.quotas.take(key, now);
    }
    let refused = api.get("/me").await;
    assert_eq!((refused.header("retry-after"), refused.header("ratelimit-remaining")), (Some("1"), Some("0")));
    refused.problem(429, "rate_limited");
    other.get("/me").await.expect(200);
    here.clock.advance(TimeDelta::seconds(1));
    api.get("/me").await.expect(200);
}

#[tokio::test]
async fn who_shows_many_wrong_keys_is_refused_for_a_while_and_a_right_one_never() {
    let here = TestWorkspace::new().await;
    let right = Client::of(&here).await.secret;
    let show = async |secret: &str, address: [u8; 4]| {
        let from: std::net::SocketAddr = (address, 50_000).into();
        let request = Request::get("/api/v1/me").header("authorization", format!("Bearer {secret}"));
        ask(&router(&here), request.extension(ConnectInfo(from)).body(Body::empty()).unwrap()).await
    };
    for _ in 0..20 {
        show("ck_live_guess", [192, 0, 2, 7]).await.problem(401, "unauthenticated");
    }
    let refused = show("ck_live_guess", [192, 0, 2, 7]).await;
    assert_eq!(refused.header("retry-after"), Some("30"));
    refused.problem(429, "rate_limited");
    show("ck_live_guess", [192, 0, 2, 8]).await.problem(401, "unauthenticated");
    show(&right, [192, 0, 2, 7]).await.expect(200);
}

#[tokio::test]
async fn the_log_is_filtered_and_exported_without_formulas() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let list = api.post("/lists", json!({"name": "=HYPERLINK(\"x\")"})).await.expect(201);
    api.post("/lists", json!({"name": "Customers"})).await.expect(201);
    let only = async |query: &str| {
        let log = api.get(&format!("/audit?{query}")).await.expect(200);
        each(&log, "subject_name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(only("action=list.").await, ["Customers", "=HYPERLINK(\"x\")"]);
    assert_eq!(only(&format!("subject={}", id(&list))).await, ["=HYPERLINK(\"x\")"]);
    assert_eq!(only("search=CUSTOM").await, ["Customers"]);
    let log = api.get("/audit?action=list.created").await.expect(200);
    let actor = log["data"][0]["actor_id"].as_str().unwrap().to_owned();
    assert_eq!(only(&format!("actor={actor}&limit=1")).await, ["Customers"]);
    assert!(only("from=2199-01-01").await.is_empty() && only("to=2020-01-01").await.is_empty());
    assert_eq!(only("from=2020-01-01&action=list.").await.len(), 2);
    let wrong = [("actor", "invalid"), ("from", "invalid"), ("to", "invalid")];
    api.get("/audit?actor=nora&from=x&to=y").await.invalid(&wrong);

    let (status, kind, text) = export(&here, &api, "action=list.").await;
    assert_eq!((status, &*kind), (200, "text/csv; charset=utf-8"));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "at,actor,address,action,subject_kind,subject_id,subject_name,detail");
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[2].contains(",\"'=HYPERLINK(\"\"x\"\")\","), "{text}");
    let exported = api.get("/audit?action=audit.exported").await.expect(200);
    assert_eq!(exported["data"][0]["detail"], json!({"action": "list."}));
}

/// Status, type and text of an export.
async fn export(here: &TestWorkspace, api: &Client, query: &str) -> (u16, String, String) {
    use http_body_util::BodyExt;
    use tower::ServiceExt;
    let request = api.request("GET", &format!("/audit/export?{query}")).body(Body::empty()).expect("an export");
    let (parts, body) = router(here).oneshot(request).await.expect("an export").into_parts();
    let text = String::from_utf8(body.collect().await.expect("an export").to_bytes().to_vec()).expect("an export");
    (parts.status.as_u16(), parts.headers["content-type"].to_str().expect("an export").to_owned(), text)
}

#[tokio::test]
async fn the_workspace_its_brand_and_its_logo_are_changed() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let change = json!({
        "name": "Maple Lane", "time_zone": "Europe/Rome",
        "brand": {"from_name": "Maple", "reply_to": "hello@maple.example", "colour": "#5B2A86"},
    });
    let changed = api.patch("/workspace", change).await.expect(200);
    assert_eq!((&changed["name"], &changed["slug"]), (&json!("Maple Lane"), &json!("maple-row")));
    assert_eq!(changed["brand"]["colour"], "#5b2a86");
    let wrong = json!({"name": "", "time_zone": "Mars", "brand": {"reply_to": "x", "colour": "red"}});
    let fields = [
        ("name", "required"),
        ("time_zone", "invalid_time_zone"),
        ("brand.reply_to", "invalid_email"),
        ("brand.colour", "invalid"),
    ];
    api.patch("/workspace", wrong).await.invalid(&fields);
    let logo = async |bytes: &'static [u8]| {
        api.ask(api.request("PUT", "/workspace/logo").body(Body::from(bytes)).unwrap()).await
    };
    let url = logo(b"\x89PNG\r\n\x1a\n").await.expect(200)["brand"]["logo_url"].clone();
    assert!(url.as_str().unwrap().starts_with("https://carillon.example/logo/"), "{url}");
    logo(b"<svg/>").await.invalid(&[("logo", "wrong_kind")]);
    assert_eq!(api.delete("/workspace/logo").await.expect(200)["brand"]["logo_url"], Value::Null);
}

#[tokio::test]
async fn a_senders_address_is_verified_by_a_code() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::with(&here, &[Scope::Manage]).await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let path = format!("/senders/{sender}");
    assert_eq!(api.get(&path).await.expect(200)["verified_at"], Value::Null);
    assert_eq!(api.post(&format!("{path}/code"), json!({})).await.expect(200), json!({"delivery": "sent"}));
    let code: String = sink.mails()[0].header("Subject").unwrap().chars().take(6).collect();
    let verify = format!("{path}/verify");
    api.post(&verify, json!({"code": "x"})).await.invalid(&[("code", "wrong")]);
    assert!(api.post(&verify, json!({"code": code})).await.expect(200)["verified_at"].is_string());
    api.post(&format!("{path}/code"), json!({})).await.expect(200);
}
