//! Messages that wait for a moment of their own (retries, the end of quiet hours): leased and noted in one, a few at a
//! time. One whose lease ran out without an outcome was handed over, perhaps: it becomes in doubt.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    LEASE,
    desk::Worker,
    group::{self, Held, Planned},
    judge::judge,
    lanes::Lane,
    lease::Lease,
    run::{Open, Turn},
    store,
};
use crate::{Result, audience::SendFacts};

/// Sends what is due alone in a run; says whether there was anything.
pub(super) async fn send_due(worker: &Worker, open: &Open, lane: &Arc<Lane>, turn: &Turn) -> Result<bool> {
    let lapsed = doubt_lapsed(worker, open).await?;
    if !lane.until_room().is_zero() || lane.allowance.is_used_up() {
        return Ok(lapsed);
    }
    let Some((ready, now)) = note_due(worker, open, lane, lane.group_size(turn.senders)).await? else {
        return Ok(lapsed);
    };
    let ns = ready.iter().map(|(message, _)| message.n).collect();
    let lease = Arc::new(Lease::until(now + LEASE));
    group::send(worker, open, lane, &lease, Held::Alone { ns, noted_at: now }, ready).await;
    Ok(true)
}

/// Leases and notes what is due, as far as the workspace's limits let it; says since when. None when nothing is due.
async fn note_due(
    worker: &Worker,
    open: &Open,
    lane: &Lane,
    mut size: usize,
) -> Result<Option<(Vec<(Planned, SendFacts)>, DateTime<Utc>)>> {
    while size > 0 {
        let (mut tx, now) = (lane.allowance.begin(worker).await?, worker.engine.clock.now());
        let due = store::lease_due(&mut tx, open.run, now, now + LEASE, size).await?;
        if due.is_empty() {
            return Ok(None);
        }
        let ready = judge(worker, open, lane, &mut tx, store::Way::Alone, due).await?;
        if lane.allowance.count(&mut tx, ready.len(), now).await? {
            tx.commit().await?;
            return Ok(Some((ready, now)));
        }
        tx.rollback().await?;
        size = lane.allowance.room(worker, open, size).await?;
    }
    Ok(None)
}

/// Puts in doubt what was handed over alone by a worker whose lease ran out. Says whether there was any.
pub(super) async fn doubt_lapsed(worker: &Worker, open: &Open) -> Result<bool> {
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    let lapsed = store::doubt_lapsed(&mut tx, open.tenant, open.run, worker.engine.clock.now()).await?;
    tx.commit().await?;
    Ok(lapsed)
}
