//! What cannot be applied is kept with what is wrong with it, and holds nobody up; nor does what somebody is at work on.

use domain::stats::Figures;
use engine::{receipts, sending::public_id, testing::assert_ledger_is_sound};
use serde_json::json;

use super::{body, line};
use crate::Stage;

/// Sources and faults of reports, in the order they were kept.
async fn faults(stage: &Stage) -> Vec<Option<String>> {
    let faults = "select fault from receipt_raw where id not in (select id from receipt_queue) order by id";
    sqlx::query_scalar(faults).fetch_all(stage.here.engine.db.owner()).await.unwrap()
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_with_a_fault_and_the_rest_is_applied() {
    let stage = Stage::with_crowd(2).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let (engine, tenant) = (&stage.here.engine, stage.here.tenant);
    let ids = stage.all(campaign).await;
    let tick = || stage.here.clock.advance(chrono::TimeDelta::milliseconds(2));
    let broken = "with kept as (insert into receipt_raw (id, source, body, received_at) values (
           '019c0000-0000-7000-8000-000000000001', 'sandbox', 'not packed', now()) returning id)
         insert into receipt_queue (id) select id from kept";
    sqlx::query(broken).execute(engine.db.owner()).await.unwrap();
    tick();
    receipts::keep(engine, "sandbox", b"{\"receipts\": 7}").await.unwrap();
    tick();
    receipts::keep(engine, "carrier pigeon", &body(tenant, &[line(&ids[0].0, "bounced", "a")])).await.unwrap();
    tick();
    stage.report(&[line("nonsense", "delivered", "a")]).await;
    tick();
    let ages_away = json!({ "message": ids[0].0, "id": "x", "at": "-200000-01-01T00:00:00Z", "kind": "complained" });
    stage.report(&[ages_away, line(&ids[0].0, "opened", "a")]).await;
    tick();
    let run = engine::sending::from_public_id(&ids[0].0).unwrap().0;
    stage.report(&[line(&public_id(run, 3), "delivered", "a"), line(&ids[0].0, "delivered", "a")]).await;
    tick();
    stage.report(&[line(&ids[1].0, "delivered", "a")]).await;
    stage.apply().await;

    let told: Vec<_> = faults(&stage).await.into_iter().map(Option::unwrap_or_default).collect();
    let begins = [
        "Cannot be unpacked",
        "Not a report of the sandbox",
        "Nothing reads what comes from",
        "\"nonsense\" is no message",
        "Cannot be applied",
        "There is no message",
        "",
    ];
    assert_eq!(told.len(), begins.len(), "{told:?}");
    assert!(told.iter().zip(begins).all(|(told, begins)| told.starts_with(begins)), "{told:?}");
    assert_eq!(told[6], "");
    let figures = Figures { audience: 2, sent: 2, delivered: 2, opened: 1, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
    assert_ledger_is_sound(engine).await;
}

#[tokio::test]
async fn a_report_of_one_workspace_cannot_touch_anothers_messages() {
    let stage = Stage::with_crowd(2).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let ids = stage.all(campaign).await;
    let there = stage.here.neighbour("Oak Lane").await;
    let foreign = body(there.tenant, &[line(&ids[0].0, "complained", "a"), line(&ids[1].0, "opened", "a")]);
    receipts::keep(&stage.here.engine, "sandbox", &foreign).await.unwrap();
    stage.apply().await;
    assert!(faults(&stage).await[0].as_deref().unwrap().starts_with("There is no message"));
    assert_eq!(stage.count("select count(*) from event").await, 0);
    let figures = Figures { audience: 2, sent: 2, ..Default::default() };
    assert_eq!(stage.here.figures(campaign).await, figures);
}

#[tokio::test]
async fn a_message_that_somebody_is_at_work_on_waits_and_the_others_do_not() {
    let stage = Stage::with_crowd(3).await;
    let campaign = stage.started("Spring news").await;
    stage.here.work().await;
    let ids = stage.all(campaign).await;
    stage.report(&[line(&ids[0].0, "delivered", "a"), line(&ids[1].0, "delivered", "a")]).await;
    stage.report(&[line(&ids[2].0, "delivered", "a")]).await;
    let mut busy = stage.here.engine.db.begin_for(stage.here.tenant).await.unwrap();
    sqlx::query("select from message where n = 2 for update").execute(&mut *busy).await.unwrap();
    stage.apply().await;
    assert_eq!(stage.here.figures(campaign).await.delivered, 2);
    assert_eq!(stage.count("select count(*) from receipt_queue").await, 1);
    busy.rollback().await.unwrap();
    stage.apply().await;
    assert_eq!(stage.here.figures(campaign).await.delivered, 3);
    assert_eq!(stage.count("select count(*) from receipt_queue").await, 0);
    assert_ledger_is_sound(&stage.here.engine).await;
}
