//! Months of the ledger: runs go to the partition of the month they were started in, which can be dropped whole.

use engine::testing::assert_ledger_is_sound;

use crate::Stage;

async fn rows(stage: &Stage, table: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(count).fetch_one(stage.here.engine.db.owner()).await.unwrap()
}

#[tokio::test]
async fn a_runs_messages_are_in_its_months_partition_and_go_with_it() {
    let stage = Stage::with(&["ada@one.example", "ben@two.example"]).await;
    let (owner, now) = (stage.here.engine.db.owner(), engine::clock::Clock::now(&stage.here.clock));
    let made: i32 = sqlx::query_scalar("select make_partitions($1)").bind(now).fetch_one(owner).await.unwrap();
    assert_eq!(made, 8, "message, event, engagement and receipt_raw, this month and the next");
    let again: i32 = sqlx::query_scalar("select make_partitions($1)").bind(now).fetch_one(owner).await.unwrap();
    assert_eq!(again, 0);

    stage.started("Spring news").await;
    stage.here.work().await;
    assert_eq!((rows(&stage, "message_2026_03").await, rows(&stage, "message_other").await), (2, 0));
    stage.here.clock.advance(chrono::TimeDelta::days(31));
    stage.started("April news").await;
    stage.here.work().await;
    assert_eq!((rows(&stage, "message_2026_03").await, rows(&stage, "message_2026_04").await), (2, 2));
    assert_ledger_is_sound(&stage.here.engine).await;
    sqlx::query("drop table message_2026_03").execute(owner).await.unwrap();
    assert_eq!(rows(&stage, "message").await, 2);
}

#[tokio::test]
async fn a_month_whose_rows_are_elsewhere_already_does_not_stop_the_others() {
    let stage = Stage::with(&["ada@one.example"]).await;
    stage.started("Spring news").await;
    stage.here.work().await;
    let (owner, now) = (stage.here.engine.db.owner(), engine::clock::Clock::now(&stage.here.clock));
    let made: i32 = sqlx::query_scalar("select make_partitions($1)").bind(now).fetch_one(owner).await.unwrap();
    assert_eq!(made, 7, "all but the month of messages that are in the default partition");
    assert_eq!(rows(&stage, "message_other").await, 1);
}

#[tokio::test]
async fn reports_of_months_long_past_are_dropped() {
    let stage = Stage::with(&[]).await;
    let owner = stage.here.engine.db.owner();
    for month in ["2026-01-15", "2026-03-15"] {
        let make = sqlx::AssertSqlSafe(format!("select make_partitions('{month}')"));
        sqlx::query(make).execute(owner).await.unwrap();
    }
    // Two that still wait: one of January, whose time is over, and one of March.
    let wait = "with kept as (
                  insert into receipt_raw (id, source, body, received_at)
                  select uuid_at(t::timestamptz), 'sandbox', '', t::timestamptz
                  from unnest(array['2026-01-15T12:00:00Z', '2026-03-15T12:00:00Z']) t returning id)
                insert into receipt_queue (id) select id from kept";
    sqlx::query(wait).execute(owner).await.unwrap();
    let drop = "select drop_old_reports('2026-03-02')";
    assert_eq!(sqlx::query_scalar::<_, i32>(drop).fetch_one(owner).await.unwrap(), 2, "January and February");
    let left = "select array_agg(relname::text order by relname) from pg_class
                where relname like 'receipt\\_raw\\_2026%' and relkind = 'r'";
    let left: Vec<String> = sqlx::query_scalar(left).fetch_one(owner).await.unwrap();
    assert_eq!(left, ["receipt_raw_2026_03", "receipt_raw_2026_04"]);
    assert_eq!((rows(&stage, "receipt_queue").await, rows(&stage, "receipt_raw").await), (1, 1));
    assert_eq!(rows(&stage, "message_2026_01").await, 0, "the ledger stays");
}
