//! Planning: freezes a run's audience into the ledger, a batch at a time, in order of contact id. Each person is
//! written once, as planned or as skipped with the reason; sending begins as soon as the first batch is there.

use domain::id::{RunId, TenantId};

use super::{CHUNK, store};
use crate::{Engine, Result, live};

/// People planned in one transaction.
const BATCH: i32 = 5_000;

/// Plans the next batch of a run; says whether there was any. Several workers may try: one gets the run's row.
pub(super) async fn some(engine: &Engine, tenant: TenantId, run: RunId) -> Result<bool> {
    let mut tx = engine.db.begin_for(tenant).await?;
    let Some(planning) = store::lock_for_planning(&mut tx, run).await? else { return Ok(false) };
    let batch = store::plan_batch(&mut tx, tenant, run, &planning, BATCH, engine.clock.now()).await?;
    let first = planning.next_n;
    if batch.count > 0 {
        store::insert_chunks(&mut tx, tenant, run, first, first + batch.count - 1, CHUNK).await?;
    }
    store::planned(&mut tx, run, batch.last, first + batch.count, batch.count < BATCH).await?;
    live::changed(&mut tx, tenant, run).await?;
    tx.commit().await?;
    Ok(true)
}
