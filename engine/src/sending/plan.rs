//! Planning: freezes a run's audience into the ledger, a batch at a time, in order of contact id. Each person is
//! written once, as planned or as skipped with the reason; sending begins as soon as the first batch is there.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use sqlx::PgConnection;

use super::{CHUNK, store};
use crate::{Engine, Result, live};

/// People planned in one transaction; in the first fewer, so that the first message goes at once.
const BATCH: i32 = 20_000;
const FIRST_BATCH: i32 = 1_000;

/// Plans the next batch of a run; says whether there was any. Several workers may try: one gets the run's row.
pub(super) async fn some(engine: &Engine, tenant: TenantId, run: RunId) -> Result<bool> {
    let mut tx = engine.db.begin_for(tenant).await?;
    let Some(planning) = store::lock_for_planning(&mut tx, run).await? else { return Ok(false) };
    let size = if planning.next_n == 1 { FIRST_BATCH } else { BATCH };
    let batch = store::plan_batch(&mut tx, tenant, run, &planning, size, engine.clock.now()).await?;
    let first = planning.next_n;
    if batch.count > 0 {
        store::insert_chunks(&mut tx, tenant, run, first, first + batch.count - 1, CHUNK).await?;
    }
    store::planned(&mut tx, run, batch.last, first + batch.count, batch.count < size).await?;
    live::changed(&mut tx, tenant, run).await?;
    tx.commit().await?;
    Ok(true)
}

/// Plans a whole run at once, in a transaction of somebody who has just begun it; says how many people it has.
pub(crate) async fn plan_whole(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<i32> {
    let Some(planning) = store::lock_for_planning(conn, run).await? else { return Ok(0) };
    let batch = store::plan_batch(conn, tenant, run, &planning, i32::MAX, now).await?;
    let first = planning.next_n;
    store::insert_chunks(conn, tenant, run, first, first + batch.count - 1, CHUNK).await?;
    store::planned(conn, run, batch.last, first + batch.count, true).await?;
    Ok(batch.count)
}
