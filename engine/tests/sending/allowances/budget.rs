//! The month's budget: before it is exceeded the campaign pauses, with the reason, and goes on when somebody raised it.

use domain::{id::CampaignId, limits::BUDGET_SPENT, stats::Figures};
use engine::{
    campaigns,
    testing::{TestWorkspace, assert_ledger_is_sound},
};
use serde_json::json;

use super::at;
use crate::Stage;

async fn with_budget(count: i32, budget: &str) -> Stage {
    let stage = Stage::with_crowd(count).await;
    stage.here.limit(json!({"channels": {"email": {"price": "0.01"}}, "budget": budget})).await;
    stage
}

async fn reason(here: &TestWorkspace, campaign: CampaignId) -> String {
    let detail = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap();
    detail.campaign.status_reason.unwrap_or_default()
}

#[tokio::test]
async fn a_campaign_pauses_before_the_budget_is_exceeded_and_goes_on_when_it_is_raised() {
    let stage = with_budget(120, "0.758").await;
    let here = &stage.here;
    let campaign = stage.started("Spring news").await;
    here.work().await;
    stage.assert_each_got_one(75);
    assert_eq!(here.status(campaign).await, "Paused");
    let why = reason(here, campaign).await;
    assert!(why.starts_with(BUDGET_SPENT) && why.contains("0.758"), "{why}");
    assert_eq!(here.limit(json!({})).await.spent_this_month.to_string(), "0.75");

    stage.resume(campaign).await;
    here.work().await;
    stage.assert_each_got_one(75);
    assert_eq!(here.status(campaign).await, "Paused", "nothing was changed");
    here.limit(json!({"budget": 2})).await;
    stage.resume(campaign).await;
    here.work().await;
    stage.assert_each_got_one(120);
    assert_eq!(here.limit(json!({})).await.spent_this_month.to_string(), "1.20");
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn the_next_month_of_the_workspace_has_a_budget_of_its_own() {
    let stage = with_budget(6, "0.03").await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    for (moment, sent) in [("2026-04-01T03:59:59Z", 3), ("2026-04-01T04:00:00Z", 6)] {
        stage.here.clock.set(at(moment));
        stage.resume(campaign).await;
        stage.here.work().await;
        stage.assert_each_got_one(sent);
    }
    let figures = Figures { audience: 6, sent: 6, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn runs_share_the_budget_and_both_are_told() {
    let stage = with_budget(40, "0.50").await;
    let (one, other) = (stage.started("Spring news").await, stage.started("Summer news").await);
    let workers = [stage.worker(), stage.worker()];
    for worker in workers {
        worker.await.unwrap();
    }
    stage.here.work().await;
    assert_eq!(stage.sink.recipients().len(), 50);
    let statuses = [stage.here.status(one).await, stage.here.status(other).await];
    assert!(statuses.contains(&"Paused".into()), "{statuses:?}");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn the_estimate_says_what_it_costs_and_what_is_left() {
    let stage = with_budget(30, "0.25").await;
    let campaign = stage.here.campaign("Spring news", stage.sender, &[stage.list]).await;
    let estimate = stage.here.act(async |tx| campaigns::estimate(tx, campaign).await).await.unwrap();
    assert_eq!((estimate.cost.to_string(), estimate.budget_left.unwrap().to_string()), ("0.30".into(), "0.25".into()));
}
