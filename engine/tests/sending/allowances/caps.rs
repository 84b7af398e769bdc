//! How often a person is written to: who has had enough is skipped with that as the reason.

use chrono::TimeDelta;
use domain::{message::SkipReason, stats::Figures};
use engine::{
    campaigns,
    testing::{Answer, Phase, assert_ledger_is_sound},
};
use serde_json::json;

use super::at;
use crate::Stage;

const ADA: &str = "ada@one.example";
const BEN: &str = "ben@two.example";

async fn capped(people: &[&str], caps: serde_json::Value) -> Stage {
    let stage = Stage::with(people).await;
    stage.here.limit(json!({ "caps": caps })).await;
    stage
}

#[tokio::test]
async fn without_a_word_a_person_gets_one_a_day_and_three_in_three_days() {
    let stage = Stage::with(&[ADA]).await;
    stage.here.limits_of_a_new_workspace().await;
    let mut sent = Vec::new();
    for hour in [0, 23, 24, 48, 71, 72] {
        stage.here.clock.set(at("2026-03-02T09:00:00Z") + TimeDelta::hours(hour) + TimeDelta::seconds(hour));
        let campaign = stage.started(&format!("After {hour} hours")).await;
        stage.here.work().await;
        sent.push(stage.here.figures(campaign).await.sent);
        if sent.last() == Some(&0) {
            assert_eq!(stage.skipped_for(campaign).await, [SkipReason::FrequencyCap.word()]);
        }
    }
    assert_eq!(sent, [1, 0, 1, 1, 0, 1]);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_week_has_a_cap_of_its_own() {
    let stage = capped(&[ADA], json!({"day": "", "three_days": "", "week": 2})).await;
    let mut sent = Vec::new();
    for day in 0..9 {
        stage.here.clock.set(at("2026-03-02T09:00:00Z") + TimeDelta::days(day) + TimeDelta::minutes(day));
        let campaign = stage.started(&format!("Day {day}")).await;
        stage.here.work().await;
        sent.push(stage.here.figures(campaign).await.sent);
    }
    assert_eq!(sent, [1, 1, 0, 0, 0, 0, 0, 1, 1]);
}

#[tokio::test]
async fn what_was_refused_or_skipped_does_not_count_and_a_retry_is_no_second_message() {
    let stage = capped(&[ADA, BEN], json!({"day": 1})).await;
    stage.sink.to(ADA, Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let first = stage.started("First").await;
    stage.here.work().await;
    stage.sink.behave();
    // Ben waits for a retry of the first, which was not handed over: the second comes before it.
    let second = stage.started("Second").await;
    stage.here.work().await;
    assert_eq!(stage.here.figures(second).await.sent, 2);
    stage.here.clock.advance(TimeDelta::minutes(5));
    stage.here.work().await;
    assert_eq!(stage.skipped_for(first).await, ["frequency_cap"]);
    stage.assert_each_got_one(2);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_retry_goes_though_its_own_message_was_tried_today() {
    let stage = capped(&[BEN], json!({"day": 1})).await;
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::minutes(5));
    stage.here.work().await;
    assert_eq!(stage.here.figures(campaign).await.sent, 1);
}

#[tokio::test]
async fn what_is_in_doubt_counts() {
    let stage = capped(&[ADA], json!({"day": 1})).await;
    stage.sink.to(ADA, Phase::Dot, Answer::Close);
    let doubted = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.figures(doubted).await.in_doubt, 1);
    stage.sink.behave();
    let second = stage.started("Summer news").await;
    stage.here.work().await;
    assert_eq!(stage.skipped_for(second).await, ["frequency_cap"]);
}

#[tokio::test]
async fn what_is_being_handed_over_counts() {
    let stage = capped(&[ADA], json!({"day": 1})).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(1).await;
    let second = stage.started("Summer news").await;
    stage.here.work().await;
    assert_eq!(stage.skipped_for(second).await, ["frequency_cap"]);
    stage.sink.release();
    worker.await.unwrap();
    stage.assert_each_got_one(1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn two_campaigns_at_the_same_moment_reach_nobody_twice() {
    let stage = Stage::with_crowd(600).await;
    stage.here.limit(json!({"caps": {"day": 1}})).await;
    let (one, other) = (stage.started("Spring news").await, stage.started("Summer news").await);
    let workers = [stage.worker(), stage.worker(), stage.worker()];
    for worker in workers {
        worker.await.unwrap();
    }
    stage.here.work().await;
    stage.assert_each_got_one(600);
    let (one, other) = (stage.here.figures(one).await, stage.here.figures(other).await);
    assert_eq!((one.sent + other.sent, one.skipped + other.skipped), (600, 600));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn somebody_who_was_two_has_had_what_both_had() {
    let stage = capped(&[], json!({"day": 1})).await;
    let here = &stage.here;
    let (goes, stays) = (here.contact(ADA, &[stage.list]).await, here.contact(BEN, &[]).await);
    stage.started("Spring news").await;
    here.work().await;
    let merge = domain::contact::merge::NewMerge { into: stays.to_string(), ..Default::default() };
    here.act(async |tx| engine::audience::merge(tx, goes, &merge).await).await.unwrap();
    let second = stage.started("Summer news").await;
    here.work().await;
    assert_eq!(stage.skipped_for(second).await, ["frequency_cap"]);
}

#[tokio::test]
async fn a_test_of_a_message_does_not_count() {
    let stage = capped(&[ADA], json!({"day": 1})).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let trial: domain::template::NewTrial = serde_json::from_value(json!({ "to": ADA })).unwrap();
    let ready = here.act(async |tx| campaigns::ready_trial(&here.engine, tx, campaign, &trial).await).await.unwrap();
    ready.send().await;
    assert_eq!(stage.sink.attempts(ADA), 1);
    here.start(campaign).await;
    here.work().await;
    let figures = Figures { audience: 1, sent: 1, ..Default::default() };
    assert_eq!(here.figures(campaign).await, figures);
}
