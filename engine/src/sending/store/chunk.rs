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

/// Notes that the next `size` planned messages are about to be handed over, and renews the lease; says up to which. None
/// when the lease is lost or the run is not on. Who they are is asked afterwards: only then is the chunk's row locked, and
/// nobody else can take one of them out any more.
pub(in crate::sending) async fn note(
    conn: &mut PgConnection,
    run: RunId,
    chunk: &Chunk,
    size: usize,
    now: DateTime<Utc>,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "update chunk c set leased_until = $5, noted = coalesce(
           (select m.n from message m where m.tenant_id = c.tenant_id and m.run_id = $1 and m.n > $4 and m.n <= c.last
              and m.state = 'planned' and m.due_at is null order by m.n offset $7 limit 1), c.last)
         where c.run_id = $1 and c.first = $2 and c.token = $3 and not c.done and c.last > $4
           and exists (select from run where id = $1 and status = 'running' and (expires_at is null or expires_at > $6))
         returning noted",
        run.0,
        chunk.first,
        chunk.token,
        chunk.settled,
        now + LEASE,
        now,
        size.saturating_sub(1) as i64
    )
    .fetch_optional(conn)
    .await?)
}

/// The planned messages of a part of a chunk.
pub(in crate::sending) async fn planned_between(
    conn: &mut PgConnection,
    run: RunId,
    after: i32,
    to: i32,
) -> Result<Vec<Planned>> {
    Ok(sqlx::query_as!(
        Planned,
        r#"select n, contact_id as contact, attempts, handed from message
           where run_id = $1 and n > $2 and n <= $3 and state = 'planned' and due_at is null order by n"#,
        run.0,
        after,
        to
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
    let noted = planned_between(&mut *conn, run, after, to).await?;
    let doubted: Vec<_> = noted.iter().map(interrupted).collect();
    settle(conn, (tenant, run), Way::InChunk, &doubted, now).await.map(drop)
}
