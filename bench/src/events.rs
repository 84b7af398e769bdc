//! Events: how fast signed reports of a provider are accepted, each kept for good before its answer, and how fast they are
//! then applied to the ledger with events and counters; beside plain inserts of the same rows, one by one and 500 at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, Utc};
use domain::{
    id::RunId,
    provider::{NewConfig, NewProvider},
};
use engine::{
    Engine,
    accounts::Actor,
    providers, receipts, sending,
    testing::sns::{TOPIC, TestSns},
    webhooks,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    Options, Result,
    measure::{Meter, now, rounded, seconds_since},
    place::Place,
    stage::{NOWHERE, Stage},
    statements,
};

/// Requests at once.
const AT_ONCE: usize = 64;
/// A delivery as SES publishes it, with all its headers.
const DELIVERY: &str = include_str!("../../engine/tests/samples/ses/delivery.json");
/// Like the table of reports, without its second index.
const RAW: &str =
    "create table raw_receipt (id uuid primary key, source text not null, body bytea not null, at timestamptz)";

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let stage = Stage::new(&place.engine, options, NOWHERE).await?;
    let run = sent(place, &stage, options).await?;
    let sns = TestSns::new().await;
    let mut engine = place.engine.clone();
    engine.fetch = sns.fetch();
    account(&engine, &stage).await?;
    let bodies = Arc::new(signed(&stage, run, options).await?);
    println!("{} signed reports", bodies.len());
    place.settle().await?;
    let mut meter = Meter::new(place.owner()).await?;
    meter.begin();
    let waits = accept(&engine, &bodies).await?;
    meter.end();
    place.settle().await?;
    statements::forget(place.owner()).await?;
    meter.begin();
    receipts::apply_waiting(&engine, &CancellationToken::new()).await?;
    meter.end();
    statements::tell(place.owner()).await?;
    check(place, run, options).await?;
    let (single, batches) = (inserts(place, &bodies, 1).await?, inserts(place, &bodies, 500).await?);
    let count = f64::from(options.n);
    let (accepted, applied) = (count / meter.parts[0], count / meter.parts[1]);
    let more = json!({
        "p50_ms": rounded(at(&waits, 0.5)),
        "p99_ms": rounded(at(&waits, 0.99)),
        "applied_per_s": rounded(applied),
        "applied_limit_per_s": rounded(batches),
        "applied_ratio": rounded(applied / batches),
    });
    Ok(meter.report(options, "events", count, accepted, single, more))
}

/// A campaign to everybody, as it is when it has gone out.
async fn sent(place: &Place, stage: &Stage<'_>, options: &Options) -> Result<RunId> {
    let forever = "alter table chunk alter column leased_until set default 'infinity'";
    sqlx::query(forever).execute(place.owner()).await?;
    let campaign = stage.campaign().await?;
    let run = stage.start(campaign).await?;
    sending::run_until_idle(&place.engine).await?;
    for statement in [
        "update message set state = 'accepted', accepted_at = at where run_id = $1",
        "insert into run_counter (tenant_id, run_id, kind, count)
         select tenant_id, run_id, 'accepted', count(*) from message where run_id = $1 group by 1, 2",
        "update run set finished_at = created_at, status = 'completed' where id = $1",
    ] {
        sqlx::query(statement).bind(run.0).execute(place.owner()).await?;
    }
    let all: i64 = sqlx::query_scalar("select count(*) from message where run_id = $1")
        .bind(run.0)
        .fetch_one(place.owner())
        .await?;
    if all == i64::from(options.n) { Ok(run) } else { Err(format!("{all} are in the ledger").into()) }
}

/// An account that names the topic.
async fn account(engine: &Engine, stage: &Stage<'_>) -> Result {
    let config = NewConfig {
        region: Some("us-east-1".into()),
        access_key_id: Some("AKIAEXAMPLE".into()),
        secret_access_key: Some("none".into()),
        topic_arn: Some(TOPIC.into()),
        ..Default::default()
    };
    let new = NewProvider { channel: "email".into(), kind: "ses".into(), config, ..Default::default() };
    let mut tx = engine.begin(&Actor::command_line(stage.tenant)).await?;
    providers::create(engine, &mut tx, &new).await?;
    Ok(tx.commit().await?)
}

/// A report for each message, signed now.
async fn signed(stage: &Stage<'_>, run: RunId, options: &Options) -> Result<Vec<String>> {
    let (tenant, n, begun) = (stage.tenant, options.n, now());
    let event: Value = serde_json::from_str(DELIVERY)?;
    let mut workers = JoinSet::new();
    for part in 0..2 {
        let event = event.clone();
        workers.spawn_blocking(move || {
            let body = |n: i32| {
                let (mut event, id) = (event.clone(), sending::public_id(run, n));
                event["mail"]["tags"]["tenant"] = json!([tenant]);
                event["mail"]["messageId"] = json!(format!("0100-{id}"));
                event["mail"]["tags"]["message"] = json!([id]);
                TestSns::notification(&event.to_string(), begun).to_string()
            };
            (1..=n).filter(|n| n % 2 == part).map(body).collect::<Vec<_>>()
        });
    }
    Ok(workers.join_all().await.concat())
}

/// Accepts them all, some at a time; says how long each took, in milliseconds, the shortest first.
async fn accept(engine: &Engine, bodies: &Arc<Vec<String>>) -> Result<Vec<f64>> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (engine, bodies, next) = (engine.clone(), bodies.clone(), next.clone());
        workers.spawn(async move {
            let mut waits = Vec::new();
            while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
                let begun = now();
                let taken = webhooks::ses(&engine, None, None, body.as_bytes()).await;
                taken.map_err(|turned| format!("{turned:?}"))?;
                waits.push(seconds_since(begun) * 1000.0);
            }
            Ok::<_, String>(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(some) = workers.join_next().await {
        waits.extend(some??);
    }
    waits.sort_by(f64::total_cmp);
    Ok(waits)
}

fn at(waits: &[f64], share: f64) -> f64 {
    let place = (waits.len() as f64 * share) as usize;
    waits.get(place).or(waits.last()).copied().unwrap_or_default()
}

/// Each report was applied, once.
async fn check(place: &Place, run: RunId, options: &Options) -> Result {
    for (what, question) in [
        ("delivered", "select count(*) from message where run_id = $1 and state = 'delivered'"),
        ("counted", "select coalesce(sum(count), 0)::bigint from run_counter where run_id = $1 and kind = 'delivered'"),
        ("events", "select count(*) from event where run_id = $1 and kind = 'delivered'"),
    ] {
        let found: i64 = sqlx::query_scalar(question).bind(run.0).fetch_one(place.owner()).await?;
        if found != i64::from(options.n) {
            return Err(format!("{found} of {} {what}", options.n).into());
        }
    }
    Ok(())
}

/// The same bodies into a plain table, so many in a statement; rows a second.
async fn inserts(place: &Place, bodies: &Arc<Vec<String>>, at_once: usize) -> Result<f64> {
    sqlx::raw_sql(RAW).execute(place.owner()).await?;
    place.settle().await?;
    let begun = now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut workers = JoinSet::new();
    for _ in 0..4 {
        workers.spawn(insert(place.owner().clone(), bodies.clone(), next.clone(), at_once, begun));
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    let took = seconds_since(begun);
    sqlx::raw_sql("drop table raw_receipt").execute(place.owner()).await?;
    Ok(bodies.len() as f64 / took)
}

async fn insert(
    db: PgPool,
    bodies: Arc<Vec<String>>,
    next: Arc<AtomicUsize>,
    at_once: usize,
    at: DateTime<Utc>,
) -> std::result::Result<(), sqlx::Error> {
    let statement = "insert into raw_receipt select gen_random_uuid(), 'ses', body, $2 from unnest($1::bytea[]) body";
    loop {
        let first = next.fetch_add(at_once, Ordering::Relaxed);
        let Some(some) = bodies.get(first..(first + at_once).min(bodies.len())).filter(|some| !some.is_empty()) else {
            return Ok(());
        };
        // As small as they are when they are packed.
        let packed: Vec<Vec<u8>> = some.iter().map(|body| body.as_bytes()[..body.len() / 3].to_vec()).collect();
        sqlx::query(statement).bind(packed).bind(at).execute(&db).await?;
    }
}
