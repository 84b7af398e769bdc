//! What goes wrong and how it is told: always problem+json, with the right status, and what to do about it.

use axum::{
    body::Body,
    http::{Request, header},
};
use engine::testing::{Sink, TestWorkspace};
use serde_json::json;
use server::api;

use crate::client::{Client, Reply, ask, each, id, router};

async fn ask_with(here: &TestWorkspace, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().uri("/api/v1/lists");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    ask(&router(here), request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn without_a_key_nothing_opens() {
    let here = TestWorkspace::new().await;
    let reply = ask_with(&here, &[]).await;
    assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"Carillon\""));
    let expected = json!({
        "type": "about:blank", "title": "Unauthorized", "status": 401, "code": "unauthenticated", "errors": [],
        "detail": "Send an API key: Authorization: Bearer <key>. Keys are made under Settings, API keys.",
    });
    assert_eq!(reply.expect(401), expected);
    let secret = Client::of(&here).await.secret;
    for headers in [
        &[("cookie", format!("carillon={secret}; __Host-carillon={secret}"))][..],
        &[("authorization", secret.clone())],
        &[("authorization", "Bearer".into())],
        &[("authorization", "Bearer  ".into())],
        &[("authorization", format!("Basic {secret}"))],
        &[("x-api-key", secret.clone())],
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ask_with(&here, &headers).await.problem(401, "unauthenticated");
    }
    ask_with(&here, &[("authorization", &format!("bearer {secret}"))]).await.expect(200);
}

#[tokio::test]
async fn every_route_asks_for_a_key_before_anything_else() {
    let here = TestWorkspace::new().await;
    for route in api::routes() {
        let request = Request::builder().method(route.method.clone()).uri(format!("{}{}", api::ROOT, route.path));
        let request = request.header(header::AUTHORIZATION, "Bearer ck_live_nobody").body(Body::from("{")).unwrap();
        let reply = ask(&router(&here), request).await;
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"Carillon\", error=\"invalid_token\""));
        reply.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_revoked_key_ends_at_once() {
    let here = TestWorkspace::new().await;
    let admin = Client::of(&here).await;
    let fresh = admin.post("/api-keys", json!({"name": "Till", "scopes": ["read"]})).await.expect(201);
    let till = admin.showing(&fresh["secret"]);
    till.get("/lists").await.expect(200);
    admin.delete(&format!("/api-keys/{}", id(&fresh))).await.expect(204);
    till.get("/lists").await.problem(401, "unauthenticated");
    let keys = admin.get("/api-keys").await.expect(200);
    assert!(keys["data"][0]["revoked_at"].is_string() && keys["data"][0]["last_used_at"].is_string(), "{keys}");
}

#[tokio::test]
async fn every_wrong_field_is_told_at_once() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let contact = json!({"email": "nobody", "phone": "12", "consents": [{"channel": "pigeon", "source": "manual"}]});
    let expected = [
        ("phone", "invalid_phone"),
        ("email", "invalid_email"),
        ("consents.0.channel", "unknown"),
        ("consents.0.state", "required"),
    ];
    let problem = api.post("/contacts", contact).await.invalid(&expected);
    assert_eq!((&problem["title"], &problem["status"]), (&"Unprocessable Entity".into(), &422.into()));
    let told = problem["detail"].as_str().unwrap();
    assert!(told.contains("email: Not an e-mail address."), "{told}");
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_told_at_its_field() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let problem = api.post("/lists", json!({"name": 5})).await.invalid(&[("name", "wrong_type")]);
    assert_eq!(problem["errors"][0]["message"], "Invalid type: integer `5`, expected a string.");
    let contact = json!({"email": "a@b.co", "consents": [{"channel": "email"}, {"state": {}}]});
    api.post("/contacts", contact).await.invalid(&[("consents.1.state", "wrong_type")]);
    api.post("/contacts", json!({"lists": "all"})).await.invalid(&[("lists", "wrong_type")]);
    api.post("/providers", json!({"config": 5})).await.invalid(&[("config", "wrong_type")]);
    let campaign = json!({"name": "A", "content": {"email": {"subject": 5}}});
    api.post("/campaigns", campaign).await.invalid(&[("content.email", "wrong_type")]);
    api.post("/lists", json!(["Customers"])).await.invalid(&[("", "wrong_type")]);
    let null_character = json!({"email": "a@b.co", "custom": {"size": "\0"}});
    api.post("/contacts", null_character).await.invalid(&[("custom.size", "invalid")]);
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let api = Client::of(&TestWorkspace::new().await).await;
    api.post("/lists", json!({"name": "Customers", "colour": "red", "description": null})).await.expect(201);
}

#[tokio::test]
async fn what_is_no_json_is_refused_before_it_is_looked_at() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let post = async |kind: &str, body: Vec<u8>| {
        let request = api.request("POST", "/lists").header(header::CONTENT_TYPE, kind).body(Body::from(body));
        api.ask(request.unwrap()).await
    };
    let good = br#"{"name": "Customers"}"#.to_vec();
    for broken in [&b""[..], b"{", b"{\"name\": \"a\"", b"name=Customers", b"{\"name\": \"\xff\"}", b"{} {}"] {
        post("application/json", broken.to_vec()).await.problem(400, "malformed");
    }
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    post("application/json", deep).await.problem(400, "malformed");
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp"] {
        post(kind, good.clone()).await.problem(415, "unsupported_media_type");
    }
    let large = format!("{{\"name\": \"{}\"}}", "a".repeat(api::BODY_MAX));
    post("application/json", large.into_bytes()).await.problem(413, "too_large");
    let full = format!("{{\"name\": \"{}\"}}", "a".repeat(api::BODY_MAX - 12));
    assert_eq!(full.len(), api::BODY_MAX);
    post("application/json", full.into_bytes()).await.invalid(&[("name", "too_long")]);
    post("Application/JSON; charset=utf-8", good).await.expect(201);
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there() {
    let api = Client::of(&TestWorkspace::new().await).await;
    for path in ["/list", "/lists/", "", "/campaigns/x/y/z", "/providers/7"] {
        api.get(path).await.problem(404, "not_found");
    }
    let reply = api.delete("/lists").await;
    assert_eq!(reply.header("allow"), Some("GET,HEAD,POST"));
    reply.problem(405, "method_not_allowed");
    api.get("/campaigns/x/start").await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_page_that_is_not_there_is_told() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (sender, list) = (here.sender(&here.provider(&sink).await).await, here.list("Customers").await);
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    let api = Client::of(&here).await;
    let paged = [
        "/contacts".to_owned(),
        "/campaigns".into(),
        "/audit".into(),
        "/sandbox/messages".into(),
        format!("/lists/{list}/members"),
        format!("/campaigns/{campaign}/recipients"),
    ];
    for path in paged {
        for garbage in ["x", "%00", "-", "99999999999999999999", "%F0%9F%92%A9"] {
            api.get(&format!("{path}?cursor={garbage}")).await.invalid(&[("cursor", "invalid")]);
        }
        for garbage in ["x", "-1", "1.5", "99999999999"] {
            api.get(&format!("{path}?limit={garbage}")).await.invalid(&[("limit", "invalid")]);
        }
        api.get(&format!("{path}?search=%00")).await.invalid(&[("search", "invalid")]);
        for good in ["cursor=&limit=", "limit=0", "limit=1000000", "search=%25_%27%22", "page=3", "limit=2&limit=3"] {
            api.get(&format!("{path}?{good}")).await.expect(200);
        }
    }
    api.get("/campaigns?status=sleeping").await.invalid(&[("status", "unknown")]);
    let recipients = format!("/campaigns/{campaign}/recipients?status=sleeping");
    api.get(&recipients).await.invalid(&[("status", "unknown")]);
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    for n in 1..=5 {
        here.contact(&format!("p{n}@one.example"), &[]).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/contacts?limit=2&cursor={cursor}")).await.expect(200);
        seen.extend(each(&page, "email").into_iter().map(str::to_owned));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1].map(|n| format!("p{n}@one.example")));
}

#[tokio::test]
async fn while_the_database_is_away_it_says_when_to_come_back() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    here.engine.db.close().await;
    let reply = api.get("/lists").await;
    assert_eq!(reply.header("retry-after"), Some("5"));
    reply.problem(503, "unavailable");
}

#[tokio::test]
async fn our_own_faults_are_told_without_details() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    sqlx::query("alter table list rename to catalogue").execute(here.engine.db.owner()).await.unwrap();
    let problem = api.get("/lists").await.problem(500, "internal");
    assert_eq!(problem["detail"], "Something went wrong on our side. It has been written to the log.");
    assert!(!problem.to_string().contains("catalogue") && !problem.to_string().contains("relation"), "{problem}");
}

#[tokio::test]
async fn answers_are_not_kept_on_the_way() {
    let api = Client::of(&TestWorkspace::new().await).await;
    for path in ["/lists", "/nowhere", "/lists/7"] {
        assert_eq!(api.get(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
}
