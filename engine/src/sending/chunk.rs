//! Sending a leased chunk, group by group: note (one short transaction), call (no transaction), settle.

use std::{sync::Arc, time::Duration};

use super::{
    LEASE,
    desk::Worker,
    group::{self, Group, Held},
    lanes::Lane,
    lease::Lease,
    run::{Open, Turn},
    store,
};
use crate::{Error, Result, clock::Steady, live};

/// How long to wait before noting again what could not be noted because the database is away.
const AWAY: Duration = Duration::from_millis(250);

/// Leases the next chunk of a run, if there is one, and sends it to its end, unless told to stop, paused or cancelled.
/// Says whether it came any further.
pub(super) async fn send_next(worker: &Worker, open: &Open, lane: &Arc<Lane>, turn: &Turn) -> Result<bool> {
    let Some((mut chunk, lease)) = lease_next(worker, open).await? else { return Ok(false) };
    let begun_at = chunk.settled;
    while chunk.settled < chunk.last && !worker.stop.is_cancelled() {
        if !wait_for_room(worker, open, lane, &mut chunk, &lease).await {
            break;
        }
        let noted = match group::note(worker, open, lane, &chunk, lane.group_size(turn.senders)).await {
            Ok(noted) => noted,
            // Whether the note was written is not known, and it does not matter: it is written again, or the lease is
            // lost and whoever has it then knows what to do.
            Err(Error::Unavailable(_)) if lease.holds(worker.engine.clock.now()) => {
                tokio::time::sleep(AWAY).await;
                continue;
            }
            Err(error) => return Err(error),
        };
        let Some(Group { to, ready }) = noted else { break };
        lease.renewed(worker.engine.clock.now() + LEASE);
        let held = Held::Chunk { chunk: &chunk, to };
        let (messages, begun) = (ready.len(), Steady::instant());
        group::send(worker, open, lane, &lease, held, ready).await;
        lane.learn(messages, begun.elapsed());
        chunk.settled = to;
    }
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    store::release(&mut tx, open.run, &chunk).await?;
    live::changed(&mut tx, open.tenant, open.run).await?;
    tx.commit().await?;
    Ok(chunk.settled > begun_at)
}

/// Takes over the chunk of a worker that died in a run that nobody sends any more, only to settle it.
pub(super) async fn take_over(worker: &Worker, open: &Open) -> Result<bool> {
    let Some((chunk, _)) = lease_next(worker, open).await? else { return Ok(false) };
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    store::release(&mut tx, open.run, &chunk).await?;
    tx.commit().await?;
    Ok(chunk.settled >= chunk.last)
}

async fn lease_next(worker: &Worker, open: &Open) -> Result<Option<(store::Chunk, Arc<Lease>)>> {
    let now = worker.engine.clock.now();
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    let Some(chunk) = store::lease(&mut tx, open.tenant, open.run, &worker.name, now).await? else { return Ok(None) };
    tx.commit().await?;
    Ok(Some((chunk, Arc::new(Lease::until(now + LEASE)))))
}

/// Waits until the rates let at least one message go, renewing the lease meanwhile. False when this chunk should be
/// let go instead: the lease is lost, the account sleeps, or the worker is to stop.
async fn wait_for_room(worker: &Worker, open: &Open, lane: &Lane, chunk: &mut store::Chunk, lease: &Lease) -> bool {
    loop {
        if lane.is_asleep() || worker.stop.is_cancelled() {
            return false;
        }
        let wait = lane.until_room();
        if wait.is_zero() {
            return true;
        }
        let held = Held::Chunk { chunk, to: chunk.settled };
        let slept = group::renewing(worker, open, lease, &held, tokio::time::sleep(wait.min(Duration::from_secs(1))));
        slept.await;
        if !lease.holds(worker.engine.clock.now()) {
            return false;
        }
    }
}
