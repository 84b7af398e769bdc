//! SQL of imports: their rows, from the file that comes in to the end.

mod around;
mod join;
mod known;
mod piece;
mod reject;
mod undo;
mod work;
mod write;

use domain::{
    contact::ListRef,
    id::{ImportId, ListId},
    import::{Counts, Format, Found, Import, ImportDetail, ImportStatus, Mapping},
    pace,
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Error, Result, db::Tx};

pub(super) use around::{custom_fields, custom_labels, find_list, insert_custom_field, list_named, stages};
pub(super) use join::{Joined, count_joined, put};
pub(super) use known::{Keys, Known, consents, erased, known, members, suppressed};
pub(super) use piece::{drop_pieces, insert_piece, piece};
pub(super) use reject::{clear_rejects, insert_rejects, reasons, rejects};
pub(super) use undo::{Left, changed, forget, forget_changes, joined_back, made, messaged, taken_back, undone};
pub(super) use work::{
    Claim, Progress, begin_check, begin_run, claim, fail, open, progress, release, stop_at_rest, sweep, tenants,
};
pub(super) use write::{
    Change, Columns, Entry, Said, insert_changes, insert_contacts, insert_entries, update_contacts,
};

/// A file as it came.
pub(super) struct File<'a> {
    pub(super) format: Format,
    pub(super) bytes: i64,
    pub(super) sha256: &'a [u8],
    pub(super) rows: i64,
}

/// An import's row.
struct Row {
    id: ImportId,
    file: String,
    format: Format,
    bytes: i64,
    status: ImportStatus,
    rows_total: i64,
    rows_done: i64,
    created_count: i64,
    updated_count: i64,
    unchanged_count: i64,
    rejected_count: i64,
    warned_count: i64,
    pace: Option<f64>,
    kept_count: i64,
    fault: Option<String>,
    list_id: Option<ListId>,
    list: Option<String>,
    created_by_name: String,
    created_at: chrono::DateTime<chrono::Utc>,
    started_at: Option<chrono::DateTime<chrono::Utc>>,
    finished_at: Option<chrono::DateTime<chrono::Utc>>,
    found: Value,
    mapping: Option<Value>,
}

/// The columns of a [`Row`], so that each statement names them once.
macro_rules! imports {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Row,
            r#"select i.id as "id: ImportId", i.file, i.format as "format: Format", i.bytes,
                 i.status as "status: ImportStatus", i.rows_total, i.rows_done, i.created_count, i.updated_count,
                 i.unchanged_count, i.rejected_count, i.warned_count, i.pace, i.kept_count, i.fault,
                 i.list_id as "list_id: ListId", l.name as "list?", i.created_by_name, i.created_at, i.started_at,
                 i.finished_at, i.found, i.mapping
               from import i left join list l on l.tenant_id = i.tenant_id and l.id = i.list_id "# + $rest,
            $($args)*
        )
    };
}

impl Row {
    fn shown(self) -> Import {
        let pace = self.pace.filter(|_| self.status.is_busy()).map(|pace| (pace * 10.0).round() / 10.0);
        Import {
            id: self.id,
            file: self.file,
            format: self.format,
            bytes: self.bytes,
            status: self.status,
            rows_total: self.rows_total,
            rows_done: self.rows_done,
            counts: Counts {
                created: self.created_count,
                updated: self.updated_count,
                unchanged: self.unchanged_count,
                rejected: self.rejected_count,
                warned: self.warned_count,
            },
            per_second: pace,
            seconds_left: pace::seconds_left(self.rows_total - self.rows_done, pace),
            kept: self.kept_count,
            fault: self.fault,
            list: self.list_id.zip(self.list).map(|(id, name)| ListRef { id, name }),
            created_by: self.created_by_name,
            created_at: self.created_at,
            started_at: self.started_at,
            finished_at: self.finished_at,
        }
    }
}

pub(super) async fn imports(conn: &mut PgConnection, before: Option<Uuid>, limit: i64) -> Result<Vec<Import>> {
    let before = before.unwrap_or(Uuid::max());
    let rows = imports!("where i.id < $1 and i.status <> 'uploading' order by i.id desc limit $2", before, limit);
    Ok(rows.fetch_all(conn).await?.into_iter().map(Row::shown).collect())
}

/// An import without its reasons and the columns that are guessed.
pub(super) async fn import(conn: &mut PgConnection, id: ImportId) -> Result<Option<ImportDetail>> {
    let row = imports!("where i.id = $1 and i.status <> 'uploading'", id.0).fetch_optional(conn).await?;
    let Some(row) = row else { return Ok(None) };
    let broken = |error| Error::internal("a stored import", error);
    let found: Found = serde_json::from_value(row.found.clone()).map_err(broken)?;
    let mapping: Option<Mapping> = row.mapping.clone().map(serde_json::from_value).transpose().map_err(broken)?;
    let columns = mapping.as_ref().map(|mapping| mapping.columns.clone()).unwrap_or_default();
    Ok(Some(ImportDetail { import: row.shown(), found, mapping, columns, reasons: Vec::new() }))
}

pub(super) async fn insert(tx: &mut Tx, id: ImportId, file: &str) -> Result<()> {
    let (tenant, now, by, name) = (tx.tenant(), tx.now, tx.actor.user().map(|user| user.0), tx.actor.name());
    sqlx::query!(
        "insert into import (tenant_id, id, file, format, bytes, sha256, status, found, created_by, created_by_name,
           created_at)
         values ($1, $2, $3, 'csv', 0, '', 'uploading', '{}', $4, $5, $6)",
        tenant,
        id.0,
        file,
        by,
        name,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The file is whole.
pub(super) async fn uploaded(tx: &mut Tx, id: ImportId, file: &File<'_>, found: &Found) -> Result<()> {
    let done = sqlx::query!(
        "update import set format = $2, bytes = $3, sha256 = $4, rows_total = $5, found = $6, status = 'uploaded'
         where id = $1 and status = 'uploading'",
        id.0,
        file.format as Format,
        file.bytes,
        file.sha256,
        file.rows,
        json!(found)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Moves an import on with a new mapping; what was done by an earlier dry run is forgotten, and who is at one is cut off.
pub(super) async fn map(tx: &mut Tx, id: ImportId, mapping: &Mapping, next: ImportStatus) -> Result<bool> {
    let list = match mapping.list {
        domain::import::ListChoice::Known(list) => Some(list.0),
        _ => None,
    };
    let done = sqlx::query!(
        "update import set mapping = $2, list_id = $3, status = $4, token = token + 1, leased_until = null, worker = null,
           rows_done = 0, position = 0, created_count = 0, updated_count = 0, unchanged_count = 0, rejected_count = 0,
           warned_count = 0, fault = null, pace = null
         where id = $1 and status = any($5)",
        id.0,
        json!(mapping),
        list,
        next as ImportStatus,
        ImportStatus::before(next) as Vec<ImportStatus>
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves an import on, from where it may; says whether it could.
pub(super) async fn move_to(conn: &mut PgConnection, id: ImportId, next: ImportStatus) -> Result<bool> {
    let done = sqlx::query!(
        "update import set status = $2, fault = null, undo_after = case when $2 = 'undoing' then null else undo_after end
         where id = $1 and status = any($3)",
        id.0,
        next as ImportStatus,
        ImportStatus::before(next) as Vec<ImportStatus>
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a dry run before its end; who is at it is cut off.
pub(super) async fn stop_check(conn: &mut PgConnection, id: ImportId) -> Result<bool> {
    let done = sqlx::query!(
        "update import set status = 'uploaded', token = token + 1, leased_until = null, worker = null, pace = null,
           rows_done = 0 where id = $1 and status = 'checking'",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Deletes an import with its file.
pub(super) async fn delete(conn: &mut PgConnection, id: ImportId, from: &[ImportStatus]) -> Result<bool> {
    let done = sqlx::query!("delete from import where id = $1 and status = any($2)", id.0, from as &[ImportStatus])
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Stops what was not begun yet.
pub(super) async fn stop_queued(conn: &mut PgConnection, id: ImportId) -> Result<bool> {
    let done = sqlx::query!("update import set status = 'stopped' where id = $1 and status = 'queued'", id.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}
