//! Messages that wait for a moment of their own (retries): leased and noted in one, a few at a time. One whose lease
//! ran out without an outcome was handed over, perhaps: it becomes in doubt.

use domain::id::{RunId, TenantId};

use super::{GROUP, LEASE, Worker, group, store};
use crate::Result;

/// Sends what is due alone in a run; says whether there was anything.
pub(super) async fn send_due(worker: &mut Worker, tenant: TenantId, run: RunId) -> Result<bool> {
    let engine = worker.engine.clone();
    let now = engine.clock.now();
    let mut tx = engine.db.begin_for(tenant).await?;
    let lapsed = store::doubt_lapsed(&mut tx, tenant, run, now).await?;
    let due = store::lease_due(&mut tx, run, now, now + LEASE, GROUP).await?;
    if due.is_empty() {
        tx.commit().await?;
        return Ok(lapsed);
    }
    let (ready, mut settled) = group::judge(&mut tx, due).await?;
    tx.commit().await?;
    let lane = worker.lanes.of(&engine, tenant, run).await?;
    let (answers, refused) = group::call(&engine, &lane, ready).await;
    settled.extend(answers);
    group::settle_until_stored(&engine, tenant, run, None, &settled).await;
    if let Some(why) = refused {
        worker.lanes.forget(run);
        group::pause(&engine, tenant, run, &why).await?;
    }
    Ok(true)
}
