//! Chunks: leased by one worker at a time, noted and settled group by group.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use sqlx::PgConnection;

use super::settle::{Way, interrupted, settle};
use crate::{
    Result,
    sending::{LEASE, group::Planned},
};

/// A leased chunk.
pub(in crate::sending) struct Chunk {
    pub(in crate::sending) first: i32,
    pub(in crate::sending) last: i32,
    pub(in crate::sending) settled: i32,
    pub(in crate::sending) token: i64,
}

/// Leases the first open chunk of a run that nobody holds. What its last holder had noted and not settled is in doubt.
pub(in crate::sending) async fn lease(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<Option<Chunk>> {
    let row = sqlx::query!(
        r#"update chunk set token = token + 1, worker = $2, leased_until = $4
           where (tenant_id, run_id, first) = (
             select tenant_id, run_id, first from chunk
             where run_id = $1 and not done and (leased_until is null or leased_until < $3)
             order by first limit 1 for update skip locked)
           returning first, last, noted, settled, token"#,
        run.0,
        worker,
        now,
        now + LEASE
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let mut chunk = Chunk { first: row.first, last: row.last, settled: row.settled, token: row.token };
    if row.noted > row.settled {
        doubt_between(conn, tenant, run, row.settled, row.noted, now).await?;
        chunk_settled(conn, run, &chunk, row.noted).await?;
        chunk.settled = row.noted;
    }
    Ok(Some(chunk))
}

/// Notes that messages up to `to` are about to be handed over, and renews the lease; false when the lease is lost or
/// the run is not on.
pub(in crate::sending) async fn note(
    conn: &mut PgConnection,
    run: RunId,
    chunk: &Chunk,
    to: i32,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update chunk set noted = $4, leased_until = $5
         where run_id = $1 and first = $2 and token = $3 and not done and last >= $4
           and exists (select from run where id = $1 and status = 'running' and (expires_at is null or expires_at > $6))",
        run.0,
        chunk.first,
        chunk.token,
        to,
        now + LEASE,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The next planned messages of a chunk.
pub(in crate::sending) async fn planned_after(
    conn: &mut PgConnection,
    run: RunId,
    after: i32,
    last: i32,
    limit: usize,
) -> Result<Vec<Planned>> {
    Ok(sqlx::query_as!(
        Planned,
        r#"select n, contact_id as contact, attempts, handed from message
           where run_id = $1 and n > $2 and n <= $3 and state = 'planned' and due_at is null order by n limit $4"#,
        run.0,
        after,
        last,
        limit as i64
    )
    .fetch_all(conn)
    .await?)
}

/// Lengthens the lease; false when it is somebody else's by now.
pub(in crate::sending) async fn renew(
    conn: &mut PgConnection,
    run: RunId,
    chunk: &Chunk,
    until: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update chunk set leased_until = $4 where run_id = $1 and first = $2 and token = $3",
        run.0,
        chunk.first,
        chunk.token,
        until
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A chunk has been settled up to `to`. Only the holder of the lease may say so, once; says whether it was.
pub(in crate::sending) async fn chunk_settled(
    conn: &mut PgConnection,
    run: RunId,
    chunk: &Chunk,
    to: i32,
) -> Result<bool> {
    let done = sqlx::query!(
        "update chunk set settled = $4, done = (last = $4)
         where run_id = $1 and first = $2 and token = $3 and noted = $4 and settled < $4",
        run.0,
        chunk.first,
        chunk.token,
        to
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::sending) async fn release(conn: &mut PgConnection, run: RunId, chunk: &Chunk) -> Result<()> {
    sqlx::query!(
        "update chunk set leased_until = null, worker = null where run_id = $1 and first = $2 and token = $3",
        run.0,
        chunk.first,
        chunk.token
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn doubt_between(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    after: i32,
    to: i32,
    now: DateTime<Utc>,
) -> Result<()> {
    let noted = planned_after(&mut *conn, run, after, to, usize::try_from(to - after).unwrap_or(0)).await?;
    let doubted: Vec<_> = noted.iter().map(interrupted).collect();
    settle(conn, (tenant, run), Way::InChunk, &doubted, now).await.map(drop)
}
