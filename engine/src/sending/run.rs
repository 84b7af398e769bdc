//! One run's turn: its audience is planned while its first chunks are sent already; when nothing is left it is finished.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use chrono::TimeDelta;
use domain::{
    campaign::CampaignStatus,
    id::{RunId, TenantId},
    message::{MessageState, SkipReason},
};
use futures::future::join_all;
use tokio::sync::Notify;

use super::{alone, chunk, desk::Worker, group, lanes::Lane, plan, store};
use crate::{Error, Result, live, outbox};

/// How long a run keeps its place while others wait for one, and while nobody does: its account's settings are read at
/// the beginning of each turn.
const TURN_IN_A_CROWD: TimeDelta = TimeDelta::seconds(5);
const TURN: TimeDelta = TimeDelta::seconds(30);
/// How often a sender that has nothing to do looks whether more has been planned.
const LOOK: Duration = Duration::from_millis(100);
/// Chunks that are wound up in one transaction.
pub(crate) const WOUND_UP: i64 = 20;

/// A run that may have something to do.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub(super) tenant: TenantId,
    pub(super) run: RunId,
    pub(super) status: CampaignStatus,
    pub(super) is_expired: bool,
}

/// Works on a run until there is nothing to do now, its turn is over, or the worker is told to stop. Says whether
/// anything was done.
pub(super) async fn work_on(worker: &Worker, open: &Open) -> Result<bool> {
    let mut busy = false;
    if open.is_expired || open.status == CampaignStatus::Cancelled {
        busy |= wind_up(worker, open).await?;
    }
    if open.status != CampaignStatus::Cancelled {
        match worker.lanes.of(&worker.engine, open.tenant, open.run).await {
            Ok(lane) if lane.is_asleep() => return Ok(busy),
            Ok(lane) => busy |= send(worker, open, &lane).await?,
            Err(error) => return cannot_send(worker, open, error).await,
        }
    }
    Ok(busy | finish(worker, open).await?)
}

/// What stops the whole run is told to people, who can mend it; what will pass by itself is tried again.
async fn cannot_send(worker: &Worker, open: &Open, error: Error) -> Result<bool> {
    let why = match &error {
        Error::Unavailable(_) => return Err(error),
        Error::NotFound => "The provider account that this campaign was started with is gone.".to_owned(),
        Error::Internal { what, .. } => {
            format!("The campaign cannot be sent as it is configured ({what}). The server's log says more.")
        }
        other => other.to_string(),
    };
    tracing::error!(error = &error as &dyn std::error::Error, run = %open.run, "a run cannot be sent");
    group::pause(worker, open, &why).await?;
    Ok(true)
}

/// Plans and sends at the same time.
async fn send(worker: &Worker, open: &Open, lane: &std::sync::Arc<Lane>) -> Result<bool> {
    let turn = Turn {
        is_planned: AtomicBool::new(false),
        more: Notify::new(),
        began_at: worker.engine.clock.now(),
        senders: lane.senders().min(worker.senders),
    };
    let senders = (0..turn.senders).map(|place| send_all(worker, open, lane, &turn, place == 0));
    let (planned, sent) = tokio::join!(plan_all(worker, open, &turn), join_all(senders));
    let mut busy = planned?;
    for sent in sent {
        busy |= sent?;
    }
    Ok(busy)
}

/// What those who work on one run at the same time know of each other.
pub(super) struct Turn {
    is_planned: AtomicBool,
    more: Notify,
    began_at: chrono::DateTime<chrono::Utc>,
    pub(super) senders: usize,
}

impl Turn {
    fn is_over(&self, worker: &Worker) -> bool {
        let turn = if worker.is_crowded() { TURN_IN_A_CROWD } else { TURN };
        worker.stop.is_cancelled() || worker.engine.clock.now() - self.began_at >= turn
    }
}

async fn plan_all(worker: &Worker, open: &Open, turn: &Turn) -> Result<bool> {
    let (mut busy, mut result) = (false, Ok(true));
    while !turn.is_over(worker) {
        result = plan::some(&worker.engine, open.tenant, open.run).await;
        if !matches!(result, Ok(true)) {
            break;
        }
        busy = true;
        turn.more.notify_waiters();
    }
    turn.is_planned.store(true, Relaxed);
    turn.more.notify_waiters();
    result.map(|_| busy)
}

/// Sends chunk after chunk; one of the senders also what waits for a moment of its own.
async fn send_all(
    worker: &Worker,
    open: &Open,
    lane: &std::sync::Arc<Lane>,
    turn: &Turn,
    takes_single_ones: bool,
) -> Result<bool> {
    let mut busy = false;
    while !turn.is_over(worker) && !lane.is_asleep() && !lane.allowance.is_used_up() {
        let was_planned = turn.is_planned.load(Relaxed);
        let mut did = chunk::send_next(worker, open, lane, turn).await?;
        if takes_single_ones {
            did |= alone::send_due(worker, open, lane, turn).await?;
        }
        busy |= did;
        if did {
            continue;
        }
        if was_planned {
            break;
        }
        // A waiter that is not there yet would miss the call: so it also looks by itself.
        let _ = tokio::time::timeout(LOOK, turn.more.notified()).await;
    }
    Ok(busy)
}

/// Sets aside who is not to be sent to any more, a bounded part at a time.
async fn wind_up(worker: &Worker, open: &Open) -> Result<bool> {
    let (state, reason) = match open.status {
        CampaignStatus::Cancelled => (MessageState::Cancelled, None),
        _ => (MessageState::Skipped, Some(SkipReason::Expired)),
    };
    let mut busy = false;
    while !worker.stop.is_cancelled() {
        let now = worker.engine.clock.now();
        let mut tx = worker.engine.db.begin_for(open.tenant).await?;
        let some = store::set_aside(&mut tx, open.tenant, open.run, state, reason, WOUND_UP, now).await?;
        live::changed(&mut tx, open.tenant, open.run).await?;
        tx.commit().await?;
        if !some {
            break;
        }
        busy = true;
    }
    // What a worker that died had handed over is in doubt.
    while chunk::take_over(worker, open).await? {
        busy = true;
    }
    Ok(busy | alone::doubt_lapsed(worker, open).await?)
}

async fn finish(worker: &Worker, open: &Open) -> Result<bool> {
    let now = worker.engine.clock.now();
    let mut tx = worker.engine.db.begin_for(open.tenant).await?;
    let Some(campaign) = store::finish_run(&mut tx, open.run, now).await? else { return Ok(false) };
    let news = serde_json::json!({ "campaign_id": campaign, "run_id": open.run });
    live::changed(&mut tx, open.tenant, open.run).await?;
    outbox::tell(&mut tx, open.tenant, "campaign.finished", &news, now).await?;
    tx.commit().await?;
    worker.lanes.forget(open.run);
    Ok(true)
}
