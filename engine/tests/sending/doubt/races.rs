//! Decisions at the same moment as others, and as late answers of the provider: every message ends in one way.

use chrono::TimeDelta;
use domain::{doubt::Decision, id::CampaignId, stats::Figures};
use engine::testing::{Answer, Phase, assert_ledger_is_sound};
use tokio::task::JoinHandle;

use super::two_in_doubt;
use crate::Stage;

/// A campaign to 120, of whom 50 are in doubt because their worker was slow; it still waits for the answers.
async fn slow_worker() -> (Stage, CampaignId, JoinHandle<()>) {
    let stage = Stage::with_crowd(120).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let slow = stage.worker();
    stage.sink.holds(50).await;
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::seconds(151));
    stage.here.work().await;
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 50);
    (stage, campaign, slow)
}

#[tokio::test]
async fn an_answer_that_comes_before_the_second_copy_makes_it_needless() {
    let (stage, campaign, slow) = slow_worker().await;
    let done = stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    assert_eq!((done.changed, done.left), (50, 0));
    stage.sink.release();
    slow.await.unwrap();
    stage.here.work().await;
    stage.assert_each_got_one(120);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_eq!(stage.here.figures(campaign).await, Figures { audience: 120, sent: 120, ..Default::default() });
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_late_answer_does_not_change_what_was_decided() {
    let (stage, campaign, slow) = slow_worker().await;
    stage.decide_all(campaign, Decision::MarkNotSent).await.unwrap();
    stage.sink.release();
    slow.await.unwrap();
    let figures = Figures { audience: 120, sent: 70, failed: 50, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn late_answers_at_the_moment_of_the_decision_leave_nobody_uncounted() {
    let (stage, campaign, slow) = slow_worker().await;
    stage.sink.release();
    let (decided, slow) = tokio::join!(stage.decide_all(campaign, Decision::MarkNotSent), slow);
    slow.unwrap();
    let decided = decided.unwrap();
    let figures = stage.here.figures(campaign).await;
    assert_eq!((figures.in_doubt, figures.failed), (0, decided.changed));
    assert!(figures.balances() && figures.sent + figures.failed == 120, "{figures:?}");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn of_two_people_at_once_one_has_their_way_about_each_message() {
    let (stage, campaign) = two_in_doubt().await;
    let (sent, again) =
        tokio::join!(stage.decide_all(campaign, Decision::MarkSent), stage.decide_all(campaign, Decision::SendAgain));
    let (sent, again) = (sent.unwrap(), again.unwrap());
    assert_eq!(sent.changed + again.changed, 2, "{sent:?} {again:?}");
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_eq!(stage.sink.recipients().len() as i64, 2 + again.changed);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_worker_that_finishes_the_run_at_the_same_moment_forgets_nobody() {
    let (stage, campaign) = two_in_doubt().await;
    for _ in 0..10 {
        let (again, ()) = tokio::join!(stage.decide_all(campaign, Decision::SendAgain), stage.here.work());
        stage.here.work().await;
        assert_eq!(stage.here.figures(campaign).await.waiting, 0, "{again:?}");
        stage.here.work().await;
        assert_ledger_is_sound(&stage.here.engine).await;
    }
}
