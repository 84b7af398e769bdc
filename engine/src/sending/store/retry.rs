//! SQL of planning again what has failed.

use domain::{id::RunId, receipt::ENDS};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Result,
    db::{Tx, new_id},
    live,
};

/// What messages of a run that failed were told: code and words.
pub(in crate::sending) async fn failed_codes(conn: &mut PgConnection, run: RunId) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        "select code, detail from run_counter where run_id = $1 and kind = 'failed' and count > 0 order by code",
        run.0
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.code, row.detail)).collect())
}

/// Messages that failed with one of these codes and of which nothing came back, in order. They are held, so that nothing
/// is reported of them until they are planned again.
pub(in crate::sending) async fn failed_for(
    conn: &mut PgConnection,
    run: RunId,
    codes: &[String],
    limit: i64,
) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar!(
        r#"select m.n as "n!" from unnest($2::text[]) as c (code) cross join lateral (
             select n from message m where run_id = $1 and reason = c.code and state = 'failed' and not exists (
               select from event e
               where e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n and e.kind = any($4))
             order by n limit $3 for update
           ) m
           order by m.n limit $3"#,
        run.0,
        codes,
        limit,
        &ends()
    )
    .fetch_all(conn)
    .await?)
}

/// How many messages failed with one of these codes while nothing came back of them. Each is looked up, for what came back
/// of those that failed is counted nowhere.
pub(in crate::sending) async fn count_failed_for(conn: &mut PgConnection, run: RunId, codes: &[String]) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(m.count), 0)::bigint as "count!" from unnest($2::text[]) as c (code) cross join lateral (
             select count(*) as count from message m
             where run_id = $1 and reason = c.code and state = 'failed' and not exists (
               select from event e
               where e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n and e.kind = any($3))
           ) m"#,
        run.0,
        codes,
        &ends()
    )
    .fetch_one(conn)
    .await?)
}

fn ends() -> Vec<String> {
    ENDS.map(str::to_owned).to_vec()
}

/// Plans those of the messages that have failed again, due now, notes who asked and counts, in one statement; says how
/// many.
pub(in crate::sending) async fn plan_again(tx: &mut Tx, run: RunId, ns: &[i32]) -> Result<i64> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let ids: Vec<Uuid> = ns.iter().map(|_| new_id(now)).collect();
    let by = serde_json::json!({ "by": tx.actor.name() });
    let changed = sqlx::query_scalar!(
        r#"with failed as (
             select x.n, m.reason as was, x.id from unnest($3::int[], $4::uuid[]) as x(n, id) cross join lateral (
               select reason from message m where m.tenant_id = $1 and m.run_id = $2 and m.n = x.n and m.state = 'failed'
               limit 1 for update
             ) m
           ), planned as (
             update message m set state = 'planned', detail = 'Tried again, because somebody asked for it.', at = $5,
               due_at = $5, noted_at = null
             from failed f
             where m.tenant_id = $1 and m.run_id = $2 and m.n = f.n and m.state = 'failed'
               and m.n between (select min(n) from unnest($3) as n) and (select max(n) from unnest($3) as n)
             returning m.n, f.was, f.id
           ), noted as (
             insert into event (tenant_id, run_id, n, at, kind, detail, id)
             select $1, $2, n, $5, 'retried', $6, id from planned
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
             select $1::uuid, $2::uuid, 'failed', was, '', -count(*) from planned group by was order by was
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count
           )
           select count(*) as "n!" from planned"#,
        tenant,
        run.0,
        ns,
        &ids,
        now,
        by
    );
    let changed = changed.fetch_one(tx.conn()).await?;
    let owner = tx.actor.tenant;
    live::changed(tx.conn(), owner, run).await?;
    live::work(tx.conn()).await?;
    Ok(changed)
}
