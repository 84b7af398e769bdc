//! Counts what is turned away. Anybody can send anything here; so it is counted in memory, and written once in a while.

use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    id::{ProviderId, TenantId},
    webhook::Refusal,
};

use super::store;
use crate::{Engine, Result};

/// Refusals are written this often at the most.
const EVERY: TimeDelta = TimeDelta::seconds(10);

/// Whose, on which day, and why.
type Of = (ProviderId, NaiveDate, Refusal);

/// What is not written yet.
#[derive(Default)]
pub(super) struct Refusals {
    all: Mutex<HashMap<TenantId, Unwritten>>,
    /// Held by whoever writes: who asks for them to be written waits until they are.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Unwritten {
    counts: HashMap<Of, (i64, DateTime<Utc>)>,
    written_at: Option<DateTime<Utc>>,
}

impl Refusals {
    fn all(&self) -> MutexGuard<'_, HashMap<TenantId, Unwritten>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more.
    pub(super) fn count(&self, engine: &Engine, (tenant, provider): (TenantId, ProviderId), why: Refusal) {
        let now = engine.clock.now();
        let is_due = {
            let mut all = self.all();
            let unwritten = all.entry(tenant).or_default();
            let (count, last) = unwritten.counts.entry((provider, now.date_naive(), why)).or_insert((0, now));
            (*count, *last) = (*count + 1, now);
            unwritten.written_at.is_none_or(|at| now - at >= EVERY)
        };
        if is_due {
            let engine = engine.clone();
            tokio::spawn(async move {
                if let Err(error) = engine.webhooks.refusals.write(&engine, tenant).await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "refusals were not counted");
                }
            });
        }
    }

    /// Writes what was counted for a workspace.
    pub(super) async fn write(&self, engine: &Engine, tenant: TenantId) -> Result<()> {
        let _turn = self.writing.lock().await;
        let counts = {
            let mut all = self.all();
            let Some(unwritten) = all.get_mut(&tenant) else { return Ok(()) };
            unwritten.written_at = Some(engine.clock.now());
            mem::take(&mut unwritten.counts)
        };
        if counts.is_empty() {
            return Ok(());
        }
        let mut tx = engine.db.begin_for(tenant).await?;
        for ((provider, day, why), (count, last_at)) in counts {
            store::add_refusals(&mut tx, (tenant, provider), (day, why), (count, last_at)).await?;
        }
        Ok(tx.commit().await?)
    }
}
