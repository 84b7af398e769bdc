//! The ceiling: what this PostgreSQL can do at most with rows like the ledger's, without row-level security, guards,
//! partitions and secondary indexes. Rows are written by one `insert … select`; each 500 are leased and settled in one
//! transaction, on two connections at once.

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use engine::db::new_id;
use serde_json::{Value, json};
use sqlx::{PgPool, Row};
use tokio::task::JoinSet;

use crate::{
    Options, Result,
    measure::{Meter, now, rounded, seconds_since},
    place::Place,
    stage::{NOWHERE, Stage},
};

/// Messages that are leased and settled together.
const CHUNK: i32 = 500;
/// Connections that lease and settle: more gain nothing on two cores.
const CONNECTIONS: usize = 2;

/// The ledger's columns with its primary key and nothing else.
const TABLES: &str = "
    create table raw_message (like message including defaults, primary key (tenant_id, run_id, n)) with (fillfactor = 60);
    create table raw_chunk (tenant_id uuid, run_id uuid, first int, last int, done boolean not null default false,
      primary key (tenant_id, run_id, first)) with (fillfactor = 70)";

/// Everybody of the workspace as a planned message, without asking whether they may be written to.
macro_rules! fill {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (tenant_id, run_id, n, contact_id, channel, address, state, at)
             select tenant_id, $2, row_number() over (order by id), id, 'email', email, 'planned', $3
             from contact where tenant_id = $1"
        )
    };
}

pub async fn run(options: &Options, place: &Place) -> Result<Value> {
    let stage = Stage::new(&place.engine, options, NOWHERE).await?;
    let mut meter = Meter::new(place.owner()).await?;
    meter.begin();
    let (run, insert) = insert_select(place, stage.tenant).await?;
    let settle = lease_and_settle(place, stage.tenant, run).await?;
    meter.end();
    drop_tables(place.owner()).await?;
    let ledger = insert_into_ledger(place, stage.tenant).await?;
    // Both for each message, one after the other. A limit is its own limit.
    let both = 1.0 / (1.0 / insert + 1.0 / settle);
    let more = json!({
        "insert_per_s": rounded(insert),
        "insert_with_the_ledgers_indexes_per_s": rounded(ledger),
        "lease_and_settle_per_s": rounded(settle),
    });
    Ok(meter.report(options, "limits", options.n.into(), both, both, more))
}

/// Writes a raw message for everybody, rows a second. The tables stay until [`drop_tables`].
pub async fn insert_select(place: &Place, tenant: TenantId) -> Result<(RunId, f64)> {
    sqlx::raw_sql(TABLES).execute(place.owner()).await?;
    place.settle().await?;
    fill(place.owner(), tenant, fill!("raw_message")).await
}

/// The same into the ledger itself, with its partition, indexes and constraints; then they are taken out again.
pub async fn insert_into_ledger(place: &Place, tenant: TenantId) -> Result<f64> {
    place.settle().await?;
    let (_, rate) = fill(place.owner(), tenant, fill!("message")).await?;
    sqlx::query("truncate message").execute(place.owner()).await?;
    Ok(rate)
}

/// Removes the raw tables.
pub async fn drop_tables(db: &PgPool) -> Result {
    sqlx::raw_sql("drop table raw_message; drop table raw_chunk").execute(db).await?;
    Ok(())
}

async fn fill(db: &PgPool, tenant: TenantId, statement: &'static str) -> Result<(RunId, f64)> {
    let begun = now();
    let run = RunId(new_id(begun));
    let filled = sqlx::query(statement).bind(tenant.0).bind(run.0).bind(begun).execute(db).await?.rows_affected();
    Ok((run, filled as f64 / seconds_since(begun)))
}

/// Leases and settles every raw message, messages a second.
async fn lease_and_settle(place: &Place, tenant: TenantId, run: RunId) -> Result<f64> {
    let chunks = "insert into raw_chunk
                  select $1, $2, f, least(f + $3 - 1, m.last)
                  from (select max(n) as last from raw_message where tenant_id = $1 and run_id = $2) m,
                    generate_series(1, m.last, $3) f";
    sqlx::query(chunks).bind(tenant.0).bind(run.0).bind(CHUNK).execute(place.owner()).await?;
    // As autovacuum would, so that the statements get the plans they would have.
    sqlx::query("analyze raw_message, raw_chunk").execute(place.owner()).await?;
    place.settle().await?;
    let begun = now();
    let mut workers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let db = place.owner().clone();
        workers.spawn(async move {
            let mut settled = 0;
            while let count @ 1.. = one_chunk(&db, tenant, run, begun).await? {
                settled += count;
            }
            Ok::<_, sqlx::Error>(settled)
        });
    }
    let mut settled = 0;
    while let Some(worker) = workers.join_next().await {
        settled += worker??;
    }
    Ok(settled as f64 / seconds_since(begun))
}

async fn one_chunk(db: &PgPool, tenant: TenantId, run: RunId, at: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut tx = db.begin().await?;
    let lease = sqlx::query(
        "update raw_chunk set done = true where (tenant_id, run_id, first) = (
           select tenant_id, run_id, first from raw_chunk where tenant_id = $1 and run_id = $2 and not done
           order by first limit 1 for update skip locked)
         returning first, last",
    );
    let Some(chunk) = lease.bind(tenant.0).bind(run.0).fetch_optional(&mut *tx).await? else { return Ok(0) };
    let ns: Vec<i32> = (chunk.try_get("first")?..=chunk.try_get("last")?).collect();
    let refs: Vec<String> = ns.iter().map(|n| format!("2.0.0 Taken as {n}")).collect();
    let settle = sqlx::query(
        "update raw_message m set state = 'accepted', attempts = 1, at = $5, accepted_at = $5, provider_ref = e.ref
         from unnest($3::int[], $4::text[]) as e(n, ref)
         where m.tenant_id = $1 and m.run_id = $2 and m.n = e.n and m.state = 'planned'",
    );
    let settle = settle.bind(tenant.0).bind(run.0).bind(ns).bind(refs).bind(at);
    let settled = settle.execute(&mut *tx).await?.rows_affected();
    tx.commit().await?;
    Ok(settled)
}
