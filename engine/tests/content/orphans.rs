//! Consents and members name contacts and lists that are there, on whatever path: the database refuses the others, also
//! when somebody goes at the same moment.

use std::time::Duration;

use domain::id::{ContactId, ListId};
use engine::testing::TestWorkspace;
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::task::JoinHandle;
use uuid::Uuid;

const MEMBER: &str = "insert into list_member (tenant_id, list_id, contact_id, status, added_by, added_at)
                      select $1, $2, unnest($3::uuid[]), 'active', 'manual', now()";
const CONSENT: &str = "insert into consent (tenant_id, contact_id, channel, purpose, state, since)
                       select $1, unnest($3::uuid[]), 'email', 'marketing', 'granted', now() where $2 is not null";

type Done = Result<(), String>;

/// The rule that a statement breaks.
fn broken(error: sqlx::Error) -> String {
    match error.as_database_error() {
        Some(refused) => refused.constraint().unwrap_or(refused.message()).to_owned(),
        None => panic!("{error}"),
    }
}

async fn begin(here: &TestWorkspace) -> Transaction<'static, Postgres> {
    here.engine.db.begin_for(here.tenant).await.unwrap()
}

async fn name(conn: &mut PgConnection, here: &TestWorkspace, what: &'static str, of: (Uuid, Vec<Uuid>)) -> Done {
    let named = sqlx::query(what).bind(here.tenant.0).bind(of.0).bind(of.1);
    named.execute(conn).await.map(drop).map_err(broken)
}

async fn run(conn: &mut PgConnection, statement: &'static str) -> Done {
    sqlx::query(statement).execute(conn).await.map(drop).map_err(broken)
}

/// A list, and two people of whom nothing is known.
async fn people(here: &TestWorkspace) -> (ListId, ContactId, ContactId) {
    let list = here.list("A list").await;
    let both = (here.contact("ada@one.example", &[]).await, here.contact("byron@two.example", &[]).await);
    sqlx::query("delete from consent").execute(here.engine.db.owner()).await.unwrap();
    (list, both.0, both.1)
}

/// Waits until somebody waits for somebody else.
async fn somebody_waits(here: &TestWorkspace) {
    let waits = "select exists (select from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock')";
    for _ in 0..3_000 {
        if sqlx::query_scalar::<_, bool>(waits).fetch_one(here.engine.db.owner()).await.unwrap() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nobody waits for the one who came first");
}

#[tokio::test]
async fn rows_that_name_nobody_are_refused() {
    let here = TestWorkspace::new().await;
    let (list, ada, byron) = people(&here).await;
    let stranger = Uuid::from_u128(7);
    for (what, of, rule) in [
        (MEMBER, (list.0, vec![ada.0, stranger, byron.0]), "list_member_contact"),
        (MEMBER, (stranger, vec![ada.0]), "list_member_list"),
        (CONSENT, (list.0, vec![ada.0, stranger]), "consent_contact"),
    ] {
        let mut tx = begin(&here).await;
        assert_eq!(name(&mut tx, &here, what, of).await, Err(rule.to_owned()));
    }
    let mut tx = begin(&here).await;
    name(&mut tx, &here, MEMBER, (list.0, vec![ada.0, byron.0])).await.unwrap();
    name(&mut tx, &here, CONSENT, (list.0, vec![ada.0, byron.0])).await.unwrap();
}

#[tokio::test]
async fn whom_a_row_names_is_not_deleted_and_keeps_their_key() {
    let here = TestWorkspace::new().await;
    let (list, ada, byron) = people(&here).await;
    let mut tx = begin(&here).await;
    name(&mut tx, &here, MEMBER, (list.0, vec![ada.0])).await.unwrap();
    name(&mut tx, &here, CONSENT, (list.0, vec![byron.0])).await.unwrap();
    tx.commit().await.unwrap();
    for (statement, rule) in [
        ("delete from contact where email_key like 'ada%'", "list_member_contact"),
        ("delete from contact where email_key like 'byron%'", "consent_contact"),
        ("delete from list", "list_member_list"),
        ("update contact set id = gen_random_uuid()", "the key of a row of contact never changes"),
        ("update list set id = gen_random_uuid()", "the key of a row of list never changes"),
        ("update list_member set contact_id = gen_random_uuid()", "the key of a row of list_member never changes"),
        ("update consent set contact_id = gen_random_uuid()", "the key of a row of consent never changes"),
    ] {
        assert_eq!(run(&mut *begin(&here).await, statement).await, Err(rule.to_owned()), "{statement}");
    }
}

/// Lets somebody go while they are named, or named while they go: the second of the two waits, and is refused.
async fn second(here: &TestWorkspace, work: impl Future<Output = Done> + Send + 'static) -> JoinHandle<Done> {
    let second = tokio::spawn(work);
    somebody_waits(here).await;
    second
}

#[tokio::test]
async fn who_goes_at_the_same_moment_is_not_named() {
    for (what, rule, goes) in [
        (MEMBER, "list_member_contact", "delete from contact where email_key like 'ada%'"),
        (CONSENT, "consent_contact", "delete from contact where email_key like 'ada%'"),
        (MEMBER, "list_member_list", "delete from list"),
    ] {
        let here = std::sync::Arc::new(TestWorkspace::new().await);
        let (list, ada, byron) = people(&here).await;
        let mut first = begin(&here).await;
        run(&mut first, goes).await.unwrap();
        let (theirs, mut tx) = (here.clone(), begin(&here).await);
        let named = second(&here, async move { name(&mut tx, &theirs, what, (list.0, vec![ada.0, byron.0])).await });
        let named = named.await;
        first.commit().await.unwrap();
        assert_eq!(named.await.unwrap(), Err(rule.to_owned()));
    }
}

#[tokio::test]
async fn who_is_named_at_the_same_moment_does_not_go() {
    for (what, rule, goes) in [
        (MEMBER, "list_member_contact", "delete from contact where email_key like 'ada%'"),
        (CONSENT, "consent_contact", "delete from contact where email_key like 'ada%'"),
        (MEMBER, "list_member_list", "delete from list"),
    ] {
        let here = TestWorkspace::new().await;
        let (list, ada, byron) = people(&here).await;
        let mut first = begin(&here).await;
        name(&mut first, &here, what, (list.0, vec![ada.0, byron.0])).await.unwrap();
        let mut tx = begin(&here).await;
        let gone = second(&here, async move { run(&mut tx, goes).await }).await;
        first.commit().await.unwrap();
        assert_eq!(gone.await.unwrap(), Err(rule.to_owned()));
    }
}
