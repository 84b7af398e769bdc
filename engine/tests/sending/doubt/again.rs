//! Sending again: the run is open until nobody waits, the guards are asked anew, and a hold holds.

use chrono::TimeDelta;
use domain::{campaign::CampaignStatus, consent::NewConsent, doubt::Decision, id::CampaignId, stats::Figures};
use engine::{
    audience, campaigns,
    testing::{Answer, Phase, assert_ledger_is_sound},
};

use super::{ADA, BEN, two_in_doubt};
use crate::Stage;

/// Whether a campaign's run is over, and how many workspaces have work.
async fn is_over(stage: &Stage, campaign: CampaignId) -> bool {
    let over = "select r.finished_at is not null from run r where r.campaign_id = $1";
    let owner = stage.here.engine.db.owner();
    let over: bool = sqlx::query_scalar(over).bind(campaign.0).fetch_one(owner).await.unwrap();
    let work = sqlx::query_scalar::<_, i64>("select count(*) from tenants_with_work($1)");
    let work = work.bind(engine::clock::Clock::now(&stage.here.clock)).fetch_one(owner).await.unwrap();
    assert_eq!(over, work == 0, "a worker looks at it as long as it is open");
    over
}

#[tokio::test]
async fn a_finished_campaign_is_sent_again_to_some_and_finished_again() {
    let (stage, campaign) = two_in_doubt().await;
    let here = &stage.here;
    assert!(is_over(&stage, campaign).await);
    let before = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap().campaign;
    here.clock.advance(TimeDelta::hours(1));
    let ben = stage.ids_of(campaign, &[BEN]).await;
    let done = stage.decide(campaign, Decision::SendAgain, &ben).await.unwrap();
    assert_eq!((done.changed, done.left), (1, 1));
    assert_eq!(here.status(campaign).await, "Sending again, 1 waiting");
    assert!(!is_over(&stage, campaign).await);
    assert_ledger_is_sound(&here.engine).await;

    here.work().await;
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (1, 2));
    assert_eq!(here.status(campaign).await, "Finished, 1 in doubt");
    assert_eq!(here.figures(campaign).await, Figures { audience: 2, sent: 1, in_doubt: 1, ..Default::default() });
    assert!(is_over(&stage, campaign).await);
    let after = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap().campaign;
    assert_eq!((after.status, after.finished_at), (CampaignStatus::Completed, before.finished_at));
    assert_eq!(stage.recipients(campaign, "sent").await[0].reason, None);

    stage.decide_all(campaign, Decision::MarkSent).await.unwrap();
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn who_is_tried_again_later_keeps_the_run_open_until_then() {
    let (stage, campaign) = two_in_doubt().await;
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Sending again, 1 waiting");
    assert!(!is_over(&stage, campaign).await);
    stage.sink.behave();
    stage.here.clock.advance(TimeDelta::minutes(7));
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert!(is_over(&stage, campaign).await);
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (2, 3));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn who_withdrew_or_was_suppressed_since_gets_nothing_more() {
    let stage = Stage::with(&[ADA]).await;
    let here = &stage.here;
    let ben = here.contact(BEN, &[stage.list]).await;
    stage.sink.always(Phase::Dot, Answer::Close);
    let campaign = stage.started("Spring news").await;
    here.work().await;
    stage.sink.behave();
    let withdrawn = NewConsent {
        channel: "email".into(),
        state: "withdrawn".into(),
        source: "manual".into(),
        ..Default::default()
    };
    here.act(async |tx| audience::record_consent(tx, ben, &withdrawn).await).await.unwrap();
    let suppress = "insert into suppression (tenant_id, channel, address_key, reason, source, at)
                    values ($1, 'email', $2, 'manual', '', now())";
    sqlx::query(suppress).bind(here.tenant.0).bind(ADA).execute(here.engine.db.owner()).await.unwrap();
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    here.work().await;
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (1, 1));
    let mut reasons: Vec<_> =
        stage.recipients(campaign, "skipped").await.into_iter().filter_map(|one| one.code).collect();
    reasons.sort();
    assert_eq!(reasons, ["no_consent", "suppressed"]);
    assert_eq!(here.status(campaign).await, "Finished");
    assert!(is_over(&stage, campaign).await);
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn in_a_paused_campaign_they_wait_until_it_goes_on() {
    let stage = Stage::with(&[ADA, BEN]).await;
    let here = &stage.here;
    stage.sink.to(ADA, Phase::Dot, Answer::Close);
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    here.work().await;
    here.act(async |tx| campaigns::pause(tx, campaign).await).await.unwrap();
    stage.sink.behave();
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    here.clock.advance(TimeDelta::hours(1));
    here.work().await;
    assert_eq!((stage.sink.attempts(ADA), here.status(campaign).await.as_str()), (1, "Paused"));
    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    here.work().await;
    assert_eq!(stage.sink.attempts(ADA), 2);
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn while_the_provider_refuses_the_account_a_finished_campaign_tries_now_and_then() {
    let (stage, campaign) = two_in_doubt().await;
    let here = &stage.here;
    stage.sink.always(Phase::Connect, Answer::Say("554 5.7.1 Account closed"));
    stage.decide_all(campaign, Decision::SendAgain).await.unwrap();
    here.work().await;
    let connections = stage.sink.connections();
    here.clock.advance(TimeDelta::minutes(14));
    here.work().await;
    assert_eq!(stage.sink.connections(), connections, "not before a quarter of an hour");
    assert_eq!(here.status(campaign).await, "Sending again, 2 waiting");
    assert!(stage.recipients(campaign, "waiting").await[0].reason.as_deref().unwrap().contains("Account closed"));
    stage.sink.behave();
    here.clock.advance(TimeDelta::minutes(2));
    here.work().await;
    assert_eq!(here.status(campaign).await, "Finished");
    assert_eq!((stage.sink.attempts(ADA), stage.sink.attempts(BEN)), (2, 2));
    assert_ledger_is_sound(&here.engine).await;
}
