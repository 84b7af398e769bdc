//! Taking an import back, until one of its contacts has been messaged.

use domain::{contact::NewContact, import::ImportStatus};
use engine::{
    Error, imports,
    testing::{Sink, TestWorkspace},
};
use serde_json::json;

use crate::{assert_totals, counts, get, import, number, of, picture};

const FILE: &str = "email,first_name,city\nada@b.co,Augusta,Rome\nnew1@b.co,New,\nnew2@b.co,New,\n";

fn mapping() -> serde_json::Value {
    json!({"columns": ["email", "first_name", "city"], "basis": "consent", "wording": "Yes", "list_name": "Fair"})
}

async fn undo(here: &TestWorkspace, id: domain::id::ImportId) -> domain::import::ImportDetail {
    here.act(async |tx| imports::undo(&here.engine, tx, id).await).await.unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    let undone = get(here, id).await;
    assert_eq!(undone.import.status, ImportStatus::Undone, "{:?}", undone.import.fault);
    undone
}

#[tokio::test]
async fn everybody_is_as_before() {
    let here = TestWorkspace::new().await;
    let ada = NewContact { email: "ada@b.co".into(), first_name: "Ada".into(), ..Default::default() };
    here.contact_with(ada).await;
    let done = import(&here, FILE, mapping()).await;
    assert_eq!(counts(&done), [2, 1, 0, 0]);
    assert_eq!(of::<String>(&here, "ada@b.co", "city").await, "Rome");
    let undone = undo(&here, done.import.id).await;
    assert_eq!(undone.import.kept, 0);
    assert_eq!(number(&here, "contact").await, 1);
    assert_eq!(of::<String>(&here, "ada@b.co", "concat(first_name, city)").await, "Ada");
    assert_eq!(number(&here, "list_member where status = 'active'").await, 0);
    assert_eq!(number(&here, "consent where state = 'granted'").await, 0);
    assert_eq!(number(&here, "consent_entry").await, 2, "of Ada, who was there before, nothing is struck out");
    assert_totals(&here).await;
    let again = import(&here, FILE, mapping()).await;
    assert_eq!(counts(&again), [2, 1, 0, 0], "an undone import stands in nobody's way");
    assert_eq!(number(&here, "consent where state = 'granted'").await, 3);
}

#[tokio::test]
async fn who_was_changed_since_stays() {
    let here = TestWorkspace::new().await;
    let ada = NewContact { email: "ada@b.co".into(), first_name: "Ada".into(), ..Default::default() };
    here.contact_with(ada).await;
    let done = import(&here, FILE, mapping()).await;
    let later = "update contact set last_name = 'Since', updated_at = updated_at + interval '1 day'
                 where email_key in ('ada@b.co', 'new1@b.co')";
    sqlx::query(later).execute(here.engine.db.owner()).await.unwrap();
    let other = here.list("Other").await;
    let member = "insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
                  select tenant_id, $1, id, 'active', 'manual', now() from contact where email_key = 'new2@b.co'";
    sqlx::query(member).bind(other.0).execute(here.engine.db.owner()).await.unwrap();
    sqlx::query("update list set total = 1, active = 1 where id = $1")
        .bind(other.0)
        .execute(here.engine.db.owner())
        .await
        .unwrap();
    let undone = undo(&here, done.import.id).await;
    assert_eq!((undone.import.kept, number(&here, "contact").await), (3, 3));
    assert_eq!(of::<String>(&here, "ada@b.co", "first_name").await, "Augusta");
    assert_totals(&here).await;
}

#[tokio::test]
async fn once_somebody_was_messaged_it_stands() {
    let (here, sink) = (TestWorkspace::new().await, Sink::new().await);
    let done = import(&here, FILE, mapping()).await;
    let sender = here.sender(&here.provider(&sink).await).await;
    let campaign = here.campaign("News", sender, &[done.import.list.clone().unwrap().id]).await;
    here.start(campaign).await;
    here.work().await;
    assert_eq!(sink.mails().len(), 3, "they agreed, so they got it");
    let before = picture(&here).await;
    let id = done.import.id;
    let refused = here.act(async |tx| imports::undo(&here.engine, tx, id).await).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict { code: "messaged", .. }), "{refused}");
    assert_eq!(picture(&here).await, before);
}
