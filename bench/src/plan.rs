//! Plan: how fast an audience is frozen into the ledger, beside a plain `insert … select` of the same rows in the same
//! run. Planning and sending are steps of one worker, so here every chunk is made leased to somebody else for ever: the
//! worker finds nothing to send and plans on.

use domain::id::RunId;
use engine::sending;
use serde_json::{Value, json};

use crate::{
    Options, Result, limits,
    measure::{Meter, median, rounded},
    place::Place,
    stage::{NOWHERE, Stage},
    statements,
};

/// How often both are measured, in turn; the median counts.
const ROUNDS: usize = 3;

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let stage = Stage::new(&place.engine, options, NOWHERE).await?;
    let (mut raw, mut ledger) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw.push(limits::insert_select(place, stage.tenant).await?.1);
        limits::drop_tables(place.owner()).await?;
        ledger.push(limits::insert_into_ledger(place, stage.tenant).await?);
    }
    let forever = "alter table chunk alter column leased_until set default 'infinity'";
    sqlx::query(forever).execute(place.owner()).await?;
    let mut meter = Meter::new(place.owner()).await?;
    for round in 1..=ROUNDS {
        let campaign = stage.campaign().await?;
        place.settle().await?;
        let run = stage.start(campaign).await?;
        statements::forget(place.owner()).await?;
        meter.begin();
        sending::run_until_idle(&place.engine).await?;
        meter.end();
        statements::tell(place.owner()).await?;
        check(place, run, options.n).await?;
        println!("round {round}: {:.3} s", meter.parts[round - 1]);
    }
    let per_s = f64::from(options.n) / median(&meter.parts);
    let more = json!({ "limit_with_the_ledgers_indexes_per_s": rounded(median(&ledger)), "rounds": ROUNDS });
    let count = f64::from(options.n) * ROUNDS as f64;
    Ok(meter.report(options, "plan", count, per_s, median(&raw), more))
}

/// Everybody is planned, once; then the run is put aside, so that the worker does not look at it again.
async fn check(place: &Place, run: RunId, n: i32) -> Result {
    let aside = "update run set finished_at = created_at where id = $1 and planned";
    let done = sqlx::query(aside).bind(run.0).execute(place.owner()).await?.rows_affected();
    let planned = "select count(*) from message where run_id = $1 and state = 'planned'";
    let planned: i64 = sqlx::query_scalar(planned).bind(run.0).fetch_one(place.owner()).await?;
    if done != 1 || planned != i64::from(n) {
        return Err(format!("{planned} of {n} are planned").into());
    }
    Ok(())
}
