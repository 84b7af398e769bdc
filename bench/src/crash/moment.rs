//! When to kill, and whom: drawn from a seed, so that a run can be had again.

use std::fmt;

use chrono::{DateTime, Utc};
use domain::id::RunId;
use engine::Engine;

use super::{LOOK, LOOKS, post::Post};
use crate::Result;

/// A small generator of numbers (xorshift64*): the same seed gives the same.
pub struct Draw(u64);

impl Draw {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % end.max(1)
    }
}

/// Who is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Victim {
    /// The program.
    Program,
    /// Its PostgreSQL.
    Database,
}

/// Where in the life of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The audience is being frozen.
    Planning,
    /// A group has just been noted.
    Noted,
    /// Messages have been taken, and the answer is still out.
    Called,
    /// Answers have come and are being written.
    Settling,
}

/// One kill.
pub struct Kill {
    /// Whom.
    pub victim: Victim,
    stage: Stage,
    /// Once so many people are planned (planning) or have been taken.
    after: u64,
}

impl Kill {
    /// Each stage for each victim, in an order and at places of the campaign that are drawn.
    pub fn all(draw: &mut Draw, n: i32) -> Vec<Self> {
        let n = u64::from(n.unsigned_abs());
        let stages = [Stage::Noted, Stage::Called, Stage::Settling];
        let mut later: Vec<(Stage, Victim)> =
            stages.into_iter().flat_map(|stage| [(stage, Victim::Program), (stage, Victim::Database)]).collect();
        for left in (1..later.len()).rev() {
            later.swap(left, draw.below(left as u64 + 1) as usize);
        }
        let planners =
            if draw.below(2) == 0 { [Victim::Program, Victim::Database] } else { [Victim::Database, Victim::Program] };
        let planning = planners.into_iter().zip(1..).map(|(victim, part)| (Stage::Planning, victim, n * part / 5));
        let parts = later.len() as u64;
        let later = later.into_iter().zip(0..).map(|((stage, victim), part)| {
            // Each in a part of its own of what is left, so that none has to wait for one that cannot come any more.
            (stage, victim, n * (2 + part * 7 / parts) / 10 + draw.below(n / 20))
        });
        planning.chain(later).map(|(stage, victim, after)| Self { victim, stage, after }).collect()
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} killed, {:?} after {}", self.victim, self.stage, self.after)
    }
}

/// Waits for the moment; false when the run is over before it comes.
pub async fn wait_for(kill: &Kill, engine: &Engine, run: RunId, post: &Post) -> Result<bool> {
    let mut has_held = false;
    for look in 0..LOOKS * 20 {
        let taken = post.taken()?;
        let is_there = match kill.stage {
            Stage::Planning => planned(engine, run).await >= kill.after,
            Stage::Noted => taken >= kill.after && noted(engine, run).await? > 0,
            Stage::Called if taken < kill.after => false,
            Stage::Called if !has_held => {
                post.hold()?;
                has_held = true;
                false
            }
            // Somebody's message has been taken since, and the answer is held back.
            Stage::Called => post.is_holding()?,
            Stage::Settling => taken >= kill.after,
        };
        if is_there {
            return Ok(true);
        }
        if look % 200 == 199 && is_over(engine, run).await {
            return Ok(false);
        }
        tokio::time::sleep(LOOK / 20).await;
    }
    Err(format!("{kill}: the moment does not come").into())
}

/// How many people are in the ledger; 0 also while the database is away.
async fn planned(engine: &Engine, run: RunId) -> u64 {
    let planned = sqlx::query_scalar::<_, i32>("select next_n - 1 from run where id = $1").bind(run.0);
    planned.fetch_one(engine.db.owner()).await.map_or(0, |n| u64::from(n.unsigned_abs()))
}

async fn is_over(engine: &Engine, run: RunId) -> bool {
    let over = sqlx::query_scalar("select finished_at is not null from run where id = $1").bind(run.0);
    over.fetch_one(engine.db.owner()).await.unwrap_or(false)
}

/// How many messages are noted and have no outcome yet. The database may be on its way back: then it is asked again.
pub async fn noted(engine: &Engine, run: RunId) -> Result<i64> {
    let noted = "
        select (select count(*) from chunk c join message m on m.tenant_id = c.tenant_id and m.run_id = c.run_id
                  and m.n > c.settled and m.n <= c.noted and m.state = 'planned' and m.due_at is null
                where c.run_id = $1 and not c.done)
          + (select count(*) from message where run_id = $1 and noted_at is not null and state = 'planned')";
    for _ in 0..LOOKS {
        if let Ok(noted) = sqlx::query_scalar(noted).bind(run.0).fetch_one(engine.db.owner()).await {
            return Ok(noted);
        }
        tokio::time::sleep(LOOK).await;
    }
    Err("the database does not come back".into())
}

/// Since when the database has been up.
pub async fn up_since(engine: &Engine) -> Result<DateTime<Utc>> {
    Ok(sqlx::query_scalar("select pg_postmaster_start_time()").fetch_one(engine.db.owner()).await?)
}

/// Waits for a killed database to be up again. Who asks too early may still be answered by the one that is ending, and
/// were the program killed then, nobody would be left to start another.
pub async fn until_back(engine: &Engine, before: DateTime<Utc>) -> Result {
    for _ in 0..LOOKS {
        if up_since(engine).await.is_ok_and(|since| since > before) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err("the database does not come back".into())
}
