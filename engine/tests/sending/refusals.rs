//! A mail server that refuses: a message for good, a message for now, the account as a whole, or the connection.

use chrono::TimeDelta;
use domain::stats::Figures;
use engine::{
    campaigns,
    clock::Clock,
    testing::{Answer, Phase, TestWorkspace, assert_ledger_is_sound},
};

use crate::Stage;

const BEN: &str = "ben@two.example";

#[tokio::test]
async fn a_refused_recipient_fails_with_the_servers_code_and_words() {
    let stage = Stage::with(&["ada@one.example", BEN]).await;
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("550 5.1.1 No such user"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.sink.recipients(), ["ada@one.example"]);
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 not sent");
    let failed = &stage.recipients(campaign, "failed").await[0];
    assert_eq!(failed.code.as_deref(), Some("550 5.1.1"));
    assert_eq!(failed.reason.as_deref(), Some("5.1.1 No such user"));
    let figures = Figures { audience: 2, sent: 1, failed: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.here.clock.advance(TimeDelta::days(1));
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), 1, "refused for good is refused for good");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_refusal_of_the_message_itself_is_a_refusal_too() {
    let stage = Stage::with(&[BEN]).await;
    stage.sink.to(BEN, Phase::Dot, Answer::Say("554 5.7.1 Looks like spam"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.recipients(campaign, "failed").await[0].code.as_deref(), Some("554 5.7.1"));
    assert_ledger_is_sound(&stage.here.engine).await;
}

/// Moves on to just before a wait after `minutes` may end, and then to its latest end; nothing may happen before.
async fn wait(stage: &Stage, minutes: i64, attempts: usize) {
    let early = TimeDelta::minutes(minutes) - TimeDelta::seconds(5);
    stage.here.clock.advance(early);
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), attempts - 1, "before {minutes} minutes");
    stage.here.clock.advance(TimeDelta::minutes(minutes) * 6 / 5 - early);
    stage.here.work().await;
    assert_eq!(stage.sink.attempts(BEN), attempts, "after {minutes} minutes and a fifth");
}

#[tokio::test]
async fn a_recipient_refused_for_now_is_tried_again_three_times_and_then_fails() {
    let stage = Stage::with(&["ada@one.example", BEN]).await;
    stage.sink.to(BEN, Phase::Recipient, Answer::Say("451 4.7.1 Greylisted"));
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!(stage.here.status(campaign).await, "Sending");
    assert_eq!(stage.here.figures(campaign).await.waiting, 1);
    let waiting = &stage.recipients(campaign, "waiting").await[0];
    let due = waiting.due_at.unwrap() - stage.here.clock.now();
    assert!(due > TimeDelta::seconds(55) && due <= TimeDelta::seconds(72), "{due}");
    for (attempt, minutes) in [(2, 1), (3, 5), (4, 15)] {
        wait(&stage, minutes, attempt).await;
    }
    assert_eq!(stage.here.status(campaign).await, "Finished, 1 not sent");
    assert_eq!(stage.recipients(campaign, "failed").await[0].code.as_deref(), Some("451 4.7.1"));
    stage.here.clock.advance(TimeDelta::days(1));
    stage.here.work().await;
    assert_eq!((stage.sink.attempts(BEN), stage.sink.recipients().len()), (4, 1));
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_server_that_recovers_gets_everybody_once() {
    for phase in [Phase::Connect, Phase::Sender, Phase::Data] {
        let stage = Stage::with(&["ada@one.example", BEN]).await;
        stage.sink.always(phase, Answer::Close);
        let campaign = stage.started("Spring news").await;
        stage.here.work().await;
        assert_eq!(stage.here.figures(campaign).await.waiting, 2, "closed at {phase:?}: nothing was sent");
        stage.sink.behave();
        stage.here.clock.advance(TimeDelta::seconds(73));
        stage.here.work().await;
        stage.assert_each_got_one(2);
        assert_eq!(stage.here.status(campaign).await, "Finished");
        assert_ledger_is_sound(&stage.here.engine).await;
    }
}

#[tokio::test]
async fn a_refused_sign_in_pauses_the_campaign_and_loses_nobody() {
    let stage = Stage::with_crowd(60).await;
    let here = &stage.here;
    let guarded = here.provider_named("Guarded", &stage.sink, Some("hunter2")).await;
    let change = sqlx::query("update sender set provider_id = $1").bind(guarded.id.0);
    change.execute(here.engine.db.owner()).await.unwrap();
    stage.sink.always(Phase::Auth, Answer::Say("535 5.7.8 Bad password"));
    let campaign = stage.started("Spring news").await;
    here.work().await;

    assert_eq!(here.status(campaign).await, "Paused");
    let detail = here.act(async |tx| campaigns::get(tx, campaign).await).await.unwrap().campaign;
    assert!(detail.status_reason.unwrap().contains("Bad password"));
    assert_eq!(here.figures(campaign).await, Figures { audience: 60, waiting: 60, ..Default::default() });
    let tried = stage.sink.connections();
    here.clock.advance(TimeDelta::days(1));
    here.work().await;
    assert_eq!(stage.sink.connections(), tried, "nothing is tried while it is paused");

    stage.sink.behave();
    here.act(async |tx| campaigns::resume(&here.engine, tx, campaign, None).await).await.unwrap();
    here.work().await;
    stage.assert_each_got_one(60);
    assert_eq!(here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&here.engine).await;
}

#[tokio::test]
async fn one_workspaces_broken_account_does_not_hold_up_another() {
    let stage = Stage::with(&["ada@one.example"]).await;
    let broken = stage.started("Cannot go").await;
    let spoilt = "update provider set secret = 'not sealed by us'";
    sqlx::query(spoilt).execute(stage.here.engine.db.owner()).await.unwrap();
    let neighbour = stage.here.neighbour("Oak Lane").await;
    let campaign = started_in(&neighbour, &stage).await;
    neighbour.work().await;
    assert_eq!(neighbour.status(campaign).await, "Finished");
    assert_eq!(stage.here.status(broken).await, "Paused");
    let detail = stage.here.act(async |tx| campaigns::get(tx, broken).await).await.unwrap().campaign;
    assert!(detail.status_reason.unwrap().contains("cannot be sent as it is configured"));
}

async fn started_in(workspace: &TestWorkspace, stage: &Stage) -> domain::id::CampaignId {
    let sender = workspace.sender(&workspace.provider(&stage.sink).await).await;
    let list = workspace.list("Customers").await;
    workspace.contact("olga@oak.example", &[list]).await;
    let campaign = workspace.campaign("Can go", sender, &[list]).await;
    workspace.start(campaign).await;
    campaign
}
