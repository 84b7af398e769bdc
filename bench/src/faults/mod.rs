//! Faults (RELIABILITY rows 4, 5, 6 and 9): a whole campaign with something that goes wrong all the time, to a mail server
//! that keeps its own account of what happened. What it wrote down is held against the ledger; the goal of each is zero.

mod ledger;
mod pauses;
mod poison;
mod silence;
mod sink;
mod storm;
mod talk;

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::RunId;
use engine::{clock::Clock, sending};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{Options, Result, place::Place, stage::Stage};
pub use pauses::run as pauses;
pub use poison::run as poison;
pub use silence::run as silence;
pub use storm::run as storm;

/// How often to look whether it is over.
const LOOK: Duration = Duration::from_millis(100);
/// The clock is not moved when anything is due so soon: somebody could be about to take it.
const SOON: TimeDelta = TimeDelta::seconds(1);

/// Nobody is tried so often that the clock would be moved more often: a run that goes on is judged as it stands.
const MOVES: u32 = 30;

/// A worker in this program, as in the server.
struct Worker {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Worker {
    fn begin(place: &Place) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(sending::work(place.engine.clone(), stop.clone()));
        Self { stop, task }
    }

    async fn end(self) -> Result {
        self.stop.cancel();
        Ok(self.task.await?)
    }
}

/// Waits until a run is over. When nothing is left but messages that are tried again later, the clock is moved to the
/// last of them; says how often.
async fn until_over(place: &Place, stage: &Stage<'_>, run: RunId) -> Result<u32> {
    let mut moves = 0;
    while moves < MOVES && !stage.is_over(run).await? {
        if let Some((first, last)) = only_later(place, stage, run).await?
            && first - place.clock.now() > SOON
        {
            place.clock.move_on(last - place.clock.now());
            moves += 1;
            println!("the clock is moved to {}", last.format("%T"));
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(moves)
}

/// The first and the last moment of those who wait for one, when nobody waits for anything else.
async fn only_later(place: &Place, stage: &Stage<'_>, run: RunId) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let later = "
        select min(due_at), max(due_at) from message
        where tenant_id = $1 and run_id = $2 and due_at is not null and state = 'planned'
          and exists (select from run where tenant_id = $1 and id = $2 and planned)
          and not exists (select from chunk where tenant_id = $1 and run_id = $2 and not done)
        having count(*) > 0 and count(noted_at) = 0";
    Ok(sqlx::query_as(later).bind(stage.tenant.0).bind(run.0).fetch_optional(place.owner()).await?)
}

/// A number that is always the same for this seed, address and call.
fn chance(seed: u64, to: &str, call: u32) -> u64 {
    let mut hasher = DefaultHasher::new();
    (seed, to, call).hash(&mut hasher);
    hasher.finish()
}

/// Where the mail server writes down whom it took messages for; removed when all is well.
fn log(options: &Options, name: &str) -> PathBuf {
    let folder = options.data.clone().unwrap_or_else(std::env::temp_dir);
    folder.join(format!("carillon-{name}-{}.log", std::process::id()))
}

/// The line, when the goal was reached; else it is printed, and the program fails.
fn judged(line: Value, is_clean: bool, log: &std::path::Path) -> Result<Value> {
    if is_clean {
        std::fs::remove_file(log)?;
        return Ok(line);
    }
    println!("{line}");
    Err(format!("the goal is missed; whom the mail server took messages for: {}", log.display()).into())
}
