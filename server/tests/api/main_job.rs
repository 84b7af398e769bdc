//! The main job by the API alone: from an empty workspace to a campaign that arrived, with every body as a program
//! outside sends it.

use domain::access::Scope;
use engine::testing::{Sink, TestWorkspace, assert_ledger_is_sound};
use serde_json::json;

use crate::client::{Client, each, id};

#[tokio::test]
async fn from_a_provider_to_people_who_got_it() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let api = Client::of(&here).await;

    let config = json!({"host": "127.0.0.1", "port": sink.port(), "tls": "none"});
    let provider = json!({"channel": "email", "kind": "smtp", "name": "Post office", "config": config});
    let provider = id(&api.post("/providers", provider).await.expect(201));
    let tested = api.post(&format!("/providers/{provider}/test"), json!({})).await.expect(200);
    assert_eq!(tested["ok"], true, "{tested}");
    let sender = json!({"email": "nora@maple.example", "name": "Nora", "provider_id": provider});
    let sender = id(&api.post("/senders", sender).await.expect(201));

    let list = id(&api.post("/lists", json!({"name": "Customers", "type": "static"})).await.expect(201));
    for (email, first_name) in [("ada@one.example", "Ada"), ("ben@two.example", "Ben")] {
        let consents = json!([{"channel": "email", "state": "granted", "source": "booking_form"}]);
        let contact = json!({"email": email, "first_name": first_name, "consents": consents, "lists": [list]});
        api.post("/contacts", contact).await.expect(201);
    }
    let stranger = id(&api.post("/contacts", json!({"email": "cara@three.example"})).await.expect(201));
    let added = api.post(&format!("/lists/{list}/members"), json!({"contact_ids": [stranger]})).await.expect(200);
    assert_eq!((&added["added"], &added["list"]["active"]), (&1.into(), &3.into()));

    let html = "<p>Dear {{first_name}}, we are open.</p>";
    let template = json!({"name": "Spring", "channel": "email", "subject": "Hello {{first_name}}", "html": html});
    let template = id(&api.post("/templates", template).await.expect(201));
    let campaign = json!({
        "name": "Spring news", "type": "bulk", "channels": ["email"], "content": {"email": {"template_id": template}},
        "sender_id": sender, "audience": {"include": [{"type": "list", "id": list}], "exclude": []},
        "schedule": {"type": "now"},
    });
    let campaign = api.post("/campaigns", campaign).await.expect(201);
    assert_eq!(campaign["status"], "draft");
    let at = format!("/campaigns/{}", id(&campaign));
    let estimate = api.get(&format!("{at}/estimate")).await.expect(200);
    assert_eq!(
        estimate,
        json!({
            "matched": 3, "addressable": 3, "consented": 2, "unsuppressed": 2, "reachable": 2, "at_most": false,
            "losses": [{"reason": "no_consent", "detail": "never", "count": 1,
                        "text": "Never gave consent for marketing by e-mail"}],
            "cost": "0.0002", "budget_left": null,
        })
    );

    let started = api.post(&format!("{at}/start"), json!({"hold_seconds": 0})).await.expect(202);
    let stats = api.get(&format!("{at}/stats")).await.expect(200);
    assert_eq!((&stats["status"], &stats["status_shown"]), (&"running".into(), &"Sending".into()));
    here.work().await;

    assert_eq!(sink.recipients(), ["ada@one.example", "ben@two.example"]);
    assert_eq!(sink.mails()[0].header("Subject").unwrap(), "Hello Ada");
    let stats = api.get(&format!("{at}/stats")).await.expect(200);
    let expected = json!({
        "status": "completed", "status_shown": "Finished", "status_reason": null, "run_id": started["run_id"],
        "started_at": stats["started_at"], "finished_at": stats["finished_at"],
        "audience": 3, "waiting": 0, "sent": 2, "skipped": 1, "failed": 0, "in_doubt": 0, "cancelled": 0,
        "delivered": 0, "bounced": 0, "complained": 0, "opened": 0, "machine_opened": 0, "clicked": 0, "machine_clicked": 0, "unsubscribed": 0,
        "per_second": null, "seconds_left": null, "wait": null,
        "groups": [{"part": "skipped", "code": "no_consent", "count": 1,
                    "text": "No consent in force for marketing by e-mail"}],
    });
    assert_eq!(stats, expected);
    let recipients = api.get(&format!("{at}/recipients")).await.expect(200);
    assert_eq!(each(&recipients, "address"), ["ada@one.example", "ben@two.example", "cara@three.example"]);
    assert_eq!(each(&recipients, "status"), ["sent", "sent", "skipped"]);
    let contact = api.get(&format!("/contacts/{stranger}")).await.expect(200);
    assert_eq!(contact["messages"][0]["campaign"], "Spring news");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn a_key_that_may_send_does_the_part_after_the_settings() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let sender = here.sender(&here.provider(&sink).await).await;
    let api = Client::with(&here, &[Scope::Send]).await;
    let list = id(&api.post("/lists", json!({"name": "Customers"})).await.expect(201));
    let consents = json!([{"channel": "email", "state": "granted", "source": "till slip, 2 March"}]);
    let contact = json!({"email": "ada@one.example", "consents": consents, "lists": [list]});
    api.post("/contacts", contact).await.expect(201);
    let campaign = json!({
        "name": "Spring news", "content": {"email": {"subject": "Hello", "html": "<p>We are open.</p>"}},
        "sender_id": sender, "audience": {"include": [list]},
    });
    let campaign = id(&api.post("/campaigns", campaign).await.expect(201));
    api.send("POST", &format!("/campaigns/{campaign}/start"), None).await.expect(202);
    here.work().await;
    assert_eq!(sink.recipients(), ["ada@one.example"]);
}
