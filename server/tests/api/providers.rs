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
        "config": {"host": "127.0.0.1", "port": sink.port(), "tls": "none", "username": "nora"},
        "created_at": made["created_at"],
    });
    assert_eq!(made, expected);
    assert_eq!(location, Some(format!("/api/v1/providers/{}", id(&made))));
    assert_eq!(api.get("/providers").await.expect(200), json!({"data": [expected], "next_cursor": null}));
    let audit = api.get("/audit?search=provider").await.expect(200);
    assert_eq!(audit["data"][0]["detail"], json!({"kind": "smtp", "host": "127.0.0.1", "port": sink.port()}));
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
    let empty = ["channel", "kind", "config.host", "name", "config.port", "config.tls"];
    api.post("/providers", json!({})).await.invalid(&empty.map(|field| (field, "required")));
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
        "provider_name": "Post office", "created_at": nora["created_at"],
    });
    assert_eq!(nora, expected);
    api.post("/senders", sender("Nora@Maple.Example")).await.invalid(&[("email", "taken")]);
    api.post("/senders", json!({})).await.invalid(&[("email", "required"), ("provider_id", "required")]);
    assert_eq!(each(&api.get("/senders").await.expect(200), "email"), ["nora@maple.example"]);
}
