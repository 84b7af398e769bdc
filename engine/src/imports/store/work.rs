//! SQL of the work on imports: who is at it, how far it is. A lease has a token, as those of chunks have: who was taken
//! for dead writes nothing any more.

use chrono::{DateTime, Utc};
use domain::{
    id::{ImportId, ListId, TenantId},
    import::{Counts, Found, ImportStatus, Mapping},
};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};

use crate::{Error, Result};

/// An import in hand.
pub(in crate::imports) struct Claim {
    pub(in crate::imports) token: i64,
    pub(in crate::imports) status: ImportStatus,
    pub(in crate::imports) file: String,
    pub(in crate::imports) by: String,
    pub(in crate::imports) found: Found,
    pub(in crate::imports) mapping: Option<Mapping>,
    pub(in crate::imports) list: Option<ListId>,
    pub(in crate::imports) position: i64,
    pub(in crate::imports) row_at: i64,
    pub(in crate::imports) started_at: Option<DateTime<Utc>>,
    pub(in crate::imports) undo_after: Option<uuid::Uuid>,
    pub(in crate::imports) finished_at: Option<DateTime<Utc>>,
}

/// How far it has come.
pub(in crate::imports) struct Progress {
    pub(in crate::imports) position: i64,
    pub(in crate::imports) row_at: i64,
    pub(in crate::imports) rows: i64,
    pub(in crate::imports) counts: Counts,
    pub(in crate::imports) pace: Option<f64>,
}

/// Workspaces that have an import to work on.
pub(in crate::imports) async fn tenants(pool: &PgPool) -> Result<Vec<TenantId>> {
    Ok(sqlx::query_scalar!(r#"select t as "tenant!: TenantId" from tenants_with_imports() t"#).fetch_all(pool).await?)
}

/// Imports of a workspace that wait for somebody.
pub(in crate::imports) async fn open(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<ImportId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: ImportId" from import
           where status in ('checking', 'queued', 'running', 'stopping', 'undoing')
             and (leased_until is null or leased_until < $1) order by id"#,
        now
    )
    .fetch_all(conn)
    .await?)
}

/// Files that never came whole are let go.
pub(in crate::imports) async fn sweep(conn: &mut PgConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from import where status = 'uploading' and created_at < $1", before).execute(conn).await?;
    Ok(())
}

/// Takes an import in hand, unless somebody has it.
pub(in crate::imports) async fn claim(
    conn: &mut PgConnection,
    id: ImportId,
    worker: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Claim>> {
    let row = sqlx::query!(
        r#"update import set token = token + 1, worker = $2, leased_until = $4
           where id = $1 and status in ('checking', 'queued', 'running', 'stopping', 'undoing')
             and (leased_until is null or leased_until < $3)
           returning token, status as "status: ImportStatus", file, created_by_name, found, mapping, list_id as "list_id: ListId",
             position, row_at, started_at, undo_after, finished_at"#,
        id.0,
        worker,
        now,
        until
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let broken = |error| Error::internal("a stored import", error);
    Ok(Some(Claim {
        token: row.token,
        status: row.status,
        file: row.file,
        by: row.created_by_name,
        found: serde_json::from_value(row.found).map_err(broken)?,
        mapping: row.mapping.map(|mapping: Value| serde_json::from_value(mapping)).transpose().map_err(broken)?,
        list: row.list_id,
        position: row.position,
        row_at: row.row_at,
        started_at: row.started_at,
        undo_after: row.undo_after,
        finished_at: row.finished_at,
    }))
}

/// Lets it go, for whoever comes next.
pub(in crate::imports) async fn release(conn: &mut PgConnection, id: ImportId, token: i64) -> Result<()> {
    sqlx::query!("update import set leased_until = null, worker = null where id = $1 and token = $2", id.0, token)
        .execute(conn)
        .await?;
    Ok(())
}

/// A dry run begins at the beginning, whatever one before it has counted.
pub(in crate::imports) async fn begin_check(conn: &mut PgConnection, id: ImportId, token: i64) -> Result<bool> {
    let done = sqlx::query!(
        "update import set rows_done = 0, position = 0, row_at = 0, created_count = 0, updated_count = 0,
           unchanged_count = 0, rejected_count = 0, warned_count = 0
         where id = $1 and token = $2 and status = 'checking'",
        id.0,
        token
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A queued import runs: from the beginning unless it had been stopped, with the list that people go on.
pub(in crate::imports) async fn begin_run(
    conn: &mut PgConnection,
    id: ImportId,
    token: i64,
    list: Option<ListId>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update import set status = 'running', list_id = $3, started_at = coalesce(started_at, $4), finished_at = null,
           rows_done = case when started_at is null then 0 else rows_done end,
           position = case when started_at is null then 0 else position end,
           row_at = case when started_at is null then 0 else row_at end,
           created_count = case when started_at is null then 0 else created_count end,
           updated_count = case when started_at is null then 0 else updated_count end,
           unchanged_count = case when started_at is null then 0 else unchanged_count end,
           rejected_count = case when started_at is null then 0 else rejected_count end,
           warned_count = case when started_at is null then 0 else warned_count end
         where id = $1 and token = $2 and status = 'queued'",
        id.0,
        token,
        list.map(|list| list.0),
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes how far it has come, and holds the lease on; `ends` says what it becomes when that was all. Says where it stands
/// now; none when somebody else has it.
pub(in crate::imports) async fn progress(
    conn: &mut PgConnection,
    (id, token): (ImportId, i64),
    done: &Progress,
    ends: Option<ImportStatus>,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<ImportStatus>> {
    let counts = done.counts;
    Ok(sqlx::query_scalar!(
        r#"update import set position = $3, row_at = $4, rows_done = rows_done + $5, created_count = created_count + $6,
             updated_count = updated_count + $7, unchanged_count = unchanged_count + $8,
             rejected_count = rejected_count + $9, warned_count = warned_count + $10, pace = $11,
             status = coalesce($12, case when status = 'stopping' then 'stopped' else status end),
             finished_at = case when $12 = 'completed' or status = 'stopping' then $13 else finished_at end,
             leased_until = $14
           where id = $1 and token = $2 and status in ('checking', 'running', 'stopping')
           returning status as "status: ImportStatus""#,
        id.0,
        token,
        done.position,
        done.row_at,
        done.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.rejected,
        counts.warned,
        done.pace,
        ends as Option<ImportStatus>,
        now,
        until
    )
    .fetch_optional(conn)
    .await?)
}

/// Stops what nobody was at.
pub(in crate::imports) async fn stop_at_rest(
    conn: &mut PgConnection,
    (id, token): (ImportId, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update import set status = 'stopped', finished_at = $3, pace = null where id = $1 and token = $2
           and status = 'stopping'",
        id.0,
        token,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It cannot go on, for this reason.
pub(in crate::imports) async fn fail(
    conn: &mut PgConnection,
    (id, token): (ImportId, i64),
    fault: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update import set status = 'failed', fault = $3, finished_at = $4, pace = null where id = $1 and token = $2",
        id.0,
        token,
        fault,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}
