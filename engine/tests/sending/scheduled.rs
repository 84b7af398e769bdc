//! Campaigns that start by themselves: at their moment, once, whoever looks; and what becomes of those that cannot.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    campaign::{CampaignChange, CampaignStatus, NewCampaign},
    id::CampaignId,
};
use engine::{
    Error, campaigns,
    campaigns::NewSend,
    clock::Clock,
    testing::{assert_ledger_is_sound, draft},
};
use serde_json::json;

use crate::Stage;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Stage {
    /// A campaign to the list that starts by itself at a moment of a zone.
    async fn scheduled(&self, at: &str, zone: &str, late: i32) -> CampaignId {
        let schedule = json!({ "type": "at", "at": at, "time_zone": zone, "late_minutes": late });
        let new = NewCampaign { schedule: Some(schedule), ..draft("Spring news", self.sender, &[self.list]) };
        let campaign = self.here.campaign_with(new).await;
        self.here.act(async |tx| campaigns::schedule(tx, campaign, &NewSend::default()).await).await.unwrap();
        campaign
    }

    /// A look for work at this moment.
    async fn work_at(&self, moment: &str) {
        self.here.clock.set(instant(moment));
        self.here.work().await;
    }

    async fn reason(&self, campaign: CampaignId) -> String {
        let found = self.here.act(async |tx| campaigns::brief(tx, campaign).await).await.unwrap();
        found.status_reason.unwrap_or_default()
    }

    async fn code_of_scheduling(&self, new: NewCampaign) -> String {
        let campaign = self.here.campaign_with(new).await;
        match self.here.act(async |tx| campaigns::schedule(tx, campaign, &NewSend::default()).await).await {
            Err(Error::Invalid(errors)) => errors.0.into_iter().map(|e| format!("{} {}", e.field, e.code)).collect(),
            other => panic!("{:?}", other.map(|detail| detail.campaign.status)),
        }
    }
}

#[tokio::test]
async fn it_starts_at_its_moment_and_not_before() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.scheduled("2026-03-03T10:00", "America/New_York", 60).await;
    assert_eq!(stage.here.status(campaign).await, "Scheduled");
    stage.work_at("2026-03-03T14:59:59Z").await;
    assert_eq!(stage.sink.connections(), 0);
    stage.work_at("2026-03-03T15:00:00Z").await;
    stage.assert_each_got_one(1);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    let started = stage.here.act(async |tx| campaigns::brief(tx, campaign).await).await.unwrap().started_at;
    assert_eq!(started, Some(instant("2026-03-03T15:00:00Z")));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_gap_and_an_overlap_of_clocks_are_one_send_each() {
    // In New York there is no 02:30 on 8 March, and there are two on 1 November.
    for (local, at) in [("2026-03-08T02:30", "2026-03-08T07:00:00Z"), ("2026-11-01T01:30", "2026-11-01T05:30:00Z")] {
        let stage = Stage::with(&["ada@one.example"]).await;
        stage.scheduled(local, "America/New_York", 60).await;
        let at = instant(at);
        for minutes in [-1, 0, 30, 60, 90] {
            stage.here.clock.set(at + TimeDelta::minutes(minutes));
            stage.here.work().await;
            assert_eq!(stage.sink.recipients().len(), usize::from(minutes >= 0), "{local}, {minutes}");
        }
    }
}

#[tokio::test]
async fn however_many_look_at_the_same_moment_it_starts_once() {
    let stage = Stage::with_crowd(40).await;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 60).await;
    stage.here.clock.set(instant("2026-03-02T10:00:00Z"));
    let lookers: Vec<_> = (0..6).map(|_| stage.worker()).collect();
    for looker in lookers {
        looker.await.unwrap();
    }
    stage.here.work().await;
    stage.assert_each_got_one(40);
    let runs = sqlx::query_scalar::<_, i64>("select count(*) from run where campaign_id = $1").bind(campaign.0);
    assert_eq!(runs.fetch_one(stage.here.engine.db.owner()).await.unwrap(), 1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_comes_a_little_late_sends_and_who_comes_too_late_asks() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let soon = stage.scheduled("2026-03-02T10:00", "UTC", 30).await;
    stage.work_at("2026-03-02T10:30:00Z").await;
    assert_eq!(stage.here.status(soon).await, "Finished");

    let late = stage.scheduled("2026-03-02T12:00", "America/New_York", 30).await;
    stage.work_at("2026-03-02T17:31:00Z").await;
    assert_eq!(stage.here.status(late).await, "Paused");
    let reason = stage.reason(late).await;
    let said = "Missed its start of Mon 2 Mar 2026, 12:00 America/New_York: Carillon came to it 31 minutes late.";
    assert_eq!(reason, said);
    assert_eq!(stage.sink.recipients().len(), 1, "only the first went out");
    let here = &stage.here;
    here.act(async |tx| campaigns::resume(&here.engine, tx, late, None).await).await.unwrap();
    here.work().await;
    assert_eq!(here.status(late).await, "Finished");
    assert_eq!(stage.sink.recipients().len(), 2);
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn one_that_missed_its_start_can_be_stopped_and_has_sent_nothing() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 0).await;
    stage.work_at("2026-03-02T10:02:00Z").await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    stage.here.work().await;
    assert_eq!((stage.here.status(campaign).await.as_str(), stage.sink.connections()), ("Stopped", 0));
}

#[tokio::test]
async fn what_is_taken_back_is_a_draft_and_does_not_start() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 60).await;
    let rename = CampaignChange { name: Some("Later".into()), ..Default::default() };
    let refused = here.act(async |tx| campaigns::change(tx, campaign, &rename).await).await.err().unwrap();
    assert!(matches!(refused, Error::Conflict { code: "not_draft", .. }), "what is scheduled stays as it is");
    let back = here.act(async |tx| campaigns::unschedule(tx, campaign).await).await.unwrap();
    assert_eq!(back.campaign.status, CampaignStatus::Draft);
    assert_eq!(back.campaign.starts_at, Some(instant("2026-03-02T10:00:00Z")), "the moment stays chosen");
    stage.work_at("2026-03-02T10:00:00Z").await;
    assert_eq!(stage.sink.connections(), 0);
    let again = here.act(async |tx| campaigns::unschedule(tx, campaign).await).await.err().unwrap();
    assert!(matches!(again, Error::Conflict { code: "illegal_move", .. }));
}

#[tokio::test]
async fn what_cannot_be_sent_at_its_time_is_a_draft_again_that_says_why() {
    let stage = Stage::with(&[]).await;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 60).await;
    let other = stage.here.neighbour("Oak Lane").await;
    stage.work_at("2026-03-02T10:00:00Z").await;
    assert_eq!(stage.here.status(campaign).await, "Draft");
    let reason = stage.reason(campaign).await;
    assert!(reason.starts_with("It did not start at its time. Nobody in this audience can be written to"), "{reason}");
    // With somebody on the list it can be scheduled anew, and the reason is forgotten.
    stage.here.contact("ada@one.example", &[stage.list]).await;
    let at = NewSend { at: Some("2026-03-02T11:00:00Z".into()), ..Default::default() };
    stage.here.act(async |tx| campaigns::send(&stage.here.engine, tx, campaign, &at).await).await.unwrap();
    assert_eq!(stage.reason(campaign).await, "");
    stage.work_at("2026-03-02T11:00:00Z").await;
    stage.assert_each_got_one(1);
    drop(other);
}

#[tokio::test]
async fn a_moment_is_needed_and_not_a_past_one() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let whole = || draft("Spring news", stage.sender, &[stage.list]);
    let without = NewCampaign { kind: "scheduled".into(), ..whole() };
    assert_eq!(stage.code_of_scheduling(without).await, "schedule.at no_moment");
    let past = json!({ "at": "2026-03-02T08:59:00Z" });
    let past = NewCampaign { schedule: Some(past), ..whole() };
    assert_eq!(stage.code_of_scheduling(past).await, "schedule.at moment_past");
    let never = json!({ "at": "2026-03-03T10:00:00Z", "not_after": "2026-03-03T09:00:00Z" });
    let never = NewCampaign { schedule: Some(never), ..whole() };
    assert_eq!(stage.code_of_scheduling(never).await, "schedule.not_after past");
}

#[tokio::test]
async fn who_was_added_since_gets_it_and_who_left_does_not() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 60).await;
    let here = &stage.here;
    let ben = here.act(async |tx| engine::lists::members(tx, stage.list, &Default::default()).await).await.unwrap();
    let ben = ben.data.into_iter().find(|member| member.label == "ben").unwrap().contact_id;
    here.act(async |tx| engine::lists::remove_member(tx, stage.list, ben).await).await.unwrap();
    here.contact("cara@three.example", &[stage.list]).await;
    stage.work_at("2026-03-02T10:00:00Z").await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example", "cara@three.example"]);
    assert_eq!(here.status(campaign).await, "Finished");
    assert!(here.clock.now() >= instant("2026-03-02T10:00:00Z"));
}

#[tokio::test]
async fn one_that_missed_its_start_can_be_a_draft_again_or_begin_held_back() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let campaign = stage.scheduled("2026-03-02T10:00", "UTC", 0).await;
    let over = json!({ "at": "2026-03-02T10:00:00Z", "not_after": "2026-03-02T10:01:00Z", "late_minutes": 0 });
    let dead = NewCampaign { schedule: Some(over), ..draft("Dead end", stage.sender, &[stage.list]) };
    let dead = here.campaign_with(dead).await;
    here.act(async |tx| campaigns::schedule(tx, dead, &NewSend::default()).await).await.unwrap();
    stage.work_at("2026-03-02T10:02:00Z").await;
    assert_eq!((here.status(campaign).await, here.status(dead).await), ("Paused".into(), "Paused".into()));

    // What would be sent after its end cannot begin, but it can be changed.
    let refused = here.act(async |tx| campaigns::resume(&here.engine, tx, dead, None).await).await.unwrap_err();
    assert!(matches!(refused, Error::Invalid(ref errors) if errors.0[0].code == "past"), "{refused}");
    let back = here.act(async |tx| campaigns::unschedule(tx, dead).await).await.unwrap().campaign;
    assert_eq!((back.status, back.status_reason), (CampaignStatus::Draft, None));

    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, Some(30)).await).await.unwrap();
    here.work().await;
    assert_eq!(stage.sink.connections(), 0, "held back");
    here.clock.advance(TimeDelta::seconds(31));
    here.work().await;
    stage.assert_each_got_one(1);
    // One that is paused while it runs has sent already: it stays what it is.
    let running = stage.started("Running").await;
    here.act(async |tx| campaigns::pause(tx, running).await).await.unwrap();
    let refused = here.act(async |tx| campaigns::unschedule(tx, running).await).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { code: "illegal_move", .. }), "{refused}");
}

#[tokio::test]
async fn what_is_set_to_a_moment_goes_now_only_when_that_is_said_and_keeps_its_end() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let at = Some(json!({ "at": "2026-03-03T10:00", "time_zone": "America/New_York" }));
    let campaign =
        here.campaign_with(NewCampaign { schedule: at, ..draft("Spring", stage.sender, &[stage.list]) }).await;
    let refused = here.act(async |tx| campaigns::start(&here.engine, tx, campaign, None).await).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { code: "set_to_a_moment", .. }), "{refused}");
    let until = NewSend { not_after: Some("2026-03-02T05:00".into()), late_minutes: Some(7), ..Default::default() };
    let sent = here.act(async |tx| campaigns::send(&here.engine, tx, campaign, &until).await).await.unwrap().campaign;
    assert_eq!((sent.kind.word(), sent.starts_at, sent.late_minutes), ("bulk", None, 7));
    assert_eq!(sent.not_after, Some(instant("2026-03-02T10:00:00Z")), "by the draft's clocks");
    stage.work_at("2026-03-02T10:00:01Z").await;
    assert_eq!((stage.sink.connections(), stage.recipients(campaign, "skipped").await.len()), (0, 1));
}
