//! Rates on real sending: "slow down" loses nobody, costs no attempt and is not the message's fault; a quota lets the
//! account sleep, and the campaign goes on by itself.

use chrono::TimeDelta;
use domain::{campaign::NewCampaign, stats::Figures};
use engine::testing::{Answer, Phase, assert_ledger_is_sound, draft};

use crate::Stage;

#[tokio::test]
async fn however_often_it_is_told_to_slow_down_everybody_gets_theirs_once() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    stage.sink.to(
        "ben@two.example",
        Phase::Recipient,
        Answer::Say("454 4.7.0 Throttling failure: Maximum sending rate exceeded"),
    );
    let campaign = stage.started("Spring news").await;
    // More often than a message would be tried if it were its own fault.
    for _ in 0..6 {
        stage.here.work().await;
        stage.here.clock.advance(TimeDelta::minutes(20));
    }
    assert!(stage.sink.attempts("ben@two.example") > 4);
    let figures = Figures { audience: 2, sent: 1, waiting: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    stage.sink.behave();
    stage.here.work().await;
    stage.assert_each_got_one(2);
    assert_eq!(stage.here.status(campaign).await, "Finished");
    assert_ledger_is_sound(&stage.here.engine).await;
}

#[tokio::test]
async fn a_rate_that_is_no_rate_is_refused_and_a_good_one_is_kept_with_the_run() {
    let stage = Stage::with(&["ada@one.example"]).await;
    for wrong in [serde_json::json!(0), "10001".into(), "fast".into(), serde_json::json!(1.5)] {
        let new = NewCampaign { rate_per_second: wrong.clone(), ..draft("Spring news", stage.sender, &[stage.list]) };
        let errors = new.parse().unwrap_err();
        assert!(errors.message("rate_per_second").is_some(), "{wrong}");
    }
    let new = NewCampaign { rate_per_second: "250".into(), ..draft("Spring news", stage.sender, &[stage.list]) };
    let campaign = stage.here.campaign_with(new).await;
    stage.here.start(campaign).await;
    let kept: Option<i32> =
        sqlx::query_scalar("select rate_per_second from run").fetch_one(stage.here.engine.db.owner()).await.unwrap();
    assert_eq!(kept, Some(250));
    stage.here.work().await;
    stage.assert_each_got_one(1);
}
