//! The background work of sending (DESIGN 2): plan → lease → note → call → settle.
//!
//! A worker leases a chunk (at most 500 messages of one run) and goes through it in groups. For each group one short
//! transaction checks lease, run and guards and *notes* that the group is about to be handed over; only after its
//! commit do the calls begin, with no transaction open; one more transaction settles how they ended. So a crash leaves
//! in doubt at most the groups that were noted and not settled, and nobody is lost or written to twice.

mod alone;
mod group;
mod lanes;
mod mail;
mod plan;
mod store;

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::id::{RunId, TenantId};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Engine, Result, accounts, live};
use lanes::Lanes;

/// The most messages that are noted, handed over and settled together.
pub(crate) const GROUP: i32 = 50;
/// The most messages in a chunk, which is what a worker leases.
pub(crate) const CHUNK: i32 = 500;
/// How long a lease holds without being renewed: longer than a group's calls can take.
pub(crate) const LEASE: Duration = Duration::from_secs(150);
/// How often to look for work that nobody announced.
const POLL: Duration = Duration::from_millis(500);
/// How often to delete what has lapsed.
const SWEEP_EVERY: u32 = 600;

/// A message's id outside: it says which run and which one in it.
pub fn public_id(run: RunId, n: i32) -> String {
    BASE64_URL_SAFE_NO_PAD.encode([&run.0.as_bytes()[..], &n.to_be_bytes()].concat())
}

/// Run and number of a public id.
pub fn from_public_id(id: &str) -> Option<(RunId, i32)> {
    message_of(&BASE64_URL_SAFE_NO_PAD.decode(id).ok()?)
}

/// Run and number as a signed token holds them.
pub(crate) fn message_of(bytes: &[u8]) -> Option<(RunId, i32)> {
    let (run, n) = bytes.split_at_checked(16)?;
    Some((RunId(Uuid::from_slice(run).ok()?), i32::from_be_bytes(n.try_into().ok()?)))
}

/// Works until told to stop; then finishes the group it is at and returns. Errors are logged and tried again.
pub async fn work(engine: Engine, stop: CancellationToken) {
    let mut worker = Worker::new(engine);
    let mut quiet = 0u32;
    while !stop.is_cancelled() {
        let wait = match worker.pass(&stop).await {
            Ok(true) => continue,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "sending: trying again");
                POLL * 4
            }
        };
        quiet += 1;
        if quiet.is_multiple_of(SWEEP_EVERY)
            && let Err(error) = sweep(&worker.engine).await
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "clean-up: trying again later");
        }
        tokio::select! {
            () = worker.engine.wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Works until nothing is left to do: for tests and benchmarks. Messages that wait for a later moment stay.
pub async fn run_until_idle(engine: &Engine) -> Result<()> {
    let mut worker = Worker::new(engine.clone());
    while worker.pass(&CancellationToken::new()).await? {}
    Ok(())
}

/// Deletes sessions, throttles and form contents that have lapsed.
async fn sweep(engine: &Engine) -> Result<()> {
    let now = engine.clock.now();
    accounts::sessions::sweep(engine, now).await?;
    accounts::throttle::sweep(engine, now).await?;
    accounts::flash::sweep(engine, now).await
}

/// One worker: its name on leases, and its connections to providers.
struct Worker {
    engine: Engine,
    name: String,
    lanes: Lanes,
}

impl Worker {
    fn new(engine: Engine) -> Self {
        let name = crate::db::new_id(engine.clock.now()).to_string();
        Self { engine, name, lanes: Lanes::default() }
    }

    /// One round over every workspace that has something to do, each getting one step in turn, so that a large one
    /// does not hold up the others. Says whether anything was done.
    async fn pass(&mut self, stop: &CancellationToken) -> Result<bool> {
        let (mut busy, mut failed) = (false, None);
        for tenant in store::tenants_with_work(self.engine.db.global(), self.engine.clock.now()).await? {
            for run in self.open_runs(tenant).await? {
                if stop.is_cancelled() {
                    return Ok(false);
                }
                // A run that cannot go on must not hold up those after it.
                match self.step(tenant, run, stop).await {
                    Ok(done) => busy |= done,
                    Err(error) => failed = Some(error),
                }
            }
        }
        match failed {
            Some(error) if busy => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a run cannot go on; the others do");
                Ok(true)
            }
            Some(error) => Err(error),
            None => Ok(busy),
        }
    }

    async fn open_runs(&self, tenant: TenantId) -> Result<Vec<RunId>> {
        let mut tx = self.engine.db.begin_for(tenant).await?;
        store::open_runs(&mut tx, self.engine.clock.now()).await
    }

    /// One step of one run: plan some, send a chunk, send what is due alone; finish it when nothing is left.
    async fn step(&mut self, tenant: TenantId, run: RunId, stop: &CancellationToken) -> Result<bool> {
        let planned = plan::some(&self.engine, tenant, run).await?;
        let sent = group::send_chunk(self, tenant, run, stop).await?;
        let alone = alone::send_due(self, tenant, run).await?;
        if planned || sent || alone {
            return Ok(true);
        }
        let now = self.engine.clock.now();
        let mut tx = self.engine.db.begin_for(tenant).await?;
        let finished = store::finish_run(&mut tx, run, now).await?;
        if finished {
            live::changed(&mut tx, tenant, run).await?;
        }
        tx.commit().await?;
        Ok(finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_ids_go_there_and_back() {
        let run = RunId(Uuid::from_u128(0x0190_a1b2_0000_7000_8000_0000_0000_0001));
        assert_eq!(from_public_id(&public_id(run, 70_000)), Some((run, 70_000)));
        assert_eq!(from_public_id("nonsense"), None);
    }
}
