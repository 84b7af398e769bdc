//! Two batches of an import are in flight at once; what comes of it is what one after the other does. Each test holds the
//! first batch up with an address that somebody else is just taking, and looks when the second is written and waits.

use std::time::Duration;

use domain::{
    contact::NewContact,
    id::ImportId,
    import::{ImportStatus, NewMapping},
};
use engine::{imports, testing::TestWorkspace};
use serde_json::json;
use sqlx::{Postgres, Transaction};
use tokio::task::JoinHandle;

use crate::{assert_totals, counts, get, import, kill::cut, mapping, number, send, start};

/// Two batches and a part of a third.
const ROWS: usize = 9_000;
/// The rows of one.
const BATCH: i64 = 4_000;

fn row(n: usize) -> String {
    format!("p{n}@crowd.example,Person {n},yes\n")
}

async fn queued(here: &TestWorkspace) -> ImportId {
    let text = (1..=ROWS).fold("email,first_name,agreed\n".to_owned(), |text, n| text + &row(n));
    let id = send(here, "crowd.csv", text.as_bytes()).await.unwrap();
    let new: NewMapping = mapping(json!({
        "columns": ["email", "first_name", "consent.email"], "basis": "consent", "wording": "Yes",
    }));
    here.act(async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await.unwrap();
    id
}

fn work(here: &TestWorkspace) -> JoinHandle<engine::Result<()>> {
    let engine = here.engine.clone();
    tokio::spawn(async move { imports::run_until_idle(&engine).await })
}

/// Somebody makes a contact with the address of the fifth row, and takes their time.
async fn taking(here: &TestWorkspace) -> Transaction<'static, Postgres> {
    let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
    let contact = "insert into contact (tenant_id, id, email, email_key, first_name, last_name, business_name, custom,
                     created_at, updated_at)
                   values ($1, gen_random_uuid(), 'p5@crowd.example', 'p5@crowd.example', '', '', '', '{}', now(), now())";
    sqlx::query(contact).bind(here.tenant.0).execute(&mut *tx).await.unwrap();
    tx
}

/// Waits until the first batch is held up and the second is written.
async fn both_in_flight(here: &TestWorkspace) {
    let question = "select count(*) filter (where wait_event_type = 'Lock') = 1
                      and count(*) filter (where state = 'idle in transaction' and query like '%with made as%') = 1
                    from pg_stat_activity where datname = current_database()";
    for _ in 0..3_000 {
        if sqlx::query_scalar::<_, bool>(question).fetch_one(here.engine.db.owner()).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the second batch was never written beside the first");
}

async fn assert_whole(here: &TestWorkspace, id: ImportId, expected: [i64; 4]) {
    let done = get(here, id).await;
    assert_eq!((done.import.status, counts(&done)), (ImportStatus::Completed, expected), "{:?}", done.import.fault);
    assert_eq!(done.import.rows_done, ROWS as i64);
    for table in ["contact", "consent", "consent_entry", "list_member"] {
        assert_eq!(number(here, table).await, ROWS as i64, "{table}");
    }
    assert_totals(here).await;
}

#[tokio::test]
async fn two_batches_are_committed_in_the_order_of_the_file() {
    let here = TestWorkspace::new().await;
    let watch = "create table came (n bigint generated always as identity, position bigint);
                 create function note() returns trigger language plpgsql security definer as
                   $$ begin insert into came (position) values (new.position); return null; end $$;
                 create trigger note after update of position on import for each row execute function note()";
    sqlx::raw_sql(watch).execute(here.engine.db.owner()).await.unwrap();
    let id = queued(&here).await;
    let (held, work) = (taking(&here).await, work(&here));
    both_in_flight(&here).await;
    assert_eq!(
        (get(&here, id).await.import.rows_done, number(&here, "contact").await),
        (0, 0),
        "the second came first"
    );
    held.rollback().await.unwrap();
    work.await.unwrap().unwrap();
    assert_whole(&here, id, [ROWS as i64, 0, 0, 0]).await;
    let came = "select array_agg(position order by n) from came where position > 0";
    let came: Vec<i64> = sqlx::query_scalar(came).fetch_one(here.engine.db.owner()).await.unwrap();
    assert!(came.len() >= 3 && came.is_sorted_by(|before, after| before < after), "{came:?}");
}

#[tokio::test]
async fn a_first_batch_that_is_done_anew_takes_the_second_with_it() {
    let here = TestWorkspace::new().await;
    let id = queued(&here).await;
    let (held, work) = (taking(&here).await, work(&here));
    both_in_flight(&here).await;
    held.commit().await.unwrap();
    work.await.unwrap().unwrap();
    assert_whole(&here, id, [ROWS as i64 - 1, 1, 0, 0]).await;
}

#[tokio::test]
async fn a_stop_lets_the_first_of_two_batches_end_and_not_the_second() {
    let here = TestWorkspace::new().await;
    let id = queued(&here).await;
    let (held, work) = (taking(&here).await, work(&here));
    both_in_flight(&here).await;
    here.act(async |tx| imports::stop(&here.engine, tx, id).await).await.unwrap();
    held.rollback().await.unwrap();
    work.await.unwrap().unwrap();
    let then = get(&here, id).await.import;
    assert_eq!((then.status, then.rows_done), (ImportStatus::Stopped, BATCH));
    assert_eq!(number(&here, "contact").await, BATCH, "what is not counted was written");
    start(&here, id).await;
    assert_whole(&here, id, [ROWS as i64, 0, 0, 0]).await;
}

#[tokio::test]
async fn a_lost_lease_loses_both_batches() {
    let here = TestWorkspace::new().await;
    let id = queued(&here).await;
    let (held, work) = (taking(&here).await, work(&here));
    both_in_flight(&here).await;
    here.engine.db.forget_leases().await.unwrap();
    held.rollback().await.unwrap();
    work.await.unwrap().unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    assert_whole(&here, id, [ROWS as i64, 0, 0, 0]).await;
}

#[tokio::test]
async fn a_kill_with_two_batches_in_flight_leaves_nothing_of_either() {
    let here = TestWorkspace::new().await;
    let id = queued(&here).await;
    let (held, work) = (taking(&here).await, work(&here));
    both_in_flight(&here).await;
    work.abort();
    let _ = work.await;
    cut(&here).await;
    drop(held);
    here.engine.db.forget_leases().await.unwrap();
    assert_eq!((get(&here, id).await.import.rows_done, number(&here, "contact").await), (0, 0));
    imports::run_until_idle(&here.engine).await.unwrap();
    assert_whole(&here, id, [ROWS as i64, 0, 0, 0]).await;
}

/// Somebody for whom the first batch waits waits for the second: the database sees no circle, as the second waits for the
/// first within the program.
#[tokio::test]
async fn a_second_batch_lets_go_when_the_first_waits_for_whom_it_holds_up() {
    let here = TestWorkspace::new().await;
    here.contact("p5@crowd.example", &[]).await;
    let id = queued(&here).await;
    let mut other = here.engine.db.begin_for(here.tenant).await.unwrap();
    let theirs = "select id from contact where email_key = 'p5@crowd.example' for update";
    sqlx::query(theirs).execute(&mut *other).await.unwrap();
    let work = work(&here);
    both_in_flight(&here).await;
    sqlx::query("set local lock_timeout = '60s'").execute(&mut *other).await.unwrap();
    sqlx::query("select id from list for update").execute(&mut *other).await.unwrap();
    other.rollback().await.unwrap();
    work.await.unwrap().unwrap();
    assert_whole(&here, id, [ROWS as i64 - 1, 1, 0, 0]).await;
}

#[tokio::test]
async fn a_row_of_the_second_batch_finds_what_the_first_did() {
    let here = TestWorkspace::new().await;
    let text = (1..=8_000).fold("email,last_name\n".to_owned(), |text, n| match n {
        7_001..=7_010 => text + &format!("p{}@crowd.example,Again\n", n - 7_000),
        _ => text + &format!("p{n}@crowd.example,Once\n"),
    });
    let done = import(&here, &text, json!({"columns": ["email", "last_name"]})).await;
    assert_eq!(counts(&done), [7_990, 10, 0, 0]);
    assert_eq!(number(&here, "contact where last_name = 'Again'").await, 10);
}

#[tokio::test]
async fn two_batches_that_name_one_person_by_different_keys_are_taken_one_after_the_other() {
    let here = TestWorkspace::new().await;
    let known =
        NewContact { email: "known@crowd.example".into(), phone: Some("+12125550123".into()), ..Default::default() };
    here.contact_with(known).await;
    let text = (1..=8_000).fold("email,phone\n".to_owned(), |text, n| match n {
        1 => text + "known@crowd.example,\n",
        7_000 => text + ",+12125550123\n",
        _ => text + &format!("p{n}@crowd.example,\n"),
    });
    let id = send(&here, "crowd.csv", text.as_bytes()).await.unwrap();
    let new = mapping(json!({"columns": ["email", "phone"]}));
    here.act(async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await.unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    let done = get(&here, id).await;
    assert_eq!(counts(&done), [7_998, 1, 1, 0], "who joined the list joined it twice");
    assert_totals(&here).await;
}
