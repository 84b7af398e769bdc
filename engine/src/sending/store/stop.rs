//! Setting aside who is not to be sent to any more: the campaign was stopped, or its time is over.

use chrono::{DateTime, Utc};
use domain::{
    id::{RunId, TenantId},
    message::{MessageState, SkipReason},
};
use sqlx::PgConnection;

use crate::Result;

/// Sets aside the messages of some open chunks that were not noted, and those alone that were not; says whether there
/// were any. A noted message is settled by whoever noted it: the chunk now ends there. Locking the chunks first keeps
/// workers from noting more meanwhile.
pub(crate) async fn set_aside(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    state: MessageState,
    reason: Option<SkipReason>,
    chunks: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let changed = sqlx::query_scalar!(
        r#"with open as (
             select first, last, noted, settled from chunk
             where run_id = $2 and not done and noted < last order by first limit $6 for update
           ), gone as (
             update message m set state = $3, reason = $4, at = $5 from open o
             where m.tenant_id = $1 and m.run_id = $2 and m.n > o.noted and m.n <= o.last and m.state = 'planned'
               and m.due_at is null
             returning 1
           ), alone as (
             update message m set state = $3, reason = $4, at = $5, due_at = null
             where m.tenant_id = $1 and m.run_id = $2 and m.due_at is not null and m.noted_at is null
               and m.state = 'planned'
             returning 1
           ), cut as (
             update chunk c set last = greatest(c.noted, c.first), done = (c.noted < c.first or c.settled = c.noted)
             from open o where c.run_id = $2 and c.first = o.first
             returning 1
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, count)
             select $1, $2, $3, coalesce($4, ''), n from
               (select (select count(*) from gone) + (select count(*) from alone) as n) as gone_in_all where n > 0
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count
           )
           select (select count(*) from cut) + (select count(*) from alone) as "n!""#,
        tenant.0,
        run.0,
        state.word(),
        reason.map(SkipReason::word),
        now,
        chunks
    )
    .fetch_one(conn)
    .await?;
    Ok(changed > 0)
}
