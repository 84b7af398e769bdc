//! Imports (SPEC 3.3): files of all kinds come through or are refused clearly, rows are matched and merged by the rules,
//! the same file again changes nothing, what was done can be taken back, and no crash loses or repeats a row.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

mod again;
mod beside;
mod consent;
mod files;
mod kill;
mod matching;
mod moves;
mod sheets;
mod undo;

use domain::{
    access::Role,
    id::ImportId,
    import::{ImportDetail, ImportStatus, NewMapping, Reject},
    page::PageQuery,
};
use engine::{Error, imports, testing::TestWorkspace};
use serde_json::Value;

/// Sends a file in small pieces, as a network does.
async fn send(here: &TestWorkspace, name: &str, bytes: &[u8]) -> engine::Result<ImportId> {
    let mut upload = imports::Upload::begin(&here.engine, &here.user(&[Role::Admin]), name).await?;
    let id = upload.id();
    for piece in bytes.chunks(50_000) {
        if let Err(refused) = upload.push(piece).await {
            upload.abandon().await?;
            return Err(refused);
        }
    }
    match upload.finish().await {
        Ok(id) => Ok(id),
        Err(refused) => {
            imports::abandon(&here.engine, &here.user(&[Role::Admin]), id).await?;
            Err(refused)
        }
    }
}

/// The code that a file is refused with.
async fn refusal(here: &TestWorkspace, name: &str, bytes: &[u8]) -> String {
    match send(here, name, bytes).await.unwrap_err() {
        Error::Invalid(errors) => {
            assert_eq!(errors.0[0].field, "file");
            errors.0[0].code.clone()
        }
        other => panic!("{other}"),
    }
}

fn mapping(json: Value) -> NewMapping {
    serde_json::from_value(json).unwrap()
}

/// Maps and runs the dry run to its end.
async fn check(here: &TestWorkspace, id: ImportId, new: Value) -> ImportDetail {
    let new = mapping(new);
    here.act(async |tx| imports::map(&here.engine, tx, id, &new).await).await.unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    get(here, id).await
}

/// Starts and runs to the end.
async fn start(here: &TestWorkspace, id: ImportId) -> ImportDetail {
    here.act(async |tx| imports::start(&here.engine, tx, id).await).await.unwrap();
    imports::run_until_idle(&here.engine).await.unwrap();
    get(here, id).await
}

/// Sends, maps, checks and imports; the dry run has told what came.
async fn import(here: &TestWorkspace, text: &str, new: Value) -> ImportDetail {
    let id = send(here, "people.csv", text.as_bytes()).await.unwrap();
    let dry = check(here, id, new).await;
    assert_eq!(dry.import.status, ImportStatus::Checked, "{:?}", dry.import.fault);
    let done = start(here, id).await;
    assert_eq!(done.import.status, ImportStatus::Completed, "{:?}", done.import.fault);
    assert_eq!(done.import.counts, dry.import.counts, "the dry run told otherwise");
    assert_eq!(done.reasons, dry.reasons);
    done
}

async fn get(here: &TestWorkspace, id: ImportId) -> ImportDetail {
    here.act(async |tx| imports::get(tx, id).await).await.unwrap()
}

/// New, updated, unchanged, rejected.
fn counts(detail: &ImportDetail) -> [i64; 4] {
    let counts = detail.import.counts;
    [counts.created, counts.updated, counts.unchanged, counts.rejected]
}

async fn rejects(here: &TestWorkspace, id: ImportId) -> Vec<Reject> {
    let query = PageQuery { limit: Some(200), ..Default::default() };
    here.act(async |tx| imports::rejects(tx, id, &query).await).await.unwrap().data
}

/// Row, column and code of everything that is wrong.
async fn wrong(here: &TestWorkspace, id: ImportId) -> Vec<(i64, String, String)> {
    rejects(here, id).await.into_iter().map(|reject| (reject.row, reject.column, reject.code)).collect()
}

/// One value of the contact with this address.
async fn of<T>(here: &TestWorkspace, email: &str, column: &str) -> T
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let statement = format!("select {column} from contact where tenant_id = $1 and email_key = $2");
    let value = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).bind(here.tenant.0).bind(email);
    value.fetch_one(here.engine.db.owner()).await.unwrap()
}

/// How many rows a table of the workspace has.
async fn number(here: &TestWorkspace, of: &str) -> i64 {
    let statement = format!("select count(*) from {of}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(here.engine.db.owner()).await.unwrap()
}

/// Everything about people and lists as text, to compare.
async fn picture(here: &TestWorkspace) -> String {
    let picture = "
      select concat_ws(e'\\n',
        (select string_agg((to_jsonb(c) - 'updated_at')::text, e'\\n' order by c.email_key, c.phone_key) from contact c),
        (select string_agg(to_jsonb(s)::text, e'\\n' order by s::text) from consent s),
        (select string_agg((to_jsonb(e))::text, e'\\n' order by e::text) from consent_entry e),
        (select string_agg((to_jsonb(m) - 'changed_at')::text, e'\\n' order by m::text) from list_member m),
        (select string_agg(to_jsonb(l)::text, e'\\n' order by l::text) from list l))";
    sqlx::query_scalar(picture).fetch_one(here.engine.db.owner()).await.unwrap()
}

/// The totals of lists are those of their members.
async fn assert_totals(here: &TestWorkspace) {
    let wrong = "
      select count(*) from list l, lateral (
        select count(*) as total, count(*) filter (where status = 'active') as active from list_member m
        where m.tenant_id = l.tenant_id and m.list_id = l.id) m
      where l.total <> m.total or l.active <> m.active";
    let wrong: i64 = sqlx::query_scalar(wrong).fetch_one(here.engine.db.owner()).await.unwrap();
    assert_eq!(wrong, 0, "totals of lists");
}
