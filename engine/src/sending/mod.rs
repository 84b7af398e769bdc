//! The background work of sending (DESIGN 2): plan → lease → note → call → settle.
//!
//! A worker leases a chunk (at most 500 messages of one run) and goes through it in groups. For each group one short
//! transaction checks lease, run and guards and *notes* that the group is about to be handed over; only after its
//! commit do the calls begin, with no transaction open; one more transaction settles how they ended. So a crash leaves
//! in doubt at most the groups that were noted and not settled, and nobody is lost or written to twice.

mod allowance;
mod alone;
mod chunk;
mod desk;
pub mod doubt;
mod group;
mod judge;
mod lanes;
mod lease;
mod mail;
mod pace;
mod plan;
pub mod retry;
mod run;
mod store;

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::id::RunId;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Engine, Result, accounts, campaigns, receipts, reports};
use desk::Worker;

pub(crate) use allowance::runs_since;
pub(crate) use plan::plan_whole;
pub(crate) use run::WOUND_UP;
pub(crate) use store::{campaign_of, finish_run, set_aside};

/// The most messages in a chunk, which is what a worker leases.
pub(crate) const CHUNK: i32 = 500;
/// How long a lease holds without being renewed: so long is nobody else at work on what a dead worker held.
pub(crate) const LEASE: Duration = Duration::from_secs(20);
/// How often a lease is renewed while calls are out or the rate makes them wait.
pub(crate) const RENEW: Duration = Duration::from_secs(5);
/// Chunks of one run that are sent at the same time: more only made PostgreSQL's share of two cores larger.
const SENDERS: usize = 4;
/// How often to look for messages that have been in doubt for long.
const DOUBT_EVERY: Duration = Duration::from_secs(60);
/// How often to look for what providers reported.
const RECEIPTS_EVERY: Duration = Duration::from_millis(500);
/// How often to look for lists that are being filled with a campaign's recipients.
const LISTS_EVERY: Duration = Duration::from_secs(1);
/// How often to delete what has lapsed and to make room for what comes.
const SWEEP: Duration = Duration::from_secs(300);
/// Reports of providers are kept for so long, by whole months.
const REPORTS_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(60);

/// A message's id outside: it says which run and which one in it.
pub fn public_id(run: RunId, n: i32) -> String {
    BASE64_URL_SAFE_NO_PAD.encode([&run.0.as_bytes()[..], &n.to_be_bytes()].concat())
}

/// Run and number of a public id.
pub fn from_public_id(id: &str) -> Option<(RunId, i32)> {
    message_of(&BASE64_URL_SAFE_NO_PAD.decode(id).ok()?)
}

/// Whether an id is that of a message which was only tried out: those have no number in a run.
pub(crate) fn is_trial(id: &str) -> bool {
    from_public_id(id).is_some_and(|(_, n)| n == 0)
}

/// Run and number as a signed token holds them.
pub(crate) fn message_of(bytes: &[u8]) -> Option<(RunId, i32)> {
    let (run, n) = bytes.split_at_checked(16)?;
    Some((RunId(Uuid::from_slice(run).ok()?), i32::from_be_bytes(n.try_into().ok()?)))
}

/// Works until told to stop; then finishes the groups it is at and returns. Errors are logged and tried again.
pub async fn work(engine: Engine, stop: CancellationToken) {
    let worker = Arc::new(Worker::new(engine.clone(), stop.clone(), SENDERS));
    tokio::join!(
        desk::serve(worker),
        campaigns::start_due_often(&engine, &stop),
        apply_receipts(&engine, &stop),
        look_at_doubts(&engine, &stop),
        sweep_often(&engine, &stop),
        fill_lists(&engine, &stop)
    );
}

/// Works until nothing is left to do, one chunk after the other: for tests. Messages that wait for a later moment stay.
pub async fn run_until_idle(engine: &Engine) -> Result<()> {
    let worker = Worker::new(engine.clone(), CancellationToken::new(), 1);
    doubt::apply_policies(engine).await?;
    campaigns::start_due(engine).await?;
    let mut busy = true;
    while std::mem::take(&mut busy) {
        while receipts::apply_some(engine).await? {}
        while reports::fill_some(engine).await? {}
        for open in worker.open_runs().await? {
            busy |= run::work_on(&worker, &open).await?;
        }
    }
    Ok(())
}

async fn look_at_doubts(engine: &Engine, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        log_failure(doubt::apply_policies(engine).await);
        rest(DOUBT_EVERY, stop).await;
    }
}

async fn apply_receipts(engine: &Engine, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        log_failure(receipts::apply_waiting(engine, stop).await);
        rest(RECEIPTS_EVERY, stop).await;
    }
}

/// While there are more, without a rest.
async fn fill_lists(engine: &Engine, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match reports::fill_some(engine).await {
            Ok(true) => {}
            done => {
                log_failure(done.map(drop));
                rest(LISTS_EVERY, stop).await;
            }
        }
    }
}

async fn sweep_often(engine: &Engine, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        log_failure(sweep(engine).await);
        rest(SWEEP, stop).await;
    }
}

/// What fails holds nothing up and is tried again the next time.
fn log_failure(done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(error = &error as &dyn std::error::Error, "housekeeping: trying again later");
    }
}

async fn rest(long: Duration, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(long) => {}
        () = stop.cancelled() => {}
    }
}

/// Drops old reports of providers; deletes sessions, throttles, links, kept answers and form contents that have lapsed; makes the partitions of this month and the next.
async fn sweep(engine: &Engine) -> Result<()> {
    let now = engine.clock.now();
    engine.db.make_partitions(now).await?;
    engine.db.drop_old_reports(now - REPORTS_KEPT).await?;
    accounts::sessions::sweep(engine, now).await?;
    accounts::throttle::sweep(engine, now).await?;
    accounts::flash::sweep(engine, now).await?;
    accounts::resets::sweep(engine, now).await?;
    accounts::idempotency::sweep(engine, now).await
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
