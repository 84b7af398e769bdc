//! No workspace sees or touches another's rows, even where a statement forgets to ask for its own: for every table that
//! the catalogue knows, so that a new one fails here until it has rows to try on.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

#[path = "isolation/verbs.rs"]
mod verbs;

use domain::{
    access::{Role, Scope},
    contact::merge::NewMerge,
    custom_field::NewCustomField,
    id::{ProviderId, TenantId},
    invitation::NewInvitation,
    suppression::NewSuppression,
};
use engine::{
    accounts::{idempotency, invitations, keys, users, workspace},
    audience::{self, proofs},
    suppressions,
    testing::{PASSWORD, Sink, TestWorkspace},
    tracking, webhooks,
};
use sqlx::{AssertSqlSafe, PgConnection};

/// Tables of tenants, with whether carillon_app may select, insert, update and delete.
const TABLES: &str = "
    select c.relname::text, array(
      select has_table_privilege('carillon_app', c.oid, r) from unnest('{select,insert,update,delete}'::text[]) r)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
    order by 1";

/// A table with what carillon_app may do to it.
struct Table {
    name: String,
    can_insert: bool,
    can_update: bool,
    can_delete: bool,
}

async fn tables(here: &TestWorkspace) -> Vec<Table> {
    let rows: Vec<(String, Vec<bool>)> = sqlx::query_as(TABLES).fetch_all(here.engine.db.owner()).await.unwrap();
    let table = |(name, can): (String, Vec<bool>)| {
        assert!(can[0], "{name} cannot be read");
        Table { name, can_insert: can[1], can_update: can[2], can_delete: can[3] }
    };
    rows.into_iter().map(table).collect()
}

/// Sends something to an account's address that is nothing, so that it is turned away and counted.
async fn refuse(here: &TestWorkspace, provider: ProviderId) {
    let look = async || here.act(async |tx| webhooks::get(&here.engine, tx, provider).await).await.unwrap();
    let url = look().await.url.unwrap();
    webhooks::returned_mail(&here.engine, url.rsplit('/').next().unwrap(), b" ").await.unwrap_err();
    assert_eq!(look().await.refused.len(), 1);
}

/// Makes rows in every table of a workspace, by what people do there.
async fn fill(here: &TestWorkspace, sink: &Sink) {
    let list = here.list("Customers").await;
    let provider = here.provider(sink).await;
    let sender = here.sender(&provider).await;
    refuse(here, provider.id).await;
    let address = format!("ada@{}.example", here.tenant.0);
    here.contact(&address, &[list]).await;
    let tenant = here.tenant;
    here.act(async |tx| engine::outbox::subscribe(tx.conn(), tenant, "campaign.started", "hook").await)
        .await
        .expect("a subscription");
    let template = here.template("Spring", "Hello", "<p>Hello</p>").await;
    let draft = domain::block::NewBlocks::default();
    here.act(async |tx| engine::templates::blocks::keep_draft(tx, template, &draft, 1).await).await.expect("a draft");
    let campaign = here.campaign("Spring news", sender, &[list]).await;
    here.start(campaign).await;
    here.work().await;
    let mail = sink.mails().into_iter().find(|mail| mail.to == address).expect("a mail");
    let header = mail.header("List-Unsubscribe").expect("a link");
    let token = header.trim_matches(['<', '>']).rsplit('/').next().expect("a token");
    tracking::unsubscribe(&here.engine, token, None).await.expect("an unsubscription");
    let picture = mail.text().split("/track/open/").nth(1).and_then(|rest| rest.split('"').next().map(str::to_owned));
    tracking::opened(&here.engine, &picture.expect("a picture"), &tracking::Visitor::default());
    tracking::write_all(&here.engine).await.expect("an opening");
    let user = domain::account::NewUser {
        email: address.clone(),
        password: PASSWORD.into(),
        roles: vec![Role::Viewer.word().into()],
        ..Default::default()
    };
    here.act(async |tx| users::create(&here.engine, tx, &user).await).await.expect("a user");
    let key = domain::account::NewKey { name: "shop".into(), scopes: vec!["read".into()], ..Default::default() };
    here.act(async |tx| keys::create(tx, &key).await).await.expect("a key");
    here.sandbox_mail("ada@one.example").await;
    // One row that is rejected, one about somebody who is known, and a file that still waits.
    here.imported("fair.csv", &format!("email,city,custom.size\n{address},Rome,3\nnobody,,\n")).await;
    here.upload("next.csv", "email\nnext@one.example\n").await;
    let ivo = NewInvitation { email: "ivo@oak.example".into(), roles: vec!["viewer".into()] };
    here.act(async |tx| invitations::create(&here.engine, tx, &ivo).await).await.expect("an invitation");
    here.act(async |tx| workspace::set_logo(&here.engine, tx, b"\xff\xd8\xff").await).await.expect("a logo");
    let shop = here.key(&[Scope::Send]);
    let request = idempotency::Request { actor: &shop, key: "1", hash: b"1" };
    idempotency::begin(&here.engine, &request).await.expect("a request");
    let address = NewSuppression { address: "x@y.example".into(), ..Default::default() };
    here.act(async |tx| suppressions::add(tx, &address).await).await.expect("a suppression");
    here.act(async |tx| proofs::add(tx, "form.txt", b"Yes, send me news").await).await.expect("a proof");
    alter(here).await;
}

/// A contact that was merged, one that was erased, a custom field.
async fn alter(here: &TestWorkspace) {
    let stays = here.contact("stays@one.example", &[]).await;
    let (goes, erased) = (here.contact("goes@one.example", &[]).await, here.contact("erased@one.example", &[]).await);
    let merge = NewMerge { into: stays.to_string(), ..Default::default() };
    here.act(async |tx| audience::merge(tx, goes, &merge).await).await.expect("a merge");
    here.act(async |tx| audience::erase(&here.engine, tx, erased).await).await.expect("an erasure");
    let field = NewCustomField { key: "colour".into(), ..Default::default() };
    here.act(async |tx| audience::create_field(tx, &field).await).await.expect("a field");
}

/// Two workspaces with rows in every table.
async fn two() -> (TestWorkspace, TestWorkspace) {
    let sink = Sink::new().await;
    let here = TestWorkspace::new().await;
    let there = here.neighbour("Oak Lane").await;
    fill(&here, &sink).await;
    fill(&there, &sink).await;
    // The worker of either would finish what is begun for the other, so these come last.
    let filling = "insert into list_filling (tenant_id, list_id, run_id, filter, after)
                   select r.tenant_id, l.id, r.id, '{}', 0 from run r join list l using (tenant_id)";
    sqlx::query(filling).execute(here.engine.db.owner()).await.expect("lists that are being filled");
    (here, there)
}

/// How many rows of a table the statement's role sees, and how many of them are another tenant's.
async fn seen(connection: &mut PgConnection, table: &str, own: TenantId) -> (i64, i64) {
    let count = format!("select count(*), count(*) filter (where tenant_id <> $1) from {table}");
    sqlx::query_as(AssertSqlSafe(count)).bind(own.0).fetch_one(connection).await.unwrap()
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<u64, sqlx::Error> {
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await.map(|done| done.rows_affected())
}

#[tokio::test]
async fn a_statement_without_a_filter_sees_and_touches_its_own_rows_only() {
    let (here, there) = two().await;
    for Table { name, can_update, can_delete, .. } in tables(&here).await {
        let mut all = here.engine.db.owner().acquire().await.unwrap();
        let (total, others) = seen(&mut all, &name, here.tenant).await;
        assert!(others > 0 && total > others, "{name} has no rows for both: let `fill` make some");
        let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
        assert_eq!(seen(&mut tx, &name, here.tenant).await, (total - others, 0), "{name} is read");
        if can_update {
            let touched = run(&mut tx, format!("update {name} set tenant_id = tenant_id")).await.unwrap();
            assert_eq!(touched as i64, total - others, "{name} is updated");
        }
        tx.rollback().await.unwrap();
        if can_delete {
            // What refers to the rows stands in the way; whether it may is not asked before it is tried.
            let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
            match run(&mut tx, format!("delete from {name}")).await {
                Ok(gone) => assert_eq!(gone as i64, total - others, "{name} is deleted from"),
                Err(error) => assert!(error.as_database_error().unwrap().is_foreign_key_violation(), "{name}: {error}"),
            }
        }
        assert_eq!(seen(&mut all, &name, there.tenant).await.0, total, "{name} is as it was");
    }
}

#[tokio::test]
async fn a_row_cannot_be_written_for_another_workspace() {
    let (here, there) = two().await;
    for Table { name, can_insert, can_update, .. } in tables(&here).await {
        if can_insert {
            let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
            let columns = columns(&here, &name).await;
            let copy = format!(
                "insert into {name} ({columns}) select {columns} from (
                   select (jsonb_populate_record(null::{name},
                     to_jsonb(t) || jsonb_build_object('tenant_id', '{}'))).* from {name} t) copied",
                there.tenant
            );
            assert_is_refused(run(&mut tx, copy).await, &name);
        }
        if can_update {
            let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
            assert_is_refused(run(&mut tx, format!("update {name} set tenant_id = '{}'", there.tenant)).await, &name);
        }
    }
}

/// The columns of a table that are written, those that PostgreSQL works out left out.
async fn columns(here: &TestWorkspace, table: &str) -> String {
    let columns = "select string_agg(quote_ident(attname), ', ') from pg_attribute
                   where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''";
    sqlx::query_scalar(columns).bind(table).fetch_one(here.engine.db.owner()).await.unwrap()
}

fn assert_is_refused(done: Result<u64, sqlx::Error>, table: &str) {
    let refused = done.expect_err(table).to_string();
    assert!(refused.contains("row-level security policy"), "{table}: {refused}");
}

#[tokio::test]
async fn without_a_workspace_nothing_is_seen() {
    let (here, _there) = two().await;
    let mut bound = here.engine.db.global().acquire().await.unwrap();
    for Table { name, .. } in tables(&here).await {
        assert_eq!(seen(&mut bound, &name, here.tenant).await, (0, 0), "{name}");
    }
    assert_eq!(sqlx::query_scalar::<_, i64>("select count(*) from tenant").fetch_one(&mut *bound).await.unwrap(), 0);
    let role: String = sqlx::query_scalar("select current_user::text").fetch_one(&mut *bound).await.unwrap();
    assert_eq!(role, "carillon_app");
}

#[tokio::test]
async fn a_connection_forgets_its_workspace_with_the_transaction() {
    let (here, _there) = two().await;
    let mut tx = here.engine.db.begin_for(here.tenant).await.unwrap();
    assert!(seen(&mut tx, "contact", here.tenant).await.0 > 0);
    tx.commit().await.unwrap();
    let mut tx = here.engine.db.global().begin().await.unwrap();
    assert_eq!(seen(&mut tx, "contact", here.tenant).await.0, 0);
}
