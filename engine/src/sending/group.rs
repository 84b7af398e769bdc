//! A group of messages: judged and noted together, handed over, settled together.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    delivery::{Ending, Outcome, ending},
    message::{MessageState, SkipReason},
};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{
    LEASE, RENEW,
    desk::Worker,
    judge::judge,
    lanes::Lane,
    lease::Lease,
    run::Open,
    store::{self, Way},
};
use crate::{
    Result,
    accounts::{Actor, Who},
    audience::SendFacts,
    clock::{Clock, Steady},
    db::Tx,
    live,
};

/// How long those wait who are sent to again while the provider account is refused.
const REFUSED_WAIT: TimeDelta = TimeDelta::minutes(15);

/// A planned message as a worker sees it.
#[derive(Clone, Copy)]
pub(super) struct Planned {
    pub(super) n: i32,
    pub(super) contact: Uuid,
    pub(super) attempts: i16,
    /// How often it has been handed over alone, this time included.
    pub(super) handed: i16,
}

/// How one message ended, to be settled. The message's `handed` says which handing-over this is the end of.
pub(super) struct Settled {
    pub(super) message: Planned,
    pub(super) end: Ending,
}

/// Messages that were judged and noted.
pub(super) struct Group {
    /// Noted up to here.
    pub(super) to: i32,
    /// Those that may go, with what is known of them. The others are settled already.
    pub(super) ready: Vec<(Planned, SendFacts)>,
}

/// What a lease is on.
pub(super) enum Held<'a> {
    /// A chunk, of which messages up to `to` are noted.
    Chunk { chunk: &'a store::Chunk, to: i32 },
    /// Single messages, noted at this moment.
    Alone { ns: Vec<i32>, noted_at: DateTime<Utc> },
}

/// One short transaction: checks that the lease is still ours and the run still on, reads the facts, decides for each
/// person, and notes that the group is about to be handed over. Where the workspace's limits have no room for all of
/// them, fewer are noted. None when there is nothing (more) to do here.
pub(super) async fn note(
    worker: &Worker,
    open: &Open,
    lane: &Lane,
    chunk: &store::Chunk,
    mut size: usize,
) -> Result<Option<Group>> {
    while size > 0 {
        let (mut tx, now) = (lane.allowance.begin(worker).await?, worker.engine.clock.now());
        let Some(to) = store::note(&mut tx, open.run, chunk, size, now).await? else { return Ok(None) };
        let planned = store::planned_between(&mut tx, open.run, chunk.settled, to).await?;
        let ready = judge(worker, open, lane, &mut tx, Way::InChunk, planned).await?;
        if lane.allowance.count(&mut tx, ready.len(), now).await? {
            tx.commit().await?;
            return Ok(Some(Group { to, ready }));
        }
        tx.rollback().await?;
        size = lane.allowance.room(worker, open, size).await?;
    }
    Ok(None)
}

/// Hands a noted group over and settles how it ended. An account that refuses everybody pauses the campaign.
pub(super) async fn send(
    worker: &Worker,
    open: &Open,
    lane: &Arc<Lane>,
    lease: &Arc<Lease>,
    held: Held<'_>,
    ready: Vec<(Planned, SendFacts)>,
) {
    let called = call(worker, lane, lease, ready);
    let (settled, refused) = renewing(worker, open, lease, &held, called).await;
    settle_until_stored(worker, open, &held, &settled, refused.as_deref()).await;
    if refused.is_some() {
        worker.lanes.forget(open.run);
    }
}

/// Hands messages over, all at once as far as the rates allow, with no transaction open. Also says why the account
/// refuses, if it does.
async fn call(
    worker: &Worker,
    lane: &Arc<Lane>,
    lease: &Arc<Lease>,
    ready: Vec<(Planned, SendFacts)>,
) -> (Vec<Settled>, Option<String>) {
    let (mut settled, mut refused, mut calls) = (Vec::new(), None, JoinSet::new());
    let mut open: BTreeMap<i32, Planned> = BTreeMap::new();
    for (message, facts) in ready {
        open.insert(message.n, message);
        let (lane, lease, clock) = (lane.clone(), lease.clone(), worker.engine.clock.clone());
        calls.spawn(async move { (message.n, write_and_deliver(&lane, &lease, &*clock, &message, &facts).await) });
    }
    while let Some(joined) = calls.join_next().await {
        let Ok((n, outcome)) = joined else { continue };
        if let Ok(Outcome::Pause { until_after: None, text, .. }) = &outcome {
            refused = Some(text.clone());
        }
        if let Some(message) = open.remove(&n) {
            settled.push(match outcome {
                Ok(outcome) => settle(&message, outcome, worker.engine.clock.now()),
                Err(reason) => skip(&message, reason),
            });
        }
    }
    // A call that panicked: how far it had come nobody knows.
    let panicked = || Outcome::Unknown { text: "Handing this message over ended in an error of ours.".into() };
    settled.extend(open.values().map(|message| settle(message, panicked(), worker.engine.clock.now())));
    (settled, refused)
}

/// How one message's call ended, or why there is no message. Each is written in a task of its own, beside the others'
/// conversations.
async fn write_and_deliver(
    lane: &Lane,
    lease: &Lease,
    clock: &dyn Clock,
    message: &Planned,
    facts: &SendFacts,
) -> Result<Outcome, SkipReason> {
    let mailing = lane.letterhead.write(message, facts, clock.now())?;
    // Boxed: all that any provider's call needs would be moved around with the task.
    let delivered = Box::pin(lane.deliver(&mailing, lease, clock)).await;
    Ok(delivered.unwrap_or_else(not_called))
}

/// The lease ran out before the call: nothing was sent.
fn not_called() -> Outcome {
    Outcome::SlowDown { after: Some(Duration::ZERO), code: "lease".into(), text: "Sending was interrupted.".into() }
}

pub(super) fn skip(message: &Planned, reason: SkipReason) -> Settled {
    let end = Ending {
        state: MessageState::Skipped,
        reason: Some(reason.word().to_owned()),
        detail: None,
        provider_ref: None,
        attempts: message.attempts.unsigned_abs(),
        due_at: None,
    };
    Settled { message: *message, end }
}

/// What an outcome makes of a message.
fn settle(message: &Planned, outcome: Outcome, now: DateTime<Utc>) -> Settled {
    let end = ending(outcome, message.attempts.unsigned_abs(), now, chance());
    Settled { message: *message, end }
}

/// Chance in 0..1 for the jitter.
fn chance() -> f64 {
    let mut byte = [0u8];
    crate::secrets::fill_random(&mut byte);
    f64::from(byte[0]) / 255.0
}

/// Does something that takes time while a lease is held, and renews the lease meanwhile.
pub(super) async fn renewing<T>(
    worker: &Worker,
    open: &Open,
    lease: &Lease,
    held: &Held<'_>,
    work: impl Future<Output = T>,
) -> T {
    let mut ticks = tokio::time::interval_at(Steady::instant() + RENEW, RENEW);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => renew(worker, open, lease, held).await,
        }
    }
}

/// The database being away is no loss yet: the lease lasts for some renewals, and who calls looks at it first.
async fn renew(worker: &Worker, open: &Open, lease: &Lease, held: &Held<'_>) {
    let until = worker.engine.clock.now() + LEASE;
    let renewed = async {
        let mut tx = worker.engine.db.begin_for(open.tenant).await?;
        let ours = match held {
            Held::Chunk { chunk, .. } => store::renew(&mut tx, open.run, chunk, until).await?,
            Held::Alone { ns, noted_at } => store::renew_alone(&mut tx, open.run, ns, *noted_at, until).await?,
        };
        tx.commit().await?;
        Ok::<_, crate::Error>(ours)
    };
    match renewed.await {
        Ok(true) => lease.renewed(until),
        Ok(false) => lease.lost(),
        Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a lease was not renewed"),
    }
}

/// Stores how a group ended. What has happened has happened: while the database is away it is tried again, and nothing
/// else is begun meanwhile. Only a worker that is to stop gives up in the end: what it leaves will be in doubt.
async fn settle_until_stored(
    worker: &Worker,
    open: &Open,
    held: &Held<'_>,
    settled: &[Settled],
    refused: Option<&str>,
) {
    let (mut wait, mut tries_left) = (Duration::from_millis(50), 10);
    while let Err(error) = store_settled(worker, open, held, settled, refused).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "settling: trying again");
        if worker.stop.is_cancelled() {
            tries_left -= 1;
            if tries_left == 0 {
                return tracing::error!(run = %open.run, messages = settled.len(), "not settled before the stop");
            }
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(1));
    }
}

/// One transaction. Locks are taken in the order of whoever pauses or stops a campaign (campaign, run, chunk, messages),
/// so that nobody waits for the other.
async fn store_settled(
    worker: &Worker,
    open: &Open,
    held: &Held<'_>,
    settled: &[Settled],
    refused: Option<&str>,
) -> Result<()> {
    let (ids, now) = ((open.tenant, open.run), worker.engine.clock.now());
    let mut tx = begin(worker, open).await?;
    if let Some(why) = refused {
        pause_in(&mut tx, open, why).await?;
    }
    store::stops(tx.conn(), open.run, settled).await?;
    let (is_ours, way) = match held {
        Held::Chunk { chunk, to } => (store::chunk_settled(tx.conn(), open.run, chunk, *to).await?, Way::InChunk),
        Held::Alone { .. } => (true, Way::Alone),
    };
    let stored = if is_ours { store::settle(tx.conn(), ids, way, settled, now).await? } else { 0 };
    if stored < settled.len() {
        store::settle_late(tx.conn(), ids, settled, now).await?;
    }
    if refused.is_some() {
        store::put_off(tx.conn(), open.run, now + REFUSED_WAIT).await?;
    }
    if worker.engine.live.is_due(open.run, now) {
        live::changed(tx.conn(), open.tenant, open.run).await?;
    }
    tx.commit().await
}

/// Pauses the campaign of a run that cannot go on, with the reason. A finished one, of which some are sent to again,
/// cannot be paused: they wait a while.
pub(super) async fn pause(worker: &Worker, open: &Open, why: &str) -> Result<()> {
    let mut tx = begin(worker, open).await?;
    pause_in(&mut tx, open, why).await?;
    let until = tx.now + REFUSED_WAIT;
    store::put_off(tx.conn(), open.run, until).await?;
    tx.commit().await
}

async fn begin(worker: &Worker, open: &Open) -> Result<Tx> {
    worker.engine.begin(&Actor { tenant: open.tenant, who: Who::Worker, address: None }).await
}

async fn pause_in(tx: &mut Tx, open: &Open, why: &str) -> Result<()> {
    let Some(campaign) = store::campaign_of(tx.conn(), open.run).await? else { return Ok(()) };
    crate::campaigns::pause_with_reason(tx, campaign, why).await
}
