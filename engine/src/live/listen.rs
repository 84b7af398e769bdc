//! The one task of a process that hears what all processes announce. PostgreSQL may go away and come back meanwhile.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{RunId, TenantId, UserId};
use sqlx::postgres::{PgListener, PgNotification};
use tokio_util::sync::CancellationToken;

use super::{Change, store};
use crate::{Engine, Result};

/// How long to wait before listening again after the connection was lost.
const AGAIN: Duration = Duration::from_secs(1);
/// How often a run's figures are read for its pace, however often it changes.
const READ_EVERY: TimeDelta = TimeDelta::seconds(1);
/// Runs whose last reading is remembered before all are let go.
const RUNS: usize = 1024;

/// Listens until told to stop, and then ends what waits for changes. Errors are logged and listening begins anew; as
/// nobody knows what was missed, everything counts as changed then.
pub async fn listen(engine: Engine, stop: CancellationToken) {
    loop {
        let heard = tokio::select! {
            heard = hear(&engine) => heard,
            () = stop.cancelled() => break,
        };
        if let Err(error) = heard {
            tracing::warn!(error = &error as &dyn std::error::Error, "listening for changes: trying again");
        }
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = stop.cancelled() => break,
        }
    }
    engine.live.close();
}

/// Hears until the connection is lost.
async fn hear(engine: &Engine) -> Result<()> {
    let mut listener = PgListener::connect_with(engine.db.owner()).await?;
    listener.listen_all([store::RUN, store::WORK, store::ACCESS]).await?;
    engine.live.begin_anew();
    engine.wake.notify_one();
    let mut readings = HashMap::new();
    while let Some(heard) = listener.try_recv().await? {
        match about(&heard) {
            About::Run(tenant, run) => changed(engine, &mut readings, tenant, run).await,
            About::Access(user) => engine.live.tell(Change::Access(user)),
            About::Work => {
                engine.wake.notify_one();
                engine.wake_imports.notify_one();
            }
        }
    }
    Ok(())
}

/// What a notification is about.
enum About {
    Run(TenantId, RunId),
    Access(UserId),
    Work,
}

/// What it is about; where that cannot be read, that there is work, which costs a look.
fn about(heard: &PgNotification) -> About {
    let read = || match heard.channel() {
        store::RUN => {
            let (tenant, run) = heard.payload().split_once(' ')?;
            Some(About::Run(tenant.parse().ok()?, run.parse().ok()?))
        }
        store::ACCESS => heard.payload().parse().ok().map(About::Access),
        _ => None,
    };
    read().unwrap_or(About::Work)
}

/// Tells who looks, and reads the run's total for its pace: so the pace is known when somebody begins to look.
async fn changed(engine: &Engine, readings: &mut HashMap<RunId, DateTime<Utc>>, tenant: TenantId, run: RunId) {
    engine.live.tell(Change::Run(run));
    let now = engine.clock.now();
    if readings.get(&run).is_some_and(|last| now - *last < READ_EVERY) {
        return;
    }
    if readings.len() >= RUNS {
        readings.clear();
    }
    readings.insert(run, now);
    match read(engine, tenant, run).await {
        Ok(handed_over) => engine.live.read(run, now, handed_over),
        Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "no reading of a run's pace"),
    }
}

async fn read(engine: &Engine, tenant: TenantId, run: RunId) -> Result<Option<i64>> {
    let mut tx = engine.db.begin_for(tenant).await?;
    store::handed_over(&mut tx, run).await
}
