//! Campaigns at a moment, parts of drafts, copies, the archive, and the people behind the funnel.

use chrono::TimeDelta;
use engine::testing::{Sink, TestWorkspace};
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
        here.contact_without_consent("ben@two.example", &[list]).await;
        let (api, list) = (Client::of(&here).await, list.to_string());
        Self { here, sink, api, list, sender }
    }

    /// The path of a draft with this schedule.
    async fn draft(&self, schedule: Value) -> String {
        let body = json!({
            "name": "Spring news", "content": {"email": {"subject": "Hello", "html": "<p>We are open.</p>"}},
            "sender_id": self.sender, "audience": {"include": [self.list]}, "schedule": schedule,
        });
        format!("/campaigns/{}", id(&self.api.post("/campaigns", body).await.expect(201)))
    }

    async fn act(&self, campaign: &str, act: &str) -> crate::client::Reply {
        self.api.send("POST", &format!("{campaign}/{act}"), None).await
    }
}

#[tokio::test]
async fn it_is_scheduled_taken_back_and_sent_at_its_moment() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!({"at": "2026-03-02T06:00", "late_minutes": 10})).await;
    let shown = stage.api.get(&campaign).await.expect(200);
    assert_eq!((&shown["type"], &shown["starts_at"]), (&"scheduled".into(), &"2026-03-02T11:00:00Z".into()));
    assert_eq!(stage.act(&campaign, "schedule").await.expect(200)["status"], "scheduled");
    stage.act(&campaign, "schedule").await.problem(409, "not_draft");
    stage.api.patch(&campaign, json!({"name": "Other"})).await.problem(409, "not_draft");
    assert_eq!(stage.act(&campaign, "unschedule").await.expect(200)["status"], "draft");
    stage.act(&campaign, "unschedule").await.problem(409, "illegal_move");

    let at = json!({"at": "2026-03-02T12:00", "time_zone": "Europe/Rome"});
    let sent = stage.api.post(&format!("{campaign}/send"), at).await.expect(202);
    assert_eq!((&sent["status"], &sent["starts_at"]), (&"scheduled".into(), &"2026-03-02T11:00:00Z".into()));
    assert_eq!((&sent["time_zone"], &sent["late_minutes"]), (&"Europe/Rome".into(), &10.into()));
    stage.here.work().await;
    assert!(stage.sink.recipients().is_empty());
    stage.here.clock.advance(TimeDelta::hours(2));
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example"]);
    assert_eq!(stage.api.get(&campaign).await.expect(200)["status"], "completed");
}

#[tokio::test]
async fn what_is_sent_without_a_moment_goes_now() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!("now")).await;
    stage.act(&campaign, "schedule").await.invalid(&[("schedule.at", "no_moment")]);
    stage.api.post(&format!("{campaign}/send"), json!({"at": "soon"})).await.invalid(&[("schedule.at", "invalid")]);
    let past = json!({"at": "2026-03-01T12:00"});
    stage.api.post(&format!("{campaign}/schedule"), past).await.invalid(&[("schedule.at", "moment_past")]);
    assert_eq!(stage.api.get(&campaign).await.expect(200)["type"], "bulk", "what was refused has changed nothing");
    assert_eq!(stage.act(&campaign, "send").await.expect(202)["status"], "running");
}

#[tokio::test]
async fn what_is_set_to_a_moment_is_not_started_by_accident_and_one_that_missed_it_can_be_held_or_changed() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!({"at": "2026-03-02T06:00", "late_minutes": 0})).await;
    stage.act(&campaign, "start").await.problem(409, "set_to_a_moment");
    let end = json!({"not_after": "2026-03-02T04:30", "time_zone": "Europe/Rome"});
    let copy = id(&stage.api.post(&format!("{campaign}/duplicate"), json!({})).await.expect(201));
    let sent = stage.api.post(&format!("/campaigns/{copy}/send"), end).await;
    sent.invalid(&[("schedule.not_after", "past")]);
    let kept = json!({"not_after": "2026-03-02T18:30", "time_zone": "Europe/Rome"});
    let sent = stage.api.post(&format!("/campaigns/{copy}/send"), kept).await.expect(202);
    assert_eq!((&sent["status"], &sent["not_after"]), (&"running".into(), &"2026-03-02T17:30:00Z".into()));

    stage.act(&campaign, "schedule").await.expect(200);
    stage.here.clock.advance(TimeDelta::hours(3));
    stage.here.work().await;
    assert_eq!(stage.api.get(&campaign).await.expect(200)["status"], "paused");
    assert_eq!(stage.act(&campaign, "unschedule").await.expect(200)["status"], "draft");
    let hold = json!({"hold_seconds": 3601});
    stage.api.post(&format!("{campaign}/resume"), hold).await.invalid(&[("hold_seconds", "too_long")]);
}

#[tokio::test]
async fn the_numbers_of_the_funnel_open_their_people() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!("now")).await;
    let people = async |query: &str| stage.api.get(&format!("{campaign}/audience?{query}")).await.expect(200);
    assert_eq!(each(&people("").await, "address"), ["ada@one.example", "ben@two.example"]);
    assert_eq!(each(&people("stage=reachable").await, "address"), ["ada@one.example"]);
    let lost = people("reason=no_consent&detail=never").await;
    assert_eq!(lost["data"][0]["text"], "Never gave consent for marketing by e-mail");
    assert!(people("reason=no_consent&detail=withdrawn").await["data"].as_array().unwrap().is_empty());
    let first = people("limit=1").await;
    let second = people(&format!("limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_ne!(first["data"][0]["contact_id"], second["data"][0]["contact_id"]);
    assert_eq!(second["next_cursor"], Value::Null);
    let wrong = stage.api.get(&format!("{campaign}/audience?stage=all&reason=mood")).await;
    wrong.invalid(&[("stage", "unknown"), ("reason", "unknown")]);
}

#[tokio::test]
async fn a_part_of_a_draft_is_changed_and_the_rest_stays() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!("now")).await;
    let before = stage.api.get(&campaign).await.expect(200);
    let change = json!({"goal": "40 bookings", "switches": {"quiet_hours": false}});
    let after = stage.api.patch(&campaign, change.clone()).await.expect(200);
    assert_eq!((&after["goal"], &after["switches"]["quiet_hours"]), (&"40 bookings".into(), &false.into()));
    assert_eq!((&after["content"], &after["audience"]), (&before["content"], &before["audience"]));
    stage.api.patch(&campaign, json!({"schedule": {"at": 7}})).await.invalid(&[("schedule.at", "invalid")]);
    let sends = Client::with(&stage.here, &[domain::access::Scope::Send]).await;
    let other = json!({"switches": {"do_not_contact": false}});
    sends.patch(&campaign, other).await.invalid(&[("switches.do_not_contact", "admins_only")]);
    assert_eq!(sends.patch(&campaign, change).await.expect(200)["switches"]["quiet_hours"], false, "it was off before");
}

#[tokio::test]
async fn copies_and_the_archive() {
    let stage = Stage::new().await;
    let campaign = stage.draft(json!("now")).await;
    stage.act(&campaign, "archive").await.problem(409, "not_over");
    let copy = stage.api.post(&format!("{campaign}/duplicate"), json!({"name": "Again"})).await.expect(201);
    assert_eq!((&copy["name"], &copy["status"], &copy["code"]), (&"Again".into(), &"draft".into(), &"A-001".into()));
    stage.act(&campaign, "cancel").await.expect(200);
    assert!(stage.act(&campaign, "archive").await.expect(200)["archived_at"].is_string());
    let names = async |query: &str| {
        let page = stage.api.get(&format!("/campaigns?{query}")).await.expect(200);
        each(&page, "name").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["Again"]);
    assert_eq!(names("archived=true").await, ["Spring news"]);
    assert_eq!(names("archived=all&type=bulk&channel=email").await, ["Again", "Spring news"]);
    stage.act(&campaign, "restore").await.expect(200);
    assert_eq!(names("").await, ["Again", "Spring news"]);
    assert!(names("owner=01990000-0000-7000-8000-000000000007").await.is_empty(), "nobody's of that name");
    let wrong = stage.api.get("/campaigns?type=weekly&channel=pigeon&owner=x&archived=maybe&from=soon").await;
    let words = ["type", "channel", "owner", "archived"].map(|field| (field, "unknown"));
    wrong.invalid(&[&words[..], &[("from", "invalid")]].concat());
}
