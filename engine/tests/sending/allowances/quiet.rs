//! Quiet hours: what would go then waits for their end, where each person is. The tests' clock begins at 09:00 UTC, which
//! is four in the morning in New York, where the workspace is.

use chrono::TimeDelta;
use domain::{guard::QUIET_HOURS, message::Part, stats::Figures};
use engine::{
    campaigns, reports,
    testing::{Answer, Phase, assert_ledger_is_sound},
};
use serde_json::json;

use super::at;
use crate::Stage;

async fn at_night(people: &[&str]) -> Stage {
    let stage = Stage::with(people).await;
    stage.here.limit(json!({"channels": {"email": {"quiet_from": "21:00", "quiet_to": "08:00"}}})).await;
    stage
}

#[tokio::test]
async fn who_sleeps_gets_theirs_in_the_morning_where_they_are() {
    let stage = at_night(&["ada@one.example"]).await;
    stage.contact_in("ben@rome.example", "Europe/Rome").await;
    stage.contact_in("cleo@chicago.example", "America/Chicago").await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), ["ben@rome.example"]);
    let figures = Figures { audience: 3, sent: 1, waiting: 2, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let problems = stage.here.act(async |tx| reports::problems(tx, campaign).await).await.unwrap();
    let waits = &problems[0];
    assert_eq!((waits.part, waits.code.as_str(), waits.count), (Part::Waiting, QUIET_HOURS, 2));
    assert_eq!(waits.next_at, Some(at("2026-03-02T13:00:00Z")));

    for (moment, sent) in [("12:59:59", 1), ("13:00:00", 2), ("13:59:59", 2), ("14:00:00", 3)] {
        stage.here.clock.set(at(&format!("2026-03-02T{moment}Z")));
        stage.here.work().await;
        stage.assert_each_got_one(sent);
    }
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_retry_that_falls_into_the_night_waits_too() {
    let stage = at_night(&["ada@one.example"]).await;
    stage.here.clock.set(at("2026-03-03T01:58:00Z"));
    stage.sink.to("ada@one.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    stage.started("Spring news").await;
    stage.here.work().await;
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::minutes(5));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts("ada@one.example"), 1, "it is past nine");
    stage.here.clock.set(at("2026-03-03T13:00:00Z"));
    stage.here.work().await;
    stage.assert_each_got_one(1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_left_meanwhile_gets_nothing_in_the_morning() {
    let stage = at_night(&["ada@one.example"]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    sqlx::query("update contact set do_not_contact = true").execute(stage.here.engine.db.owner()).await.unwrap();
    stage.here.clock.set(at("2026-03-02T13:00:00Z"));
    stage.here.work().await;
    assert_eq!(stage.skipped_for(campaign).await, ["do_not_contact"]);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_campaign_that_ends_before_the_morning_ends() {
    let stage = at_night(&["ada@one.example"]).await;
    let campaign = stage.started_until(at("2026-03-02T12:00:00Z")).await;
    stage.here.work().await;
    stage.here.clock.set(at("2026-03-02T12:00:01Z"));
    stage.here.work().await;
    assert_eq!(stage.skipped_for(campaign).await, ["expired"]);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_waits_is_cancelled_with_the_campaign() {
    let stage = at_night(&["ada@one.example", "ben@two.example"]).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    let figures = Figures { audience: 2, cancelled: 2, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.here.clock.set(at("2026-03-02T13:00:00Z"));
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), Vec::<String>::new());
    assert_ledger_is_sound(&stage.here.engine).await;
}
