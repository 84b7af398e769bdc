//! No answer, and workers that die: what may have been sent is in doubt and never simply sent again; what was not
//! handed over is sent, once.

use chrono::TimeDelta;
use domain::stats::Figures;
use engine::testing::{Answer, Phase, assert_ledger_is_sound};

use crate::Stage;

const BEN: &str = "ben@two.example";

/// Longer than a lease.
fn a_lease() -> TimeDelta {
    TimeDelta::seconds(21)
}

#[tokio::test]
async fn silence_after_the_whole_message_leaves_it_in_doubt_and_it_is_never_sent_again() {
    let stage = Stage::with(&["ada@one.example", BEN]).await;
    stage.sink.to(BEN, Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
    let figures = Figures { audience: 2, sent: 1, in_doubt: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let doubted = &stage.recipients(campaign, "in_doubt").await[0];
    assert_eq!((doubted.label.as_str(), doubted.status.as_str()), ("ben", "in doubt"));
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::days(2));
    stage.here.work().await;
    stage.assert_each_got_one(2);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn after_a_crash_only_the_group_that_was_being_handed_over_is_in_doubt() {
    let stage = Stage::with_crowd(120).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.sink.behave();

    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Sending", "until its lease is over the worker may be alive");
    stage.assert_each_got_one(50);

    stage.here.clock.advance(a_lease());
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 50 in doubt");
    let figures = Figures { audience: 120, sent: 70, in_doubt: 50, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.assert_each_got_one(120);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn after_a_crash_during_a_retry_that_message_is_in_doubt() {
    let stage = Stage::with(&[BEN]).await;
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.sink.behave();
    stage.sink.always(Phase::Dot, Answer::Hold);
    stage.here.clock.advance(TimeDelta::seconds(73));
    let worker = stage.worker();
    stage.sink.holds(1).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    stage.sink.behave();
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 2, "its lease is not over");
    stage.here.clock.advance(a_lease());
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
    stage.assert_each_got_one(1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_worker_that_was_only_slow_takes_its_messages_out_of_doubt() {
    let stage = Stage::with_crowd(120).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let slow = stage.worker();
    stage.sink.holds(50).await;
    stage.sink.behave();
    stage.here.clock.advance(a_lease());
    stage.here.work().await;
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 50);
    stage.sink.release();
    slow.await.unwrap();
    assert_eq!(stage.here.figures(campaign).await, Figures { audience: 120, sent: 120, ..Default::default() });
    assert_eq!(stage.here.status(campaign).await, "Finished");
    stage.assert_each_got_one(120);
    assert_ledger_is_sound(&stage.here.engine).await;
}
