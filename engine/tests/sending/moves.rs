//! Pausing, resuming and stopping while messages are going out, and minds that change in between.

use chrono::TimeDelta;
use domain::{consent::NewConsent, id::CampaignId, stats::Figures};
use engine::{
    Error, audience, campaigns,
    testing::{Answer, Phase, assert_ledger_is_sound},
};
use tokio::task::JoinHandle;

use crate::Stage;

/// A crowd of 120, of whom the first 50 are being handed over at this moment.
async fn under_way() -> (Stage, CampaignId, JoinHandle<()>) {
    let stage = Stage::with_crowd(120).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    (stage, campaign, worker)
}

#[tokio::test]
async fn a_pause_holds_all_who_were_not_being_handed_over_and_resuming_sends_to_them_once() {
    let (stage, campaign, worker) = under_way().await;
    let here = &stage.here;
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    stage.sink.release();
    worker.await.unwrap();
    here.clock.advance(TimeDelta::days(1));
    here.work().await;
    stage.assert_each_got_one(50);
    assert_eq!(here.status(campaign).await, "Paused");
    assert_eq!(here.figures(campaign).await, Figures { audience: 120, sent: 50, waiting: 70, ..Default::default() });
    assert_ledger_is_sound(&here.engine).await;

    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    here.work().await;
    stage.assert_each_got_one(120);
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn nobody_gets_anything_after_a_campaign_is_stopped() {
    let (stage, campaign, worker) = under_way().await;
    let here = &stage.here;
    here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    stage.sink.release();
    worker.await.unwrap();
    here.clock.advance(TimeDelta::days(1));
    here.work().await;
    stage.assert_each_got_one(50);
    assert_eq!(here.status(campaign).await, "Stopped");
    assert_eq!(here.figures(campaign).await, Figures { audience: 120, sent: 50, cancelled: 70, ..Default::default() });
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn who_would_be_tried_again_is_cancelled_with_the_campaign() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    let figures = Figures { audience: 2, sent: 1, cancelled: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::days(1));
    stage.here.work().await;
    stage.assert_each_got_one(1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_is_refused_for_now_just_as_the_campaign_is_stopped_does_not_wait_for_ever() {
    let stage = Stage::with(&["ben@two.example"]).await;
    stage.sink.always(Phase::Recipient, Answer::HoldThenSay("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(1).await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    stage.sink.release();
    worker.await.unwrap();
    assert_eq!(stage.here.figures(campaign).await, Figures { audience: 1, cancelled: 1, ..Default::default() });
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_a_dead_worker_left_of_a_stopped_campaign_is_in_doubt() {
    let (stage, campaign, worker) = under_way().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.here.clock.advance(TimeDelta::seconds(21));
    stage.here.work().await;
    let figures = Figures { audience: 120, in_doubt: 50, cancelled: 70, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.assert_each_got_one(50);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn consent_that_is_withdrawn_after_the_start_is_respected() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let ben = here.contact("ben@two.example", &[stage.list]).await;
    stage.sink.always(Phase::Connect, Answer::Close);
    let campaign = stage.started("Spring news").await;
    here.work().await;
    assert_eq!(here.figures(campaign).await.waiting, 2, "both are planned");
    let withdrawn = NewConsent {
        channel: "email".into(),
        state: "withdrawn".into(),
        source: "manual".into(),
        ..Default::default()
    };
    here.act(async |tx| audience::record_consent(tx, ben, &withdrawn).await).await.unwrap();
    stage.sink.behave();
    here.clock.advance(TimeDelta::seconds(73));
    here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example"]);
    assert_eq!(stage.recipients(campaign, "skipped").await[0].code.as_deref(), Some("no_consent"));
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn moves_at_a_wrong_moment_are_conflicts_and_change_nothing() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let here = &stage.here;
    let campaign = here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let pause = async || here.act(async |tx| campaigns::pause(tx, campaign).await).await;
    let resume = async || here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await;
    let cancel = async || here.act(async |tx| campaigns::cancel(tx, campaign).await).await;
    let is_conflict = |done| matches!(done, Err(Error::Conflict { code: "illegal_move", .. }));
    assert!(is_conflict(pause().await) && is_conflict(resume().await));
    here.start(campaign).await;
    assert!(is_conflict(resume().await));
    here.work().await;
    assert!(is_conflict(pause().await) && is_conflict(resume().await) && is_conflict(cancel().await));
    assert_eq!(here.status(campaign).await, "Finished");
}
