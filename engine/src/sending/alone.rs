//! Messages that wait for a moment of their own (retries): leased and noted in one, a few at a time. One whose lease
//! ran out without an outcome was handed over, perhaps: it becomes in doubt.

use std::sync::Arc;

use super::{
    LEASE,
    desk::Worker,
    group::{self, Held},
    lanes::Lane,
    lease::Lease,
    run::{Open, Turn},
    store,
};
use crate::Result;

/// Sends what is due alone in a run; says whether there was anything.
pub(super) async fn send_due(worker: &Worker, open: &Open, lane: &Arc<Lane>, turn: &Turn) -> Result<bool> {
    let lapsed = doubt_lapsed(worker, open).await?;
    if !lane.until_room().is_zero() {
        return Ok(lapsed);
    }
    let now = worker.engine.clock.now();
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    let due = store::lease_due(&mut tx, open.run, now, now + LEASE, lane.group_size(turn.senders)).await?;
    if due.is_empty() {
        return Ok(lapsed);
    }
    let ready = group::judge(worker, open, &mut tx, store::Way::Alone, due).await?;
    tx.commit().await?;
    let ns = ready.iter().map(|(message, _)| message.n).collect();
    let lease = Arc::new(Lease::until(now + LEASE));
    group::send(worker, open, lane, &lease, Held::Alone { ns, noted_at: now }, ready).await;
    Ok(true)
}

/// Puts in doubt what was handed over alone by a worker whose lease ran out. Says whether there was any.
pub(super) async fn doubt_lapsed(worker: &Worker, open: &Open) -> Result<bool> {
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    let lapsed = store::doubt_lapsed(&mut tx, open.tenant, open.run, worker.engine.clock.now()).await?;
    tx.commit().await?;
    Ok(lapsed)
}
