//! Crash (RELIABILITY rows 1 to 3): the real program with its own PostgreSQL sends a campaign to a mail server in another
//! process, and both the program and the database are killed, at moments drawn from a seed, at least once in each stage.
//! In the end nobody may be lost and nobody written to twice; in doubt is at most what was noted when the program died.

mod moment;
mod post;
mod program;
mod tally;

use std::{fs, path::Path, time::Duration};

use domain::id::RunId;
use engine::{
    Engine,
    clock::SystemClock,
    db::Db,
    embedded::{Cluster, Durability, Settings},
    secrets::Keys,
};
use serde_json::{Value, json};

use crate::{Options, Result, stage::Stage};
pub use moment::{Draw, noted};
use moment::{Kill, Victim};
use post::Post;
pub use post::serve as serve_post;
use program::Program;
pub use tally::Tally;

/// Looks until something is wrong: five minutes.
const LOOKS: usize = 15_000;
/// How often to look.
const LOOK: Duration = Duration::from_millis(20);

/// All runs; fails when anybody was lost or written to twice, or more is in doubt than may be.
pub async fn run(options: &Options) -> Result<Value> {
    let mut all = Tally::default();
    for round in 0..u64::from(options.runs) {
        let seed = options.seed.wrapping_add(round);
        println!("run {} of {}, seed {seed}", round + 1, options.runs);
        let folder = options.data.clone().unwrap_or_else(std::env::temp_dir);
        let folder = folder.join(format!("carillon-crash-{}-{seed}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let tally = one(options, seed, &folder).await;
        if tally.is_ok() {
            fs::remove_dir_all(&folder)?;
        } else {
            println!("what is left of it: {}", folder.display());
        }
        let tally = tally?;
        println!("  {tally:?}");
        all += tally;
    }
    let line = json!({
        "bench": "crash", "n": options.n, "runs": options.runs, "seed": options.seed, "kills": all.kills,
        "lost": all.lost, "twice": all.twice, "wrongly_sent": all.wrongly_sent, "in_doubt": all.in_doubt,
        "in_doubt_at_most": all.in_doubt_at_most,
    });
    if all.is_clean() { Ok(line) } else { Err(format!("not clean: {line}").into()) }
}

async fn one(options: &Options, seed: u64, folder: &Path) -> Result<Tally> {
    let post = Post::start(&folder.join("post.log")).await?;
    let mut program = Program::start(options.program.as_deref(), &folder.join("data")).await?;
    let cluster = Cluster::join(settings(&folder.join("data"))).await?;
    let keys = Keys::from_file(&folder.join("data/secret.key"))?;
    let clock = std::sync::Arc::new(SystemClock);
    let engine = Engine::new(Db::new(cluster.options()), clock, keys, "https://carillon.example");
    let tally = killed_again_and_again(options, seed, &engine, &post, &mut program).await;
    engine.db.close().await;
    program.stop().await?;
    tally
}

fn settings(data: &Path) -> Settings {
    Settings { data: data.to_owned(), bin: None, privilege: None, durability: Durability::Durable }
}

async fn killed_again_and_again(
    options: &Options,
    seed: u64,
    engine: &Engine,
    post: &Post,
    program: &mut Program,
) -> Result<Tally> {
    let stage = Stage::new(engine, &with_seed(options, seed), post.port()).await?;
    let mut draw = Draw::new(seed);
    let mut tally = Tally::default();
    let campaign = stage.campaign().await?;
    let run = stage.start(campaign).await?;
    for kill in Kill::all(&mut draw, options.n) {
        let up_since = moment::up_since(engine).await?;
        if !moment::wait_for(&kill, engine, run, post).await? {
            println!("  {kill}: the run was over before");
            continue;
        }
        match kill.victim {
            Victim::Program => {
                program.kill().await?;
                tally.in_doubt_at_most += moment::noted(engine, run).await?;
            }
            Victim::Database => program.kill_database()?,
        }
        post.release()?;
        tally.kills += 1;
        println!("  {kill}: {} taken", post.log()?.len());
        match kill.victim {
            Victim::Program => program.start_again().await?,
            Victim::Database => moment::until_back(engine, up_since).await?,
        }
    }
    post.release()?;
    until_over(engine, run).await?;
    tally.count(engine, run, &post.log()?, options.n).await?;
    Ok(tally)
}

fn with_seed(options: &Options, seed: u64) -> Options {
    Options { seed, ..options.clone() }
}

/// The database may be away meanwhile.
async fn until_over(engine: &Engine, run: RunId) -> Result {
    for _ in 0..LOOKS {
        let over = sqlx::query_scalar("select finished_at is not null from run where id = $1").bind(run.0);
        if let Ok(true) = over.fetch_one(engine.db.owner()).await {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err("the run is not over after five minutes".into())
}
