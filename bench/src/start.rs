//! Start: how long until the answer comes, and until the first message is handed over, with an idle worker in the
//! program as in the server. The limit is a transaction that writes one row and waits for the disk.

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::id::RunId;
use engine::sending;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Options, Result,
    measure::{Meter, median, now, rounded, seconds_since},
    place::Place,
    sink::Sink,
    stage::Stage,
};

/// How often it is pressed.
const ROUNDS: usize = 9;
/// Longer than the worker sleeps when nobody wakes it.
const CALM: Duration = Duration::from_millis(700);
/// A little later in each round, so that it is not always the same moment of the worker's sleep.
const LATER: Duration = Duration::from_millis(61);
/// How often to look whether it is time to go on; nothing that is measured depends on it.
const LOOK: Duration = Duration::from_millis(20);
/// Looks until something is wrong: ten minutes.
const LOOKS: usize = 30_000;

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let sink = Sink::new()?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    let mut meter = Meter::new(place.owner()).await?;
    let (stop, mut first) = (CancellationToken::new(), Vec::new());
    let worker = tokio::spawn(sending::work(place.engine.clone(), stop.clone()));
    let (mut raw, mut noticed) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let campaign = stage.campaign().await?;
        tokio::time::sleep(CALM + LATER * u32::try_from(round)?).await;
        raw.push(commit(place).await?);
        sink.forget();
        let pressed = now();
        meter.begin();
        let run = stage.start(campaign).await?;
        meter.end();
        until(async || Ok(sink.first_at().is_some())).await?;
        first.extend(sink.first_at().map(|at| (at - pressed).as_seconds_f64()));
        noticed.push((planned_at(place, run).await? - pressed).as_seconds_f64());
        let (answer, noticed, first) = (meter.parts[round - 1], noticed[round - 1], first[round - 1]);
        println!("round {round}: {:.1} ms, {:.1} ms, {:.1} ms", answer * 1e3, noticed * 1e3, first * 1e3);
        stage.cancel(campaign).await?;
        until(async || stage.is_over(run).await).await?;
    }
    stop.cancel();
    worker.await?;
    let (answer, limit) = (median(&meter.parts), median(&raw));
    let more = json!({
        "limit_ms": rounded(limit * 1e3),
        "answer_ms": rounded(answer * 1e3),
        "answer_worst_ms": rounded(worst(&meter.parts) * 1e3),
        "planning_begins_ms": rounded(median(&noticed) * 1e3),
        "first_message_ms": rounded(median(&first) * 1e3),
        "first_message_best_ms": rounded(first.iter().copied().fold(f64::MAX, f64::min) * 1e3),
        "first_message_worst_ms": rounded(worst(&first) * 1e3),
        "rounds": ROUNDS,
    });
    Ok(meter.report(options, "start", ROUNDS as f64, 1.0 / answer, 1.0 / limit, more))
}

fn worst(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// How long one durable row takes.
async fn commit(place: &Place) -> Result<f64> {
    sqlx::query("create table if not exists raw_row (id bigint)").execute(place.owner()).await?;
    let begun = now();
    sqlx::query("insert into raw_row values (1)").execute(place.owner()).await?;
    Ok(seconds_since(begun))
}

/// When the worker began to plan a run: the moment that its first planned messages bear.
async fn planned_at(place: &Place, run: RunId) -> Result<DateTime<Utc>> {
    let at = sqlx::query_scalar("select min(at) from message where run_id = $1").bind(run.0);
    Ok(at.fetch_one(place.owner()).await?)
}

async fn until(is_so: impl AsyncFn() -> Result<bool>) -> Result {
    for _ in 0..LOOKS {
        if is_so().await? {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err("nothing happened for ten minutes".into())
}
