//! SQL of messages in doubt. They are found by their reason, which an index has, and moved by statements that carry the
//! state they come from.

use chrono::{DateTime, Utc};
use domain::{
    doubt::{Decision, DoubtReason, Doubted, InDoubt, Place, Span},
    id::{CampaignId, ContactId, RunId, TenantId, UserId},
};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{
    Result,
    db::{Tx, new_id},
    sending::public_id,
};

pub(super) async fn tenants_with_doubt(db: &PgPool) -> Result<Vec<TenantId>> {
    let ids = sqlx::query_scalar!(r#"select id as "id!" from tenants_with_doubt() as t(id)"#).fetch_all(db).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Campaigns whose newest run has somebody in doubt, by its counters.
pub(super) async fn campaigns(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    before: Option<Uuid>,
    limit: Option<i64>,
) -> Result<Vec<InDoubt>> {
    Ok(sqlx::query_as!(
        InDoubt,
        r#"select c.id as "campaign_id: CampaignId", c.run_id as "run_id!: RunId", c.name, c.code, d.count as "count!"
           from (select run_id, sum(count)::bigint as count from run_counter where kind = 'in_doubt' group by run_id) d
             join run r on r.id = d.run_id
             join campaign c on c.id = r.campaign_id and c.run_id = r.id
           where d.count > 0 and c.id < $1 and ($2::uuid is null or c.owner_id = $2)
           order by c.id desc limit $3"#,
        before.unwrap_or(Uuid::max()),
        owner.map(|owner| owner.0),
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// How many of a run are in doubt, by its counters.
pub(super) async fn left(conn: &mut PgConnection, run: RunId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(count), 0)::bigint as "n!" from run_counter where run_id = $1 and kind = 'in_doubt'"#,
        run.0
    )
    .fetch_one(conn)
    .await?)
}

/// Messages in doubt after these places. For each reason its own look-up in order, which the index gives.
pub(super) async fn page(
    conn: &mut PgConnection,
    run: RunId,
    places: &[Place],
    limit: i64,
) -> Result<Vec<(Place, Doubted)>> {
    let (reasons, after) = columns(places);
    let rows = sqlx::query!(
        r#"select m.n as "n!", m.contact_id as "contact_id!: ContactId", m.address, m.reason as "reason!: DoubtReason",
             m.detail, m.at as "at!: DateTime<Utc>", m.attempts as "attempts!",
             coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.business_name, ''), m.address,
               'Deleted contact') as "label!",
             exists (select from event e where e.run_id = $1 and e.n = m.n and e.kind = 'sent_again') as "sent_again!"
           from unnest($2::text[], $3::int[]) with ordinality as a(reason, after, i)
             cross join lateral (
               select tenant_id, n, contact_id, address, reason, detail, at, attempts from message
               where run_id = $1 and reason = a.reason and state = 'in_doubt' and n > a.after order by n limit $4) m
             left join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
           order by a.i, m.n limit $4"#,
        run.0,
        &reasons,
        &after,
        limit
    )
    .fetch_all(conn)
    .await?;
    let doubted = rows.into_iter().map(|row| {
        let doubted = Doubted {
            id: public_id(run, row.n),
            contact_id: row.contact_id,
            label: row.label,
            address: row.address,
            reason: row.reason,
            detail: row.detail,
            at: row.at,
            attempts: row.attempts,
            sent_again: row.sent_again,
        };
        (Place { reason: row.reason, n: row.n }, doubted)
    });
    Ok(doubted.collect())
}

/// Where the next messages in doubt are.
pub(super) async fn next(conn: &mut PgConnection, run: RunId, places: &[Place], limit: i64) -> Result<Vec<Place>> {
    let (reasons, after) = columns(places);
    Ok(sqlx::query_as!(
        Place,
        r#"select m.reason as "reason!: DoubtReason", m.n as "n!"
           from unnest($2::text[], $3::int[]) with ordinality as a(reason, after, i)
             cross join lateral (
               select reason, n from message
               where run_id = $1 and reason = a.reason and state = 'in_doubt' and n > a.after order by n limit $4) m
           order by a.i, m.n limit $4"#,
        run.0,
        &reasons,
        &after,
        limit
    )
    .fetch_all(conn)
    .await?)
}

fn columns(places: &[Place]) -> (Vec<String>, Vec<i32>) {
    places.iter().map(|place| (place.reason.word().to_owned(), place.n)).unzip()
}

/// Messages that came into doubt between two moments and were never sent again.
pub(super) async fn first_time_between(
    conn: &mut PgConnection,
    run: RunId,
    span: Span,
    limit: i64,
) -> Result<Vec<i32>> {
    let reasons: Vec<String> = DoubtReason::ALL.iter().map(|reason| reason.word().to_owned()).collect();
    Ok(sqlx::query_scalar!(
        "select n from message m
         where run_id = $1 and reason = any($2) and state = 'in_doubt' and at between $3 and $4
           and not exists (select from event e where e.run_id = $1 and e.n = m.n and e.kind = 'sent_again')
         order by n limit $5",
        run.0,
        &reasons,
        span.from,
        span.to,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// How many of these numbers are messages of the run.
pub(super) async fn count_known(conn: &mut PgConnection, run: RunId, ns: &[i32]) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from message where run_id = $1 and n = any($2)"#, run.0, ns)
        .fetch_one(conn)
        .await?)
}

/// Opens a run again, unless it was stopped; it cannot be stopped or finished until this transaction has ended.
pub(super) async fn reopen(conn: &mut PgConnection, run: RunId) -> Result<bool> {
    let done = sqlx::query!("update run set finished_at = null where id = $1 and status <> 'cancelled'", run.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Moves those of the messages that are in doubt to what was decided, notes who did and counts, in one statement; says
/// how many. One that is sent again is due now and keeps its attempts, by which a late answer is known.
pub(super) async fn decide(tx: &mut Tx, run: RunId, decision: Decision, ns: &[i32]) -> Result<i64> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let ids: Vec<Uuid> = ns.iter().map(|_| new_id(now)).collect();
    let by = serde_json::json!({ "by": tx.actor.name() });
    let due = (decision == Decision::SendAgain).then_some(now);
    Ok(sqlx::query_scalar!(
        r#"with doubted as (
             select m.n, m.reason as was, e.id from unnest($3::int[], $4::uuid[]) as e(n, id)
               join message m on m.run_id = $2 and m.n = e.n and m.state = 'in_doubt'
                 and m.n between (select min(n) from unnest($3) as n) and (select max(n) from unnest($3) as n)
             order by m.n for update of m
           ), decided as (
             update message m set state = $5, reason = $6, detail = $7, at = $8, due_at = $9, noted_at = null,
               accepted_at = case when $5 = 'accepted' then $8 else m.accepted_at end
             from doubted d
             where m.run_id = $2 and m.n = d.n and m.state = 'in_doubt'
               and m.n between (select min(n) from unnest($3) as n) and (select max(n) from unnest($3) as n)
             returning m.n, d.was, d.id
           ), noted as (
             insert into event (tenant_id, run_id, n, at, kind, detail, id)
             select $1, $2, n, $8, $10, $11, id from decided
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
             select $1::uuid, $2::uuid, $5, coalesce($6, ''), case when $6 is null then '' else $7 end, count(*) from decided
             where $5 <> 'planned' having count(*) > 0
             union all
             (select $1, $2, 'in_doubt', was, '', -count(*) from decided group by was order by was)
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count
           )
           select count(*) as "n!" from decided"#,
        tenant,
        run.0,
        ns,
        &ids,
        decision.becomes().word(),
        decision.reason(),
        decision.detail(),
        now,
        due,
        decision.done(),
        by
    )
    .fetch_one(tx.conn())
    .await?)
}
