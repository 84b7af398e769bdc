//! The most messages an hour: what is too many waits for the next one, and nobody is lost or sent to twice.

use chrono::TimeDelta;
use domain::{limits::Stop, stats::Figures};
use engine::testing::{Answer, Phase, assert_ledger_is_sound};
use serde_json::json;

use super::at;
use crate::Stage;

async fn limited(count: i32, hourly: u32) -> Stage {
    let stage = Stage::with_crowd(count).await;
    stage.here.limit(json!({"channels": {"email": {"hourly": hourly}}})).await;
    stage
}

#[tokio::test]
async fn when_the_hour_has_had_its_messages_the_rest_goes_in_the_next_ones() {
    let stage = limited(150, 70).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.assert_each_got_one(70);
    let figures = Figures { audience: 150, sent: 70, waiting: 80, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let wait = stage.wait(campaign).await.unwrap();
    assert_eq!((wait.reason, wait.until), (Stop::HourlyLimit, at("2026-03-02T10:00:00Z")));
    assert_eq!(wait.text, "The workspace’s limit of 70 e-mails an hour is reached.");
    assert_eq!(stage.here.limit(json!({})).await.used_this_hour.into_values().sum::<u64>(), 70);

    stage.here.clock.set(at("2026-03-02T09:59:59Z"));
    stage.here.work().await;
    stage.assert_each_got_one(70);
    for (hour, sent) in [("2026-03-02T10:00:00Z", 140), ("2026-03-02T11:00:00Z", 150)] {
        stage.here.clock.set(at(hour));
        stage.here.work().await;
        stage.assert_each_got_one(sent);
    }
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_eq!(stage.wait(campaign).await, None);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_limit_that_is_raised_or_lifted_lets_them_go_on_at_once() {
    let stage = limited(120, 10).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.limit(json!({"channels": {"email": {"hourly": 30}}})).await;
    stage.here.work().await;
    stage.assert_each_got_one(30);
    stage.here.limit(json!({"channels": {"email": {"hourly": ""}}})).await;
    assert_eq!(stage.wait(campaign).await, None);
    stage.here.work().await;
    stage.assert_each_got_one(120);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn runs_and_processes_share_the_hour() {
    let stage = limited(200, 130).await;
    stage.started("Spring news").await;
    stage.started("Summer news").await;
    let (one, other) = (stage.worker(), stage.worker());
    one.await.unwrap();
    other.await.unwrap();
    assert_eq!(stage.sink.recipients().len(), 130, "neither more nor fewer");
    stage.here.limit(json!({"channels": {"email": {"hourly": ""}}})).await;
    stage.here.work().await;
    assert_eq!(stage.sink.recipients().len(), 400);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_neighbour_has_hours_of_its_own() {
    let stage = limited(20, 5).await;
    let there = stage.here.neighbour("Oak Lane").await;
    let sender = there.sender(&there.provider(&stage.sink).await).await;
    let list = there.list("Customers").await;
    there.contact("ada@oak.example", &[list]).await;
    stage.started("Spring news").await;
    there.start(there.campaign("Oak news", sender, &[list]).await).await;
    stage.here.work().await;
    assert_eq!(stage.sink.recipients().len(), 6);
}

#[tokio::test]
async fn a_retry_counts_as_any_other_message_and_waits_as_well() {
    let stage = Stage::with(&["ben@two.example"]).await;
    stage.here.limit(json!({"channels": {"email": {"hourly": 2}}})).await;
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    stage.started("Spring news").await;
    for attempts in [1, 2, 2] {
        stage.here.work().await;
        assert_eq!(stage.sink.attempts("ben@two.example"), attempts);
        stage.here.clock.advance(TimeDelta::minutes(10));
    }
    stage.sink.behave();
    stage.here.clock.set(at("2026-03-02T10:00:00Z"));
    stage.here.work().await;
    stage.assert_each_got_one(1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn whoever_is_skipped_uses_nothing_up() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    stage.here.limit(json!({"channels": {"email": {"hourly": 1}}})).await;
    let campaign = stage.started("Spring news").await;
    engine::sending::run_until_idle(&stage.here.engine).await.unwrap();
    stage.assert_each_got_one(1);
    let left = stage.recipients(campaign, "waiting").await;
    let mark = sqlx::query("update contact set do_not_contact = true where id = $1").bind(left[0].contact_id.0);
    mark.execute(stage.here.engine.db.owner()).await.unwrap();
    stage.here.clock.set(at("2026-03-02T10:00:00Z"));
    stage.here.work().await;
    assert_eq!(stage.skipped_for(campaign).await, ["do_not_contact"]);
    assert_eq!(stage.here.limit(json!({})).await.used_this_hour.into_values().sum::<u64>(), 0);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn the_end_of_a_campaign_comes_also_while_it_waits() {
    let stage = limited(20, 5).await;
    let campaign = stage.started_until(at("2026-03-02T09:30:00Z")).await;
    stage.here.work().await;
    stage.here.clock.set(at("2026-03-02T09:31:00Z"));
    stage.here.work().await;
    let figures = Figures { audience: 20, sent: 5, skipped: 15, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}
