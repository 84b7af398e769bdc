//! Starting, stopping, going on, throwing away; who may; and what others do meanwhile.

use domain::{
    access::Role,
    import::{ImportStatus, NewMapping},
};
use engine::{Error, imports, testing::TestWorkspace};
use serde_json::json;

use crate::{check, counts, get, import, mapping, number, of, send, start};

fn crowd(count: usize) -> String {
    let rows = (0..count).map(|n| format!("p{n}@crowd.example,Person {n}\n"));
    rows.fold("email,first_name\n".to_owned(), |text, row| text + &row)
}

#[tokio::test]
async fn a_stopped_import_keeps_what_it_did_and_goes_on() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "crowd.csv", crowd(10_000).as_bytes()).await.unwrap();
    check(&here, id, json!({})).await;
    here.act(async |tx| imports::start(&here.engine, tx, id).await).await.unwrap();
    // Stopped as soon as the first rows are there.
    let work = tokio::spawn({
        let engine = here.engine.clone();
        async move { imports::run_until_idle(&engine).await }
    });
    loop {
        let import = here.act(async |tx| imports::progress(tx, id).await).await.unwrap();
        if import.rows_done > 0 || import.status == ImportStatus::Completed {
            break;
        }
        tokio::task::yield_now().await;
    }
    let stopped = here.act(async |tx| imports::stop(&here.engine, tx, id).await).await;
    work.await.unwrap().unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    let then = get(&here, id).await.import;
    if stopped.is_ok() {
        assert!(matches!(then.status, ImportStatus::Stopped | ImportStatus::Completed), "{:?}", then.status);
    }
    assert_eq!(number(&here, "contact").await, then.rows_done, "what is counted is there");
    if then.status == ImportStatus::Stopped {
        let done = start(&here, id).await;
        assert_eq!((done.import.status, counts(&done)), (ImportStatus::Completed, [10_000, 0, 0, 0]));
    }
    assert_eq!(number(&here, "contact").await, 10_000);
}

#[tokio::test]
async fn each_move_is_refused_where_it_makes_no_sense() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "crowd.csv", crowd(3).as_bytes()).await.unwrap();
    let code = |refused: Error| match refused {
        Error::Conflict { code, .. } => code,
        other => panic!("{other}"),
    };
    let engine = &here.engine;
    assert_eq!(code(here.act(async |tx| imports::start(engine, tx, id).await).await.unwrap_err()), "not_mapped");
    assert_eq!(code(here.act(async |tx| imports::stop(engine, tx, id).await).await.unwrap_err()), "not_running");
    assert_eq!(code(here.act(async |tx| imports::undo(engine, tx, id).await).await.unwrap_err()), "not_started");
    check(&here, id, json!({})).await;
    assert_eq!(number(&here, "contact").await, 0, "a dry run changes nothing");
    check(&here, id, json!({"columns": ["email", "last_name"]})).await;
    start(&here, id).await;
    assert_eq!(of::<String>(&here, "p1@crowd.example", "last_name").await, "Person 1");
    assert_eq!(code(here.act(async |tx| imports::start(engine, tx, id).await).await.unwrap_err()), "not_startable");
    let new = NewMapping::default();
    assert_eq!(code(here.act(async |tx| imports::map(engine, tx, id, &new).await).await.unwrap_err()), "started");
    assert_eq!(code(here.act(async |tx| imports::discard(tx, id).await).await.unwrap_err()), "started");
}

#[tokio::test]
async fn a_file_can_be_thrown_away_before_it_is_started() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "crowd.csv", crowd(3).as_bytes()).await.unwrap();
    check(&here, id, json!({})).await;
    here.act(async |tx| imports::discard(tx, id).await).await.unwrap();
    assert_eq!(number(&here, "import").await + number(&here, "import_piece").await, 0);
}

#[tokio::test]
async fn a_program_may_start_at_once_and_viewers_may_not() {
    let here = TestWorkspace::new().await;
    let id = send(&here, "crowd.csv", crowd(5).as_bytes()).await.unwrap();
    let new = mapping(json!({"columns": {"email": "email", "first_name": "first_name"}}));
    let viewer = here.user(&[Role::Viewer]);
    let refused = here.act_as(&viewer, async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    assert!(imports::Upload::begin(&here.engine, &viewer, "x.csv").await.is_err());
    here.act(async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await.unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    assert_eq!(counts(&get(&here, id).await), [5, 0, 0, 0]);
}

#[tokio::test]
async fn several_imports_of_the_same_people_at_once_make_each_once() {
    let here = TestWorkspace::new().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = send(&here, "crowd.csv", crowd(6_000).as_bytes()).await.unwrap();
        let new = NewMapping::default();
        here.act(async |tx| imports::map_and_start(&here.engine, tx, id, &new).await).await.unwrap();
        ids.push(id);
    }
    let work = || imports::run_until_idle(&here.engine);
    let (one, two, three) = tokio::join!(work(), work(), work());
    one.and(two).and(three).unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    assert_eq!(number(&here, "contact").await, 6_000);
    let mut created = 0;
    for id in ids {
        let import = get(&here, id).await.import;
        assert_eq!((import.status, import.rows_done), (ImportStatus::Completed, 6_000), "{:?}", import.fault);
        created += import.counts.created;
    }
    assert_eq!(created, 6_000);
    crate::assert_totals(&here).await;
}

#[tokio::test]
async fn a_known_list_takes_them_and_removed_ones_come_back() {
    let here = TestWorkspace::new().await;
    let list = here.list("Customers").await;
    let p0 = here.contact("p0@crowd.example", &[list]).await;
    here.act(async |tx| engine::lists::remove_member(tx, list, p0).await).await.unwrap();
    let done = import(&here, &crowd(2), json!({"list_id": list})).await;
    assert_eq!(counts(&done), [1, 1, 0, 0]);
    let list = here.act(async |tx| engine::lists::get(tx, list).await).await.unwrap();
    assert_eq!((list.total, list.active), (2, 2));
    crate::assert_totals(&here).await;
}
