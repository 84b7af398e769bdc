//! Reports that come before the answer, or instead of one: the message was taken, whatever was known of it.

use chrono::TimeDelta;
use domain::{doubt::Decision, stats::Figures};
use engine::{
    sending::public_id,
    testing::{Answer, Phase, assert_ledger_is_sound},
};

use super::line;
use crate::Stage;

const ADA: &str = "ada@one.example";
const BEN: &str = "ben@two.example";

#[tokio::test]
async fn a_report_before_the_answer_is_not_undone_by_it() {
    let stage = Stage::with_crowd(60).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    let ids = stage.all(campaign).await;
    let lines: Vec<_> = ids[..30].iter().map(|(id, _)| line(id, "delivered", "a")).collect();
    stage.report(&lines).await;
    stage.report(&[line(&ids[30].0, "opened", "a"), line(&ids[31].0, "bounced", "a")]).await;
    stage.apply().await;
    let figures = stage.here.figures(campaign).await;
    assert_eq!((figures.sent, figures.delivered, figures.bounced, figures.opened), (32, 30, 1, 1));
    stage.sink.behave();
    stage.sink.release();
    worker.await.unwrap();
    let figures = Figures { audience: 60, sent: 60, delivered: 30, bounced: 1, opened: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    stage.assert_each_got_one(60);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_worker_that_died_leaves_in_doubt_only_what_nobody_reported() {
    let stage = Stage::with_crowd(50).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    let ids = stage.all(campaign).await;
    let lines: Vec<_> = ids[..40].iter().map(|(id, _)| line(id, "delivered", "a")).collect();
    stage.report(&lines).await;
    stage.here.work().await;
    stage.here.clock.advance(TimeDelta::seconds(21));
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 10 in doubt");
    let lines: Vec<_> = ids.iter().map(|(id, _)| line(id, "delivered", "a")).collect();
    stage.report(&lines).await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished");
    let figures = Figures { audience: 50, sent: 50, delivered: 50, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_report_takes_a_message_out_of_doubt_and_nobody_can_decide_about_it_any_more() {
    let stage = Stage::with(&[ADA, BEN]).await;
    stage.sink.always(Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 2 in doubt");
    let ids: Vec<_> = stage.all(campaign).await.into_iter().map(|(id, _)| id).collect();
    stage.report(&[line(&ids[0], "opened", "a"), line(&ids[1], "bounced", "a")]).await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished");
    let figures = Figures { audience: 2, sent: 2, bounced: 1, opened: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    let done = stage.decide(campaign, Decision::MarkNotSent, &ids).await.unwrap();
    assert_eq!((done.changed, done.already_decided), (0, 2));
    assert!(stage.recipients(campaign, "sent").await.iter().all(|one| one.reason.is_none() && one.code.is_none()));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_report_makes_a_second_copy_needless_and_the_run_ends() {
    let stage = Stage::with(&[ADA]).await;
    stage.sink.always(Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.sink.behave();
    let ids: Vec<_> = stage.all(campaign).await.into_iter().map(|(id, _)| id).collect();
    stage.decide(campaign, Decision::SendAgain, &ids).await.unwrap();
    stage.report(&[line(&ids[0], "delivered", "a")]).await;
    stage.here.work().await;
    stage.assert_each_got_one(1);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_eq!(stage.count("select count(*) from run where finished_at is null").await, 0);
    let figures = Figures { audience: 1, sent: 1, delivered: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_failed_stays_failed_and_what_happened_is_kept() {
    let stage = Stage::with(&[ADA]).await;
    stage.sink.to(ADA, Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    let campaign = stage.started("Spring news").await;
    let run = stage.here.act(async |tx| engine::campaigns::get(tx, campaign).await).await.unwrap().campaign.run_id;
    stage.here.work().await;
    stage.report(&[line(&public_id(run.unwrap(), 1), "delivered", "a")]).await;
    stage.here.work().await;
    let figures = Figures { audience: 1, failed: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.recipients(campaign, "failed").await[0].code.as_deref(), Some("550 5.1.1"));
    assert_eq!(stage.count("select count(*) from event where kind = 'delivered'").await, 1);
    assert_ledger_is_sound(&stage.here.engine).await;
}
