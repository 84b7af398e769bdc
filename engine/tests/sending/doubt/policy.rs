//! What becomes of messages that stay in doubt, as the workspace wants it.

use chrono::TimeDelta;
use domain::{account::NewSettings, doubt::Decision, doubt::DoubtPolicy, id::CampaignId};
use engine::{
    accounts::workspace,
    campaigns,
    testing::{Answer, Phase, TestWorkspace, assert_ledger_is_sound},
};

use super::{ADA, BEN};
use crate::Stage;

async fn choose(here: &TestWorkspace, policy: DoubtPolicy) {
    let new = NewSettings { doubt_policy: Some(policy.word().into()), ..Default::default() };
    here.act(async |tx| workspace::change(&here.engine, tx, &new).await).await.unwrap();
}

/// A campaign to Ada and Ben in which Ben's message got no answer.
async fn ben_in_doubt(stage: &Stage) -> CampaignId {
    stage.sink.to(BEN, Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
    campaign
}

#[tokio::test]
async fn after_a_day_it_is_sent_again_once_and_then_held() {
    let stage = Stage::with(&[ADA, BEN]).await;
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    let campaign = ben_in_doubt(&stage).await;
    stage.here.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 1, "not a second before");
    stage.here.clock.advance(TimeDelta::seconds(1));
    stage.here.work().await;
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (1, 2));
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
    assert!(stage.doubted(campaign).await[0].sent_again);
    assert_eq!(stage.actions("campaign.in_doubt").await, ["campaign.in_doubt_sent_again"]);
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::days(3));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 2, "in doubt a second time: held for a person");
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    stage.here.work().await;
    assert_eq!((stage.sink.attempts(BEN), stage.here.status(campaign).await.as_str()), (3, "Finished"));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn what_a_person_sent_again_is_not_sent_a_third_time_by_the_policy() {
    let stage = Stage::with(&[ADA, BEN]).await;
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    let campaign = ben_in_doubt(&stage).await;
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    stage.here.work().await;
    stage.here.clock.advance(TimeDelta::days(2));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 2);
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 in doubt");
}

#[tokio::test]
async fn choosing_it_sends_nothing_that_is_older_and_choosing_it_twice_changes_nothing() {
    let stage = Stage::with(&[ADA, BEN]).await;
    let old = ben_in_doubt(&stage).await;
    stage.here.clock.advance(TimeDelta::days(300));
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    let new = ben_in_doubt(&stage).await;
    stage.here.clock.advance(TimeDelta::hours(12));
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    stage.here.clock.advance(TimeDelta::hours(12));
    stage.sink.behave();
    stage.here.work().await;
    assert_eq!(stage.here.status(old).await, "Finished, 1 in doubt");
    assert_eq!(stage.here.status(new).await, "Finished");
    assert_eq!(stage.actions("workspace.doubt").await, ["workspace.doubt_policy_changed"]);
}

#[tokio::test]
async fn held_again_in_time_nothing_goes_out_and_neighbours_choose_for_themselves() {
    let stage = Stage::with(&[ADA, BEN]).await;
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    choose(&stage.here.neighbour("Oak Lane").await, DoubtPolicy::SendAgain).await;
    ben_in_doubt(&stage).await;
    choose(&stage.here, DoubtPolicy::Hold).await;
    stage.here.clock.advance(TimeDelta::days(2));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 1);
}

#[tokio::test]
async fn a_stopped_campaign_stays_stopped() {
    let stage = Stage::with(&[ADA, BEN]).await;
    choose(&stage.here, DoubtPolicy::SendAgain).await;
    stage.sink.to(BEN, Phase::Dot, Answer::Close);
    stage.sink.to(ADA, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    stage.here.act(async |tx| campaigns::cancel(tx, campaign).await).await.unwrap();
    stage.here.clock.advance(TimeDelta::days(2));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 1);
    assert_eq!(stage.here.figures(campaign).await.in_doubt, 1);
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_word_that_is_no_policy_is_refused() {
    let here = TestWorkspace::new().await;
    let new = NewSettings { doubt_policy: Some("forget".into()), ..Default::default() };
    let refused = here.act(async |tx| workspace::change(&here.engine, tx, &new).await).await.unwrap_err();
    assert_eq!(super::field(refused), ("doubt_policy".into(), "unknown".into()));
    let settings = here.act(async |tx| workspace::get(&here.engine, tx).await).await.unwrap();
    assert_eq!((settings.doubt_policy, settings.doubt_policy_since), (DoubtPolicy::Hold, None));
}
