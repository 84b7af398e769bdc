//! Campaigns: drafts, moves, figures, recipients.

use chrono::TimeDelta;
use engine::testing::{Answer, Phase, Sink, TestWorkspace};
use serde_json::{Value, json};

use crate::client::{Client, each, id};

/// A workspace in which a campaign can be made, and the API on it.
struct Stage {
    here: TestWorkspace,
    sink: Sink,
    api: Client,
    list: String,
    sender: String,
}

impl Stage {
    async fn new() -> Self {
        let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
        let sender = here.sender(&here.provider(&sink).await).await.to_string();
        let list = here.list("Customers").await;
        here.contact("ada@one.example", &[list]).await;
        here.contact("ben@two.example", &[list]).await;
        let (api, list) = (Client::of(&here).await, list.to_string());
        Self { here, sink, api, list, sender }
    }

    fn body(&self, name: &str) -> Value {
        json!({
            "name": name, "content": {"email": {"subject": "Hello", "html": "<p>We are open.</p>"}},
            "sender_id": self.sender, "audience": {"include": [self.list]},
        })
    }

    /// The path of a draft.
    async fn draft(&self, name: &str) -> String {
        format!("/campaigns/{}", id(&self.api.post("/campaigns", self.body(name)).await.expect(201)))
    }

    async fn post(&self, campaign: &str, act: &str) -> crate::client::Reply {
        self.api.send("POST", &format!("{campaign}/{act}"), None).await
    }
}

#[tokio::test]
async fn a_draft_is_made_changed_and_deleted() {
    let stage = Stage::new().await;
    let api = &stage.api;
    let reply = api.post("/campaigns", json!({"name": "Spring news"})).await;
    let location = reply.header("location").map(str::to_owned);
    let draft = reply.expect(201);
    let figures = json!({
        "audience": 0, "waiting": 0, "sent": 0, "skipped": 0, "failed": 0, "in_doubt": 0, "cancelled": 0,
        "delivered": 0, "bounced": 0, "complained": 0, "opened": 0, "clicked": 0, "unsubscribed": 0,
        "machine_opened": 0, "machine_clicked": 0,
    });
    let content = json!({
        "template_id": null, "template_name": null, "template_version": null, "subject": "", "html": "", "text": "",
    });
    let expected = json!({
        "id": draft["id"], "name": "Spring news", "code": "SN-001", "description": "", "goal": "", "type": "bulk", "channels": ["email"],
        "status": "draft", "status_reason": null, "owner_id": null, "created_at": draft["created_at"],
        "started_at": null, "begins_at": null, "finished_at": null, "run_id": null, "figures": figures, "content": content,
        "sender_id": null, "sender": null, "audience": {"include": [], "exclude": []}, "list_names": [[], []],
        "groups": [], "rate_per_second": null, "not_after": null, "starts_at": null, "time_zone": null, "late_minutes": 60,
        "switches": {"quiet_hours": true, "do_not_contact": true, "frequency_caps": true}, "archived_at": null,
    });
    assert_eq!(draft, expected);
    let path = format!("/campaigns/{}", id(&draft));
    assert_eq!(location, Some(format!("/api/v1{path}")));

    let changed = api.put(&path, stage.body("Summer news")).await.expect(200);
    assert_eq!((&changed["name"], &changed["code"]), (&"Summer news".into(), &"SN-001".into()));
    assert_eq!(
        (&changed["sender"], &changed["content"]["subject"]),
        (&"Nora <nora@maple.example>".into(), &"Hello".into())
    );
    assert_eq!(changed["audience"]["include"], json!([{"type": "list", "id": stage.list}]));
    assert_eq!(changed["list_names"], json!([["Customers"], []]));
    let mut shown = api.get(&path).await.expect(200);
    assert_eq!(shown.as_object_mut().unwrap().remove("messages"), Some(json!([])));
    assert_eq!(shown, changed);
    api.put(&path, json!({})).await.invalid(&[("name", "required")]);

    api.delete(&path).await.expect(204);
    api.get(&path).await.problem(404, "not_found");
    api.delete(&path).await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_missing_is_told_at_the_start() {
    let stage = Stage::new().await;
    let draft = id(&stage.api.post("/campaigns", json!({"name": "Spring news"})).await.expect(201));
    let missing = [("audience.include", "no_audience"), ("content.email", "no_content"), ("sender_id", "no_sender")];
    stage.post(&format!("/campaigns/{draft}"), "start").await.invalid(&missing);
    let nobody = stage.here.list("Nobody").await;
    let body = json!({"audience": {"include": [nobody]}, "name": "Spring news", "sender_id": stage.sender,
                      "content": {"email": {"subject": "Hello", "html": "<p>We are open.</p>"}}});
    let draft = id(&stage.api.post("/campaigns", body).await.expect(201));
    stage.post(&format!("/campaigns/{draft}"), "start").await.invalid(&[("audience.include", "nobody")]);
    let draft = stage.draft("Spring news").await;
    let start = format!("{draft}/start");
    stage.api.post(&start, json!({"hold_seconds": 3601})).await.invalid(&[("hold_seconds", "too_long")]);
    stage.api.post(&start, json!({"hold_seconds": -1})).await.invalid(&[("hold_seconds", "wrong_type")]);
}

#[tokio::test]
async fn it_is_paused_resumed_and_stopped_only_when_it_can_be() {
    let stage = Stage::new().await;
    let campaign = stage.draft("Spring news").await;
    stage.post(&campaign, "pause").await.problem(409, "illegal_move");
    let run = stage.post(&campaign, "start").await.expect(202)["run_id"].clone();
    assert!(run.is_string());
    stage.post(&campaign, "start").await.problem(409, "not_draft");
    let problem = stage.api.put(&campaign, stage.body("Other")).await.problem(409, "not_draft");
    assert_eq!(problem["detail"], "Only drafts can be changed; this one is Sending.");
    stage.api.delete(&campaign).await.problem(409, "not_draft");

    let paused = stage.post(&campaign, "pause").await.expect(200);
    assert_eq!((&paused["status"], &paused["run_id"]), (&"paused".into(), &run));
    stage.here.work().await;
    assert!(stage.sink.recipients().is_empty(), "a paused campaign sends nothing");
    assert_eq!(stage.post(&campaign, "resume").await.expect(200)["status"], "running");
    stage.post(&campaign, "resume").await.problem(409, "illegal_move");
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example", "ben@two.example"]);
    stage.post(&campaign, "cancel").await.problem(409, "illegal_move");
}

#[tokio::test]
async fn what_is_stopped_within_the_hold_sends_nothing() {
    let stage = Stage::new().await;
    let campaign = stage.draft("Spring news").await;
    stage.api.post(&format!("{campaign}/start"), json!({"hold_seconds": 60})).await.expect(202);
    stage.here.work().await;
    let stopped = stage.post(&campaign, "cancel").await.expect(200);
    assert_eq!((&stopped["status"], stopped["finished_at"].is_string()), (&"cancelled".into(), true));
    stage.here.work().await;
    assert!(stage.sink.recipients().is_empty());
    let stats = stage.api.get(&format!("{campaign}/stats")).await.expect(200);
    assert_eq!(
        (&stats["status"], &stats["status_shown"], &stats["sent"]),
        (&"cancelled".into(), &"Stopped".into(), &0.into())
    );
}

#[tokio::test]
async fn campaigns_are_found_by_status_name_and_code() {
    let stage = Stage::new().await;
    for name in ["Spring news", "Open day", "Spring sale"] {
        stage.draft(name).await;
    }
    let started = stage.draft("Summer").await;
    stage.post(&started, "start").await.expect(202);
    let names = async |query: &str| {
        let page = stage.api.get(&format!("/campaigns?{query}")).await.expect(200);
        each(&page, "name").join(", ")
    };
    assert_eq!(names("").await, "Summer, Spring sale, Open day, Spring news");
    assert_eq!(names("status=draft&search=spring").await, "Spring sale, Spring news");
    assert_eq!(names("status=running").await, "Summer");
    assert_eq!(names("search=od-0").await, "Open day");
    let page = stage.api.get("/campaigns?limit=3").await.expect(200);
    let next = page["next_cursor"].as_str().unwrap();
    assert_eq!(names(&format!("limit=3&cursor={next}")).await, "Spring news");
}

#[tokio::test]
async fn recipients_are_told_with_what_became_of_them() {
    let stage = Stage::new().await;
    let campaign = stage.draft("Spring news").await;
    assert_eq!(
        stage.api.get(&format!("{campaign}/recipients")).await.expect(200),
        json!({"data": [], "next_cursor": null}),
        "a draft has none"
    );
    stage.here.contact_without_consent("cara@three.example", &[stage.list.parse().unwrap()]).await;
    stage.post(&campaign, "start").await.expect(202);
    stage.here.work().await;
    let page = async |query: &str| stage.api.get(&format!("{campaign}/recipients?{query}")).await.expect(200);
    let skipped = page("status=skipped").await;
    let cara = &skipped["data"][0];
    let expected = json!({
        "id": cara["id"], "contact_id": cara["contact_id"], "label": "cara", "address": "cara@three.example",
        "status": "skipped", "reason": "No consent in force for marketing by e-mail", "code": "no_consent",
        "at": cara["at"], "due_at": null,
    });
    assert_eq!((cara, each(&skipped, "label").len()), (&expected, 1));
    assert_eq!(each(&page("search=BEN").await, "address"), ["ben@two.example"]);
    let first = page("limit=2").await;
    assert_eq!((each(&first, "label"), &first["next_cursor"]), (vec!["ada", "ben"], &"2".into()));
    assert_eq!(each(&page("limit=2&cursor=2").await, "label"), ["cara"]);
}

#[tokio::test]
async fn the_pace_is_told_while_it_runs_and_not_otherwise() {
    let stage = Stage::new().await;
    let campaign = stage.draft("Spring news").await;
    let pace = async || {
        let stats = stage.api.get(&format!("{campaign}/stats")).await.expect(200);
        (stats["per_second"].clone(), stats["seconds_left"].clone())
    };
    assert_eq!(pace().await, (Value::Null, Value::Null), "a draft");
    stage.post(&campaign, "start").await.expect(202);
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
    assert_eq!(pace().await, (Value::Null, Value::Null), "not known yet");
    stage.here.work().await;
    stage.here.clock.advance(TimeDelta::seconds(2));
    assert_eq!(pace().await, (json!(0.5), json!(2)), "one in two seconds, and one is left");
    stage.post(&campaign, "pause").await.expect(200);
    assert_eq!(pace().await, (Value::Null, Value::Null), "paused");
}

#[tokio::test]
async fn errors_are_grouped_with_their_remedy_and_lead_to_their_people() {
    let stage = Stage::new().await;
    stage.here.contact_without_consent("cara@three.example", &[stage.list.parse().unwrap()]).await;
    stage.sink.to("ada@one.example", Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("452 4.2.2 Mailbox full"));
    let campaign = stage.draft("Spring news").await;
    let errors = async || stage.api.get(&format!("{campaign}/errors")).await.expect(200);
    assert_eq!(errors().await, json!({"data": [], "next_cursor": null}));
    stage.post(&campaign, "start").await.expect(202);
    stage.here.work().await;
    let errors = errors().await;
    let expected = json!({
        "part": "failed", "code": "550 5.1.1", "text": "5.1.1 No such user", "count": 1, "at_least": false,
        "next_at": null, "title": "Address does not exist", "action": "contacts",
        "remedy": "Correct the address at the contact, or take it off the list; it will be refused again.",
    });
    assert_eq!(errors["data"][0], expected);
    assert_eq!(each(&errors, "code"), ["550 5.1.1", "452 4.2.2", "no_consent"]);
    assert_eq!((&errors["data"][1]["part"], errors["data"][1]["next_at"].is_string()), (&"waiting".into(), true));
    for (code, address) in [("550+5.1.1", "ada@one.example"), ("452+4.2.2", "ben@two.example")] {
        let people = stage.api.get(&format!("{campaign}/recipients?code={code}")).await.expect(200);
        assert_eq!(each(&people, "address"), [address]);
    }
}

#[tokio::test]
async fn a_pending_recipient_is_removed_and_no_other() {
    let stage = Stage::new().await;
    let campaign = stage.draft("Spring news").await;
    stage.sink.always(Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    stage.post(&campaign, "start").await.expect(202);
    stage.here.work().await;
    let people = stage.api.get(&format!("{campaign}/recipients")).await.expect(200);
    let path = |n: usize| format!("{campaign}/recipients/{}", each(&people, "id")[n]);
    stage.api.delete(&path(0)).await.expect(204);
    let told = stage.api.delete(&path(0)).await.problem(409, "not_pending");
    assert_eq!(told["detail"], "This person is left out already.");
    stage.api.delete(&format!("{campaign}/recipients/nobody")).await.problem(404, "not_found");
    let other = stage.draft("Summer news").await;
    let elsewhere = path(1).replace(&campaign, &other);
    stage.api.delete(&elsewhere).await.problem(404, "not_found");

    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::seconds(73));
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), ["ben@two.example"]);
    let told = stage.api.delete(&path(1)).await.problem(409, "not_pending");
    assert!(told["detail"].as_str().unwrap().starts_with("This message has been sent."), "{told}");
    let audit = stage.api.get("/audit?search=campaign.recipient").await.expect(200);
    assert_eq!(each(&audit, "action"), ["campaign.recipient_removed"]);
}
