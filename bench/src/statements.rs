//! `--statements`: which statements the database was busy with, told before the result. Counting them costs a little.

use engine::embedded::{Cluster, Settings};
use sqlx::{Connection, PgConnection, PgPool};

use crate::Result;

/// How many are told.
const TOLD: i32 = 15;
/// How much of each is told, in characters.
const WIDTH: usize = 110;

/// What a statement took: its text, calls, milliseconds in all, on average and at worst, and in all for planning it; rows,
/// blocks and WAL a call.
type Told = (String, i64, f64, f64, f64, f64, i64, f64, f64);

/// Begins the cluster anew with `pg_stat_statements`, which can only be loaded at its start.
pub async fn count(cluster: Cluster, settings: Settings) -> Result<Cluster> {
    let mut owner = PgConnection::connect_with(&cluster.options()).await?;
    sqlx::raw_sql("alter system set shared_preload_libraries = 'pg_stat_statements'").execute(&mut owner).await?;
    sqlx::raw_sql("alter system set track_io_timing = on").execute(&mut owner).await?;
    owner.close().await?;
    cluster.stop().await?;
    let cluster = Cluster::serve(settings).await?;
    let mut owner = PgConnection::connect_with(&cluster.options()).await?;
    sqlx::raw_sql("create extension pg_stat_statements").execute(&mut owner).await?;
    sqlx::raw_sql("alter system set pg_stat_statements.track_planning = on").execute(&mut owner).await?;
    sqlx::raw_sql("select pg_reload_conf()").execute(&mut owner).await?;
    owner.close().await?;
    Ok(cluster)
}

/// Forgets what was counted: what comes now is measured.
pub async fn forget(db: &PgPool) -> Result {
    if is_counting(db).await? {
        sqlx::query("select pg_stat_statements_reset()").execute(db).await?;
    }
    Ok(())
}

/// Tells the statements that took longest in all, if they were counted.
pub async fn tell(db: &PgPool) -> Result {
    if !is_counting(db).await? {
        return Ok(());
    }
    let longest = "select query, calls, total_exec_time, mean_exec_time, max_exec_time, total_plan_time, rows,
          (shared_blks_hit + shared_blks_read)::float8 / calls as blocks, wal_bytes::float8 / calls as wal
        from pg_stat_statements where calls > 0 order by total_exec_time desc limit $1";
    let rows: Vec<Told> = sqlx::query_as(longest).bind(TOLD).fetch_all(db).await?;
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>9} {:>10} {:>9} {:>9}",
        "total ms", "calls", "mean ms", "worst ms", "plan ms", "rows", "blocks", "wal"
    );
    for (text, calls, total, mean, worst, plan, rows, blocks, wal) in rows {
        let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WIDTH).collect();
        let took = format!("{total:>9.0} {calls:>9} {mean:>9.2} {worst:>9.1} {plan:>9.0}");
        println!("{took} {rows:>10} {blocks:>9.0} {wal:>9.0}  {text}");
    }
    Ok(())
}

async fn is_counting(db: &PgPool) -> Result<bool> {
    let there = "select exists (select from pg_extension where extname = 'pg_stat_statements')";
    Ok(sqlx::query_scalar(there).fetch_one(db).await?)
}
