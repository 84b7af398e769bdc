//! An import of 100,000 rows whose worker is killed again and again, with its connections, at moments drawn from a seed:
//! afterwards every row is there exactly once.

use std::time::Duration;

use domain::import::{ImportStatus, NewMapping};
use engine::{imports, testing::TestWorkspace};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{assert_totals, get, mapping, number, send, wrong};

const ROWS: i64 = 100_000;
/// One row in so many has no address.
const BAD: i64 = 1_000;
const KILLS: u64 = 8;

fn file() -> String {
    let mut text = "id,email,first_name,agreed\n".to_owned();
    for n in 1..=ROWS {
        let email = if n % BAD == 0 { "nobody".to_owned() } else { format!("p{n}@crowd.example") };
        text.push_str(&format!("{n},{email},Person {n},yes\n"));
    }
    text
}

/// Every connection of the worker is cut, as when its process dies: what was not committed is undone by PostgreSQL.
pub async fn cut(here: &TestWorkspace) {
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::query(cut).execute(here.engine.db.owner()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_import_loses_no_row_and_repeats_none() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "crowd.csv", file().as_bytes()).await.unwrap();
    let new: NewMapping = mapping(json!({
        "columns": ["external_id", "email", "first_name", "consent.email"], "basis": "consent", "wording": "Yes",
    }));
    here.act(async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await.unwrap();
    let mut chance = 20_260_302_u64;
    let mut kills = 0;
    while get(&here, id).await.import.status != ImportStatus::Completed {
        let worker = tokio::spawn(imports::work(here.engine.clone(), CancellationToken::new()));
        let begun = get(&here, id).await.import.rows_done;
        // Lets it do some batches, and then a part of one.
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let enough = if kills < KILLS { begun + (chance >> 33) as i64 % 16_000 } else { i64::MAX };
        loop {
            let import = get(&here, id).await.import;
            if import.rows_done >= enough || import.status == ImportStatus::Completed {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(chance >> 56)).await;
        worker.abort();
        let _ = worker.await;
        cut(&here).await;
        here.engine.db.forget_leases().await.unwrap();
        kills += 1;
    }
    let import = get(&here, id).await.import;
    assert!(kills > 3, "it was over before it was killed: {kills}");
    let (good, bad) = (ROWS - ROWS / BAD, ROWS / BAD);
    let counts = import.counts;
    assert_eq!((import.rows_done, counts.created, counts.rejected), (ROWS, good, bad), "{counts:?}");
    assert_eq!((counts.updated, counts.unchanged), (0, 0));
    assert_eq!(number(&here, "contact").await, good);
    assert_eq!(number(&here, "consent_entry").await, good, "each agreed once");
    assert_eq!(number(&here, "list_member").await, good);
    assert_eq!(wrong(&here, id).await.len() as i64, bad);
    assert_totals(&here).await;
}
