//! A campaign's end and its stop: whoever was not sent to by then is set aside, each exactly once and with the reason.

use chrono::TimeDelta;
use domain::{campaign::NewCampaign, id::CampaignId, stats::Figures};
use engine::{
    Error, campaigns,
    testing::{Answer, Phase, TestWorkspace, assert_ledger_is_sound, draft},
};

use crate::Stage;

/// A draft to the stage's list that is not to be sent after so many minutes from now.
fn ends_after(stage: &Stage, minutes: i64) -> NewCampaign {
    let end = engine::clock::Clock::now(&stage.here.clock) + TimeDelta::minutes(minutes);
    let schedule = serde_json::json!({ "type": "now", "not_after": end.to_rfc3339() });
    NewCampaign { schedule: Some(schedule), ..draft("Spring news", stage.sender, &[stage.list]) }
}

async fn started(here: &TestWorkspace, new: NewCampaign) -> CampaignId {
    let campaign = here.campaign_with(new).await;
    here.start(campaign).await;
    campaign
}

#[tokio::test]
async fn who_was_not_sent_to_before_the_end_is_skipped_also_those_who_would_be_tried_again() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    stage.sink.to("ben@two.example", Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = started(&stage.here, ends_after(&stage, 1)).await;
    stage.here.work().await;
    assert_eq!(stage.here.figures(campaign).await.waiting, 1);
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::minutes(2));
    stage.here.work().await;
    stage.assert_each_got_one(1);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    let skipped = stage.recipients(campaign, "skipped").await;
    assert_eq!(skipped[0].code.as_deref(), Some("expired"));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn after_the_end_everybody_is_still_written_into_the_ledger_as_not_sent() {
    let stage = Stage::with_crowd(1_200).await;
    let campaign = started(&stage.here, ends_after(&stage, 1)).await;
    stage.here.clock.advance(TimeDelta::minutes(2));
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), Vec::<String>::new());
    let figures = Figures { audience: 1_200, skipped: 1_200, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_group_that_is_being_handed_over_at_the_end_is_finished_and_no_other_begun() {
    let stage = Stage::with_crowd(120).await;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = started(&stage.here, ends_after(&stage, 1)).await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    stage.here.clock.advance(TimeDelta::seconds(61));
    stage.sink.release();
    worker.await.unwrap();
    stage.here.work().await;
    stage.assert_each_got_one(50);
    let figures = Figures { audience: 120, sent: 50, skipped: 70, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn an_end_that_is_past_is_refused_at_its_field_and_told_before() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let campaign = stage.here.campaign_with(ends_after(&stage, 1)).await;
    stage.here.clock.advance(TimeDelta::minutes(2));
    let blockers = stage.here.act(async |tx| campaigns::blockers(tx, campaign).await).await.unwrap();
    assert_eq!(blockers[0].code, "past");
    let here = &stage.here;
    let refused = here.act(async |tx| campaigns::start(&here.engine, tx, campaign, None).await).await.unwrap_err();
    assert!(matches!(refused, Error::Invalid(errors) if errors.message("schedule.not_after").is_some()));
}

#[tokio::test]
async fn a_local_end_is_by_the_clocks_of_the_workspace() {
    let stage = Stage::with(&[]).await;
    let schedule = serde_json::json!({ "not_after": "2026-07-01T08:00" });
    let new = NewCampaign { schedule: Some(schedule), ..draft("Spring news", stage.sender, &[stage.list]) };
    let campaign = stage.here.campaign_with(new).await;
    let detail = stage.here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap();
    assert_eq!(detail.campaign.not_after.unwrap().to_rfc3339(), "2026-07-01T12:00:00+00:00", "New York in summer");
}

#[tokio::test]
async fn a_large_campaign_that_is_stopped_is_set_aside_part_by_part() {
    let stage = Stage::with_crowd(12_000).await;
    let here = &stage.here;
    stage.sink.always(Phase::Dot, Answer::Hold);
    let campaign = stage.started("Spring news").await;
    let worker = stage.worker();
    stage.sink.holds(50).await;
    while here.figures(campaign).await.audience < 12_000 {
        tokio::task::yield_now().await;
    }
    here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    let at_once = here.figures(campaign).await;
    assert!(at_once.cancelled > 0 && at_once.waiting > 50, "{at_once:?}");
    stage.sink.release();
    worker.await.unwrap();
    here.work().await;
    let figures = here.figures(campaign).await;
    assert_eq!(figures, Figures { audience: 12_000, sent: 50, cancelled: 11_950, ..Default::default() });
    assert_eq!(here.status(campaign).await, "Stopped");
    assert_ledger_is_sound(&here.engine).await;
}
