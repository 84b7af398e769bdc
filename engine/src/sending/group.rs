//! Sending a leased chunk, group by group. Each group: note (one short transaction), call (no transaction), settle.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use domain::{
    delivery::{Outcome, ending},
    guard::{Facts, Verdict, decide},
    id::{RunId, TenantId},
    message::SkipReason,
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{GROUP, Worker, lanes::Lane, store};
use crate::{
    Engine, Result,
    accounts::{Actor, Who},
    audience::{self, SendFacts},
};

/// A planned message as a worker sees it.
pub(super) struct Planned {
    pub(super) n: i32,
    pub(super) contact: Uuid,
    pub(super) attempts: i16,
}

/// How one message ended, to be settled.
pub(super) struct Settled {
    pub(super) n: i32,
    pub(super) state: &'static str,
    pub(super) reason: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) provider_ref: Option<String>,
    pub(super) attempts: i16,
    pub(super) due_at: Option<DateTime<Utc>>,
}

/// Leases the next chunk of a run, if there is one, and sends it to its end, unless told to stop, paused or cancelled.
pub(super) async fn send_chunk(
    worker: &mut Worker,
    tenant: TenantId,
    run: RunId,
    stop: &CancellationToken,
) -> Result<bool> {
    let engine = worker.engine.clone();
    let mut tx = engine.db.begin_for(tenant).await?;
    let Some(mut chunk) = store::lease(&mut tx, tenant, run, &worker.name, engine.clock.now()).await? else {
        return Ok(false);
    };
    tx.commit().await?;
    let lane = worker.lanes.of(&engine, tenant, run).await?;
    while chunk.settled < chunk.last && !stop.is_cancelled() {
        let to = chunk.last.min(chunk.settled + GROUP);
        let Some((ready, mut settled)) = note(&engine, tenant, run, &chunk, to).await? else { break };
        let (answers, refused) = call(&engine, &lane, ready).await;
        settled.extend(answers);
        settle_until_stored(&engine, tenant, run, Some((&chunk, to)), &settled).await;
        chunk.settled = to;
        if let Some(why) = refused {
            worker.lanes.forget(run);
            pause(&engine, tenant, run, &why).await?;
            break;
        }
    }
    let mut tx = engine.db.begin_for(tenant).await?;
    store::release(&mut tx, run, &chunk).await?;
    tx.commit().await?;
    Ok(true)
}

/// One short transaction: checks that the lease is still ours and the run still on, reads the facts, decides for each
/// person, and notes that the group is about to be handed over. None when there is nothing (more) to do here.
async fn note(
    engine: &Engine,
    tenant: TenantId,
    run: RunId,
    chunk: &store::Chunk,
    to: i32,
) -> Result<Option<(Vec<(Planned, SendFacts)>, Vec<Settled>)>> {
    let mut tx = engine.db.begin_for(tenant).await?;
    if !store::note(&mut tx, run, chunk, to, engine.clock.now()).await? {
        return Ok(None);
    }
    let planned = store::planned_between(&mut tx, run, chunk.settled, to).await?;
    let judged = judge(&mut tx, planned).await?;
    tx.commit().await?;
    Ok(Some(judged))
}

/// Asks the guards about each message: those that may go, with the facts, and those that may not, settled.
pub(super) async fn judge(
    tx: &mut sqlx::PgConnection,
    planned: Vec<Planned>,
) -> Result<(Vec<(Planned, SendFacts)>, Vec<Settled>)> {
    let contacts: Vec<_> = planned.iter().map(|message| message.contact).collect();
    let known = audience::send_facts(tx, &contacts).await?;
    let mut known: HashMap<_, _> = known.into_iter().map(|facts| (facts.id, facts)).collect();
    let (mut ready, mut settled) = (Vec::new(), Vec::new());
    for message in planned {
        let facts = known.remove(&message.contact);
        match (decide(&about(facts.as_ref())), facts) {
            (Verdict::Send, Some(facts)) => ready.push((message, facts)),
            (Verdict::Send, None) => settled.push(skip(&message, SkipReason::Gone)),
            (Verdict::Skip(reason), _) => settled.push(skip(&message, reason)),
        }
    }
    Ok((ready, settled))
}

fn about(facts: Option<&SendFacts>) -> Facts {
    facts.map_or(Facts::default(), |facts| Facts {
        exists: true,
        has_address: facts.email.is_some(),
        do_not_contact: facts.do_not_contact,
        consent: facts.consent,
        suppressed: facts.suppressed,
    })
}

fn skip(message: &Planned, reason: SkipReason) -> Settled {
    let reason = Some(reason.word().to_owned());
    Settled {
        n: message.n,
        state: "skipped",
        reason,
        detail: None,
        provider_ref: None,
        attempts: message.attempts,
        due_at: None,
    }
}

/// Hands a group over, all at once, with no transaction open. Also says why the account refuses, if it does.
pub(super) async fn call(
    engine: &Engine,
    lane: &Arc<Lane>,
    ready: Vec<(Planned, SendFacts)>,
) -> (Vec<Settled>, Option<String>) {
    let (mut settled, mut refused, mut calls) = (Vec::new(), None, JoinSet::new());
    let now = engine.clock.now();
    for (message, facts) in ready {
        let to = facts.email.clone().unwrap_or_default();
        match lane.letterhead.write(&message, &to, &facts, now) {
            Ok(mailing) => {
                let lane = lane.clone();
                calls.spawn(async move { (message, lane.account.deliver(&mailing).await) });
            }
            Err(reason) => settled.push(skip(&message, reason)),
        }
    }
    while let Some(joined) = calls.join_next().await {
        // A call that panicked is left noted and not settled: it will be in doubt, which is what it is.
        let Ok((message, outcome)) = joined else { continue };
        if let Outcome::Pause { text, .. } = &outcome {
            refused = Some(text.clone());
        }
        settled.push(settle(&message, outcome, engine.clock.now()));
    }
    (settled, refused)
}

/// What an outcome makes of a message.
fn settle(message: &Planned, outcome: Outcome, now: DateTime<Utc>) -> Settled {
    let end = ending(outcome, message.attempts.unsigned_abs(), now, chance());
    Settled {
        n: message.n,
        state: end.state.word(),
        reason: end.reason,
        detail: end.detail,
        provider_ref: end.provider_ref,
        attempts: i16::try_from(end.attempts).unwrap_or(i16::MAX),
        due_at: end.due_at,
    }
}

/// Chance in 0..1 for the jitter.
fn chance() -> f64 {
    let mut byte = [0u8];
    crate::secrets::fill_random(&mut byte);
    f64::from(byte[0]) / 255.0
}

/// Stores how a group ended. What has happened has happened: while the database is away it is tried again, and nothing
/// else is begun meanwhile.
pub(super) async fn settle_until_stored(
    engine: &Engine,
    tenant: TenantId,
    run: RunId,
    chunk: Option<(&store::Chunk, i32)>,
    settled: &[Settled],
) {
    let mut wait = std::time::Duration::from_millis(50);
    while let Err(error) = store_settled(engine, tenant, run, chunk, settled).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "settling: trying again");
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(std::time::Duration::from_secs(2));
    }
}

async fn store_settled(
    engine: &Engine,
    tenant: TenantId,
    run: RunId,
    chunk: Option<(&store::Chunk, i32)>,
    settled: &[Settled],
) -> Result<()> {
    let now = engine.clock.now();
    let mut tx = engine.db.begin_for(tenant).await?;
    store::settle(&mut tx, tenant, run, settled, now).await?;
    let is_still_ours = match chunk {
        Some((chunk, to)) => store::chunk_settled(&mut tx, run, chunk, to).await?,
        None => false,
    };
    if !is_still_ours {
        store::settle_doubted(&mut tx, tenant, run, settled, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Pauses the campaign of a run whose provider account is refused.
pub(super) async fn pause(engine: &Engine, tenant: TenantId, run: RunId, why: &str) -> Result<()> {
    let mut tx = engine.begin(&Actor { tenant, who: Who::Worker, address: None }).await?;
    let Some(campaign) = store::campaign_of(tx.conn(), run).await? else { return Ok(()) };
    crate::campaigns::pause_with_reason(&mut tx, campaign, why).await?;
    tx.commit().await
}
