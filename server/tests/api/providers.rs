//! Provider accounts and senders.

use engine::testing::{Answer, Phase, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, each, id};

fn provider(sink: &Sink, name: &str) -> Value {
    let config = json!({"host": "127.0.0.1", "port": sink.port(), "tls": "none", "username": "nora", "password": "pw"});
    json!({"channel": "email", "kind": "smtp", "name": name, "config": config})
}

#[tokio::test]
async fn a_password_goes_in_and_never_comes_out() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let reply = api.post("/providers", provider(&sink, "Post office")).await;
    let location = reply.header("location").map(str::to_owned);
    let made = reply.expect(201);
    let expected = json!({
        "id": made["id"], "channel": "email", "kind": "smtp", "name": "Post office", "has_password": true,
        "rate_per_second": null,
        "config": {"host": "127.0.0.1", "port": sink.port(), "tls": "none", "username": "nora"},
        "created_at": made["created_at"],
    });
    assert_eq!(made, expected);
    assert_eq!(location, Some(format!("/api/v1/providers/{}", id(&made))));
    let path = format!("/providers/{}", id(&made));
    assert_eq!(api.get(&path).await.expect(200), expected);
    assert_eq!(api.get("/providers").await.expect(200)["data"][0], expected);
    let audit = api.get("/audit?search=provider").await.expect(200);
    assert_eq!(audit["data"][0]["detail"], json!({"kind": "smtp", "place": format!("127.0.0.1:{}", sink.port())}));
}

#[tokio::test]
async fn a_test_says_what_the_server_said() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let made = id(&api.post("/providers", provider(&sink, "Post office")).await.expect(201));
    let test = format!("/providers/{made}/test");
    let message = format!("127.0.0.1 answers on port {} (not encrypted, signed in).", sink.port());
    assert_eq!(api.post(&test, json!({})).await.expect(200), json!({"ok": true, "message": message}));
    sink.always(Phase::Auth, Answer::Say("535 5.7.8 Wrong password"));
    let tested = api.send("POST", &test, None).await.expect(200);
    assert_eq!(tested["ok"], false);
    assert!(tested["message"].as_str().unwrap().contains("Wrong password"), "{tested}");
}

#[tokio::test]
async fn wrong_settings_are_told_by_field() {
    let api = Client::of(&TestWorkspace::new().await).await;
    let empty = ["channel", "kind", "name"];
    api.post("/providers", json!({})).await.invalid(&empty.map(|field| (field, "required")));
    let empty = ["config.host", "config.port", "config.tls", "name"];
    let smtp = json!({"channel": "email", "kind": "smtp"});
    api.post("/providers", smtp).await.invalid(&empty.map(|field| (field, "required")));
    let empty = ["config.region", "config.access_key_id", "config.secret_access_key"];
    let ses = json!({"channel": "email", "kind": "ses", "rate_per_second": 0});
    let mut wrong: Vec<_> = empty.map(|field| (field, "required")).into();
    wrong.push(("rate_per_second", "invalid"));
    api.post("/providers", ses).await.invalid(&wrong);
    let sandbox = json!({"channel": "email", "kind": "sandbox", "config": {"latency_ms": "soon"}});
    api.post("/providers", sandbox).await.invalid(&[("config.latency_ms", "invalid")]);
    let config = json!({"host": "mail.example", "port": 587, "tls": "none", "username": "nora", "password": "pw"});
    let insecure = json!({"channel": "email", "kind": "smtp", "config": config});
    api.post("/providers", insecure).await.invalid(&[("config.tls", "insecure")]);
}

#[tokio::test]
async fn names_and_addresses_are_taken_once() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let made = id(&api.post("/providers", provider(&sink, "Post office")).await.expect(201));
    api.post("/providers", provider(&sink, "POST OFFICE")).await.invalid(&[("name", "taken")]);
    let sender = |email: &str| json!({"email": email, "name": "Nora", "provider_id": made});
    let nora = api.post("/senders", sender("nora@maple.example")).await.expect(201);
    let expected = json!({
        "id": nora["id"], "email": "nora@maple.example", "name": "Nora", "provider_id": made,
        "provider_name": "Post office", "created_at": nora["created_at"], "verified_at": null,
        "dkim_selector": "", "dns": null, "dns_checked_at": null,
    });
    assert_eq!(nora, expected);
    api.post("/senders", sender("Nora@Maple.Example")).await.invalid(&[("email", "taken")]);
    api.post("/senders", json!({})).await.invalid(&[("email", "required"), ("provider_id", "required")]);
    assert_eq!(each(&api.get("/senders").await.expect(200), "email"), ["nora@maple.example"]);
}

#[tokio::test]
async fn an_account_is_changed_field_by_field_and_deleted_when_nobody_needs_it() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let made = api.post("/providers", provider(&sink, "Post office")).await.expect(201);
    let path = format!("/providers/{}", id(&made));
    let change = json!({"rate_per_second": "14", "config": {"username": "olga"}});
    let changed = api.send("PATCH", &path, Some(change)).await.expect(200);
    let mut expected = made.clone();
    expected["rate_per_second"] = 14.into();
    expected["config"]["username"] = "olga".into();
    assert_eq!(changed, expected);
    api.send("PATCH", &path, Some(json!({"kind": "ses"}))).await.invalid(&[("kind", "fixed")]);
    let unbound = api.send("PATCH", &path, Some(json!({"rate_per_second": ""}))).await.expect(200);
    assert_eq!(unbound["rate_per_second"], Value::Null);
    let audit = api.get("/audit?search=provider.changed").await.expect(200);
    assert_eq!(audit["data"].as_array().unwrap().len(), 2);

    let sender = json!({"email": "nora@maple.example", "provider_id": id(&made)});
    let sender = id(&api.post("/senders", sender).await.expect(201));
    api.delete(&path).await.problem(409, "in_use");
    let named = api.send("PATCH", &format!("/senders/{sender}"), Some(json!({"name": "Nora"}))).await.expect(200);
    assert_eq!((&named["name"], &named["email"]), (&"Nora".into(), &"nora@maple.example".into()));
    api.delete(&format!("/senders/{sender}")).await.expect(204);
    api.delete(&path).await.expect(204);
    api.get(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_the_sandbox_took_can_be_read() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let mail = here.sandbox_mail("ada@one.example").await;
    here.sandbox_mail("ben@two.example").await;
    let listed = api.get("/sandbox/messages?search=ada").await.expect(200);
    assert_eq!(each(&listed, "to"), ["ada@one.example"]);
    let whole = api.get(&format!("/sandbox/messages/{mail}")).await.expect(200);
    assert_eq!((&whole["id"], &whole["subject"]), (&mail.to_string().into(), &"Hello".into()));
    assert_eq!(whole["text"].as_str().unwrap().trim(), "We are open.");
    assert!(whole["headers"].as_array().unwrap().contains(&json!({"name": "Subject", "value": "Hello"})));
    let first = api.get("/sandbox/messages?limit=1").await.expect(200);
    assert_eq!(each(&first, "to"), ["ben@two.example"]);
    let next = format!("/sandbox/messages?limit=1&cursor={}", first["next_cursor"].as_str().unwrap());
    assert_eq!(each(&api.get(&next).await.expect(200), "to"), ["ada@one.example"]);
}
