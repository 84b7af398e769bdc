//! Messages that wait for a moment of their own.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use sqlx::PgConnection;

use super::settle::{Way, interrupted, settle};
use crate::{Result, sending::group::Planned};

/// Messages alone that were handed over and whose lease ran out: in doubt. Says whether there were any.
pub(in crate::sending) async fn doubt_lapsed(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let lapsed = sqlx::query_as!(
        Planned,
        r#"select n, contact_id as contact, attempts, handed from message
         where run_id = $1 and due_at <= $2 and noted_at is not null and state = 'planned' for update skip locked"#,
        run.0,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let doubted: Vec<_> = lapsed.iter().map(interrupted).collect();
    if doubted.is_empty() {
        return Ok(false);
    }
    settle(conn, (tenant, run), Way::Alone, &doubted, now).await?;
    Ok(true)
}

pub(in crate::sending) async fn lease_due(
    conn: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: usize,
) -> Result<Vec<Planned>> {
    Ok(sqlx::query_as!(
        Planned,
        r#"update message set noted_at = $2, due_at = $3, handed = handed + 1
           where (tenant_id, run_id, n) in (
             select tenant_id, run_id, n from message
             where run_id = $1 and due_at <= $2 and noted_at is null and state = 'planned'
               and exists (select from run where id = $1 and status in ('running', 'completed') and (expires_at is null or expires_at > $2))
             order by due_at limit $4 for update skip locked)
           returning n, contact_id as contact, attempts, handed"#,
        run.0,
        now,
        until,
        limit as i64
    )
    .fetch_all(conn)
    .await?)
}

/// Lengthens the leases of messages alone; false when some are not ours any more.
pub(in crate::sending) async fn renew_alone(
    conn: &mut PgConnection,
    run: RunId,
    ns: &[i32],
    noted_at: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update message set due_at = $4
         where run_id = $1 and n = any($2) and noted_at = $3 and state = 'planned'
           and n between (select min(n) from unnest($2) as n) and (select max(n) from unnest($2) as n)",
        run.0,
        ns,
        noted_at,
        until
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == ns.len() as u64)
}

/// Puts off what is due in a finished run, which nobody can pause.
pub(in crate::sending) async fn put_off(conn: &mut PgConnection, run: RunId, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update message set due_at = $2
         where run_id = $1 and due_at < $2 and noted_at is null and state = 'planned'
           and exists (select from run where id = $1 and status = 'completed')",
        run.0,
        until
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts messages off to moments of their own, which are not sent now for a reason of the person's: nothing was begun.
/// In the transaction of their note. The run's state is not asked, for it is locked before chunks: of one that is
/// stopped meanwhile they are set aside as all that wait.
pub(in crate::sending) async fn wait_until(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    later: &[(i32, DateTime<Utc>)],
    (code, text): (&str, &str),
) -> Result<()> {
    let (ns, until): (Vec<_>, Vec<_>) = later.iter().copied().unzip();
    sqlx::query!(
        "update message m set due_at = w.until, noted_at = null, reason = $5, detail = $6
         from unnest($3::int[], $4::timestamptz[]) as w(n, until)
         where m.tenant_id = $1 and m.run_id = $2 and m.n = w.n and m.state = 'planned'
           and m.n between (select min(n) from unnest($3) as n) and (select max(n) from unnest($3) as n)",
        tenant.0,
        run.0,
        &ns,
        &until,
        code,
        text
    )
    .execute(conn)
    .await?;
    Ok(())
}
