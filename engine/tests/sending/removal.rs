//! Taking somebody out of a campaign: as long as they were not handed over, and never afterwards.

use domain::{id::CampaignId, stats::Figures};
use engine::{
    Error, Result, campaigns,
    testing::{Answer, Phase, assert_ledger_is_sound},
};

use crate::Stage;

async fn remove(stage: &Stage, campaign: CampaignId, message: &str) -> Result<()> {
    stage.here.act(async |tx| campaigns::remove_recipient(tx, campaign, message).await).await
}

fn is_too_late(done: Result<()>) -> bool {
    matches!(done, Err(Error::Conflict { code: "not_pending", .. }))
}

#[tokio::test]
async fn who_is_removed_while_others_are_sent_to_gets_nothing() {
    let stage = Stage::with_crowd(120).await;
    let here = &stage.here;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    let waiting = stage.recipients(campaign, "waiting").await;
    assert_eq!(waiting.len(), 120, "nothing is settled yet");
    let (handed_over, next, last) = (&waiting[49], &waiting[50], &waiting[119]);

    assert!(is_too_late(remove(&stage, campaign, &handed_over.id).await), "it may be on its way");
    remove(&stage, campaign, &next.id).await.unwrap();
    remove(&stage, campaign, &last.id).await.unwrap();
    assert!(is_too_late(remove(&stage, campaign, &last.id).await), "once is enough");
    let figures = Figures { audience: 120, waiting: 118, skipped: 2, ..Default::default() };
    assert_eq!(here.figures(campaign).await, figures);
    stage.sink.release();
    worker.await.unwrap();

    stage.assert_each_got_one(118);
    let sent = stage.sink.recipients();
    assert!([next, last].iter().all(|removed| !sent.contains(removed.address.as_ref().unwrap())));
    assert!(is_too_late(remove(&stage, campaign, &handed_over.id).await), "it was sent");
    assert_eq!(stage.recipients(campaign, "skipped").await[0].code.as_deref(), Some("removed"));
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn a_removal_that_races_with_the_worker_is_won_by_one_of_them() {
    let stage = Stage::with_crowd(200).await;
    let campaign = stage.started("Spring news").await;
    stage.here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::resume(&stage.here.engine, tx, campaign, None).await).await.unwrap();
    let worker = stage.worker();
    let (mut removed, mut tried) = (0, 0);
    while !worker.is_finished() {
        for recipient in stage.recipients(campaign, "waiting").await.iter().rev().take(3) {
            tried += 1;
            match remove(&stage, campaign, &recipient.id).await {
                Ok(()) => removed += 1,
                late => assert!(is_too_late(late)),
            }
        }
    }
    worker.await.unwrap();
    let figures = stage.here.figures(campaign).await;
    assert_eq!((figures.skipped, figures.sent), (removed, 200 - removed), "of {tried}");
    stage.assert_each_got_one(usize::try_from(figures.sent).unwrap());
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_waits_for_another_try_can_be_removed() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let waiting = stage.recipients(campaign, "waiting").await;
    remove(&stage, campaign, &waiting[0].id).await.unwrap();
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_eq!(stage.sink.attempts("ben@two.example"), 1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn another_campaigns_message_is_not_this_ones() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let (one, other) = (stage.started("Spring news").await, stage.started("Summer news").await);
    stage.here.work().await;
    let message = &stage.recipients(one, "sent").await[0].id;
    for (campaign, id) in [(other, message.as_str()), (one, "nonsense"), (one, "")] {
        assert!(matches!(remove(&stage, campaign, id).await, Err(Error::NotFound)), "{id}");
    }
}
