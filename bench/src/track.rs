//! Track: recipients of a campaign open it and follow its links, some thousand a second, while another campaign is sent at
//! half the speed that the first one had. How long each waits for its answer, and how many a second are written; beside
//! rows of the same size that are inserted one by one, each in a transaction that waits for no disk.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::RunId;
use engine::{
    sending,
    testing::tokens,
    tracking::{self, Visitor},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Options, Result,
    measure::{Meter, now, rounded, seconds_since},
    place::Place,
    sink::Sink,
    stage::Stage,
};

/// How often to look whether a campaign is over.
const LOOK: Duration = Duration::from_millis(20);
/// Hits a second that come in: what is to be reached (DESIGN 9).
const COMING: i64 = 6_000;
/// How many come at once.
const TOGETHER: i64 = 60;
/// How exactly they come in time.
const PAUSE: Duration = Duration::from_millis(1);
/// How many are made in all for each thousand recipients of the campaign.
const PER_THOUSAND: i64 = 600;
/// Connections that insert rows one by one, and how many rows each.
const RAW: (usize, usize) = (4, 5_000);

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let sink = Sink::new()?;
    let stage = Stage::new(&place.engine, options, sink.port()).await?;
    let stop = CancellationToken::new();
    let worker = tokio::spawn(sending::work(place.engine.clone(), stop.clone()));
    let writer = tokio::spawn(tracking::work(place.engine.clone(), stop.clone()));
    let begun = now();
    let run = stage.start(stage.campaign().await?).await?;
    while !stage.is_over(run).await? {
        tokio::time::sleep(LOOK).await;
    }
    let speed = f64::from(options.n) / seconds_since(begun);
    println!("sent at {speed:.0} messages/s");
    let second =
        stage.campaign_with(|new| new.rate_per_second = ((speed / 2.0) as i64).clamp(1, 10_000).into()).await?;
    stage.start(second).await?;
    let before = sink.counts().messages;

    let mut meter = Meter::new(place.owner()).await?;
    let hits = i64::from(options.n) * PER_THOUSAND / 1_000;
    meter.begin();
    let waits = come(place, &stage, options, run, hits).await?;
    tracking::write_all(&place.engine).await?;
    meter.end();
    let seconds = meter.parts[0];
    let sent = (sink.counts().messages - before) as f64 / seconds;
    stage.cancel(second).await?;
    stop.cancel();
    worker.await?;
    writer.await?;

    let written = "select count(*) from event where run_id = $1 and kind in ('opened', 'clicked', 'machine_opened', 'machine_clicked')";
    let written: i64 = sqlx::query_scalar(written).bind(run.0).fetch_one(place.owner()).await?;
    if written != hits {
        return Err(format!("{written} events of {hits} are written").into());
    }
    let limit = raw(place).await?;
    let more = json!({
        "median_ms": rounded(part(&waits, 0.5)),
        "p99_ms": rounded(part(&waits, 0.99)),
        "worst_ms": rounded(part(&waits, 1.0)),
        "coming_per_s": COMING,
        "sent_meanwhile_per_s": rounded(sent),
        "send_alone_per_s": rounded(speed),
        "seconds": rounded(seconds),
    });
    Ok(meter.report(options, "track", hits as f64, hits as f64 / seconds, limit, more))
}

/// They come: how long each waited, in milliseconds, in order. Two of three open, one clicks.
async fn come(place: &Place, stage: &Stage<'_>, options: &Options, run: RunId, hits: i64) -> Result<Vec<f64>> {
    let visitor = Visitor {
        address: Some([192, 0, 2, 7].into()),
        agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".into(),
        head: false,
    };
    let (mut waits, begun) = (Vec::new(), now());
    for i in 0..hits {
        if i % TOGETHER == 0 {
            wait_until(begun + TimeDelta::milliseconds(i * 1_000 / COMING)).await;
        }
        // From all over the run, each a few times.
        let n = i32::try_from(i * 7_919 % i64::from(options.n) + 1)?;
        let (open, click) = tokens(&place.engine, stage.tenant, run, n);
        let asked = now();
        match i % 3 {
            0 => drop(tracking::clicked(&place.engine, &click, &visitor).await?),
            _ => tracking::opened(&place.engine, &open, &visitor),
        }
        waits.push(seconds_since(asked) * 1e3);
    }
    waits.sort_by(f64::total_cmp);
    Ok(waits)
}

async fn wait_until(moment: DateTime<Utc>) {
    while now() < moment {
        tokio::time::sleep(PAUSE).await;
    }
}

/// The value below which this part of sorted values is.
fn part(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * part).round() as usize).copied().unwrap_or_default()
}

/// Rows a second, one by one on several connections.
async fn raw(place: &Place) -> Result<f64> {
    sqlx::query("create table if not exists raw_hit (id uuid primary key, at timestamptz, kind text, detail jsonb)")
        .execute(place.owner())
        .await?;
    let (begun, mut writers) = (now(), JoinSet::new());
    for _ in 0..RAW.0 {
        let owner = place.owner().clone();
        writers.spawn(async move {
            let mut connection = owner.acquire().await?;
            sqlx::query("set synchronous_commit = off").execute(&mut *connection).await?;
            for _ in 0..RAW.1 {
                let row = "insert into raw_hit values (gen_random_uuid(), now(), 'opened',
                           '{\"agent\": \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"}')";
                sqlx::query(row).execute(&mut *connection).await?;
            }
            Ok::<_, sqlx::Error>(())
        });
    }
    while let Some(done) = writers.join_next().await {
        done??;
    }
    Ok((RAW.0 * RAW.1) as f64 / seconds_since(begun))
}
