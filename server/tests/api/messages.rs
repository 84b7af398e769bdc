//! Messages one by one: those of a campaign, and each by its id alone.

use engine::testing::{Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, each, id};

#[tokio::test]
async fn a_message_is_found_by_its_id_and_tells_what_happened() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let (api, list) = (Client::of(&here).await, here.list("Customers").await);
    let sender = here.sender(&here.provider(&sink).await).await;
    here.crowd(list, 12).await;
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    assert_eq!(api.get(&format!("/messages?campaign_id={campaign}")).await.expect(200)["data"], json!([]));
    assert_eq!(api.get(&format!("/campaigns/{campaign}")).await.expect(200)["messages"], json!([]));
    here.start(campaign).await;
    here.work().await;

    let all = api.get(&format!("/messages?campaign_id={campaign}&limit=5")).await.expect(200);
    let same = api.get(&format!("/campaigns/{campaign}/recipients?limit=5")).await.expect(200);
    assert_eq!(all, same);
    let first = id(&all["data"][0]);
    let message = api.get(&format!("/messages/{first}")).await.expect(200);
    assert_eq!(message, api.get(&format!("/campaigns/{campaign}/recipients/{first}")).await.expect(200));
    assert_eq!((&message["attempts"], &message["status"]), (&json!(1), &json!("sent")));
    assert_ne!(message["sent_at"], Value::Null);
    let shown = api.get(&format!("/campaigns/{campaign}")).await.expect(200);
    assert_eq!(shown["messages"].as_array().unwrap().len(), 10);

    let path = "/messages?campaign_id=";
    api.get(path).await.invalid(&[("campaign_id", "required")]);
    api.get(&format!("{path}7")).await.invalid(&[("campaign_id", "unknown")]);
    api.get(&format!("{path}{campaign}&status=sleeping")).await.invalid(&[("status", "unknown")]);
    api.get(&format!("{path}{list}")).await.invalid(&[("campaign_id", "unknown")]);
}

#[tokio::test]
async fn a_campaigns_message_is_shown_before_it_is_sent() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let list = here.list("Customers").await;
    let contact = here.contact("ada@one.example", &[list]).await;
    let empty = id(&api.post("/campaigns", json!({"name": "Summer"})).await.expect(201));
    api.post(&format!("/campaigns/{empty}/preview"), json!({})).await.problem(409, "no_content");
    let text = json!({"email": {"subject": "Hi {email}", "html": "<p>For {email}</p>"}});
    let new = json!({"name": "Spring", "content": text, "sender_id": sender, "audience": {"include": [list]}});
    let campaign = id(&api.post("/campaigns", new).await.expect(201));
    let path = format!("/campaigns/{campaign}/preview");
    let shown = api.post(&path, json!({"contact_id": contact})).await.expect(200);
    assert_eq!(shown["subject"], "Hi ada@one.example");
    assert!(shown["html"].as_str().unwrap().contains("For ada@one.example"), "{shown}");
    assert_ne!(api.post(&path, json!({})).await.expect(200)["subject"], shown["subject"], "somebody made up");
    api.post(&path, json!({"contact_id": list})).await.invalid(&[("contact_id", "unknown")]);
}

#[tokio::test]
async fn other_names_lead_to_the_same() {
    let here = TestWorkspace::new().await;
    let api = Client::of(&here).await;
    let mail = here.sandbox_mail("ada@one.example").await;
    for (name, other) in [
        ("/sandbox/messages".to_owned(), "/outbox".to_owned()),
        (format!("/sandbox/messages/{mail}"), format!("/outbox/{mail}")),
        ("/workspace".into(), "/settings".into()),
    ] {
        assert_eq!(api.get(&name).await.expect(200), api.get(&other).await.expect(200));
    }
    assert_eq!(each(&api.get("/outbox?search=ada").await.expect(200), "id"), [mail.to_string()]);
    api.patch("/settings", json!({"name": "Oak Lane"})).await.expect(200);
    assert_eq!(api.get("/workspace").await.expect(200)["name"], "Oak Lane");
}
