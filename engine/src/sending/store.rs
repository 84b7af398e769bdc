//! SQL of the ledger. Statements name their tenant by the transaction they run in (row-level security) and write it
//! where they insert.

use chrono::{DateTime, Utc};
use domain::{
    campaign::Audience,
    id::{CampaignId, ProviderId, RunId, TenantId},
    message::MessageState,
};
use sqlx::{PgConnection, PgPool, types::Json};
use uuid::Uuid;

use super::{
    LEASE,
    group::{Planned, Settled},
    mail::Frozen,
};
use crate::{
    Result,
    campaigns::{RunContent, RunSender},
};

/// Where planning has come to.
pub(super) struct Planning {
    pub(super) audience: Json<Audience>,
    pub(super) planned_after: Option<Uuid>,
    pub(super) next_n: i32,
}

/// What one batch of planning did.
pub(super) struct Batch {
    pub(super) count: i32,
    pub(super) last: Option<Uuid>,
}

/// A leased chunk.
pub(super) struct Chunk {
    pub(super) first: i32,
    pub(super) last: i32,
    pub(super) settled: i32,
    pub(super) token: i64,
}

pub(super) async fn tenants_with_work(db: &PgPool, now: DateTime<Utc>) -> Result<Vec<TenantId>> {
    let ids =
        sqlx::query_scalar!(r#"select id as "id!" from tenants_with_work($1) as t(id)"#, now).fetch_all(db).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Runs that are on, and stopped ones of which something may still be handed over.
pub(super) async fn open_runs(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RunId" from run
           where finished_at is null and status in ('running', 'cancelled') and begin_at <= $1 order by id"#,
        now
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn lock_for_planning(conn: &mut PgConnection, run: RunId) -> Result<Option<Planning>> {
    Ok(sqlx::query_as!(
        Planning,
        r#"select audience as "audience: Json<Audience>", planned_after, next_n from run
           where id = $1 and status = 'running' and not planned for update skip locked"#,
        run.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes the next people of the audience into the ledger and counts them, in one statement. The reasons and their
/// order are those of `domain::guard::decide`.
pub(super) async fn plan_batch(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    planning: &Planning,
    size: i32,
    now: DateTime<Utc>,
) -> Result<Batch> {
    let ids = |lists: Vec<domain::id::ListId>| lists.into_iter().map(|list| list.0).collect::<Vec<_>>();
    let included = ids(planning.audience.included_lists());
    let excluded = ids(planning.audience.excluded_lists());
    Ok(sqlx::query_as!(
        Batch,
        r#"with batch as (
             select distinct m.contact_id from list_member m
             where m.list_id = any($3) and m.status = 'active' and m.contact_id > $5 and not exists (
               select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                 and x.list_id = any($4) and x.status = 'active')
             order by m.contact_id limit $6
           ), judged as (
             select b.contact_id, c.email, row_number() over (order by b.contact_id)::int as i,
               case when c.id is null then 'gone'
                    when c.do_not_contact then 'do_not_contact'
                    when c.email_key is null then 'no_address'
                    when s.state is distinct from 'granted' then 'no_consent'
                    when x.address_key is not null then 'suppressed' end as reason
             from batch b
               left join contact c on c.id = b.contact_id
               left join consent s on s.tenant_id = c.tenant_id and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing'
               left join suppression x on x.tenant_id = c.tenant_id and x.channel = 'email' and x.address_key = c.email_key
           ), written as (
             insert into message (tenant_id, run_id, n, contact_id, channel, address, state, at, reason)
             select $1, $2, $7 + i - 1, contact_id, 'email', email,
               case when reason is null then 'planned' else 'skipped' end, $8, reason
             from judged
             returning reason
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, count)
             select $1, $2, 'audience', '', count(*) from written having count(*) > 0
             union all
             select $1, $2, 'skipped', reason, count(*) from written where reason is not null group by reason
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count
           )
           select (select count(*)::int from written) as "count!",
             (select contact_id from batch order by contact_id desc limit 1) as last"#,
        tenant.0,
        run.0,
        &included,
        &excluded,
        planning.planned_after.unwrap_or(Uuid::nil()),
        i64::from(size),
        planning.next_n,
        now
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn insert_chunks(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    first: i32,
    last: i32,
    size: i32,
) -> Result<()> {
    sqlx::query!(
        "insert into chunk (tenant_id, run_id, first, last, noted, settled)
         select $1, $2, f, least(f + $5 - 1, $4), f - 1, f - 1 from generate_series($3::int, $4::int, $5::int) as g(f)",
        tenant.0,
        run.0,
        first,
        last,
        size
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn planned(
    conn: &mut PgConnection,
    run: RunId,
    after: Option<Uuid>,
    next_n: i32,
    all: bool,
) -> Result<()> {
    sqlx::query!(
        "update run set planned_after = coalesce($2, planned_after), next_n = $3, planned = $4 where id = $1",
        run.0,
        after,
        next_n,
        all
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Leases the first open chunk of a run that nobody holds. What its last holder had noted and not settled is in doubt.
pub(super) async fn lease(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<Option<Chunk>> {
    let row = sqlx::query!(
        r#"update chunk set token = token + 1, worker = $2, leased_until = $4
           where (tenant_id, run_id, first) = (
             select tenant_id, run_id, first from chunk
             where run_id = $1 and not done and (leased_until is null or leased_until < $3)
             order by first limit 1 for update skip locked)
           returning first, last, noted, settled, token"#,
        run.0,
        worker,
        now,
        now + LEASE
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let mut chunk = Chunk { first: row.first, last: row.last, settled: row.settled, token: row.token };
    if row.noted > row.settled {
        doubt_between(conn, tenant, run, row.settled, row.noted, now).await?;
        chunk_settled(conn, run, &chunk, row.noted).await?;
        chunk.settled = row.noted;
    }
    Ok(Some(chunk))
}

/// Notes that messages up to `to` are about to be handed over; false when the lease is lost or the run is not on.
pub(super) async fn note(
    conn: &mut PgConnection,
    run: RunId,
    chunk: &Chunk,
    to: i32,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update chunk set noted = $4, leased_until = $5
         where run_id = $1 and first = $2 and token = $3 and not done and last >= $4
           and exists (select from run where id = $1 and status = 'running')",
        run.0,
        chunk.first,
        chunk.token,
        to,
        now + LEASE
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn planned_between(conn: &mut PgConnection, run: RunId, after: i32, to: i32) -> Result<Vec<Planned>> {
    Ok(sqlx::query_as!(
        Planned,
        r#"select n, contact_id as contact, attempts from message
           where run_id = $1 and n > $2 and n <= $3 and state = 'planned' and due_at is null order by n"#,
        run.0,
        after,
        to
    )
    .fetch_all(conn)
    .await?)
}

/// Moves messages from planned to how they ended, and counts them, in one statement. A message that is no longer
/// planned is left as it is; one that would be tried again is cancelled if its run was stopped meanwhile.
pub(super) async fn settle(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let again = MessageState::Planned.word();
    let stopped = settled.iter().any(|s| s.state == again) && is_stopped(&mut *conn, run).await?;
    let state = |s: &Settled| if stopped && s.state == again { MessageState::Cancelled.word() } else { s.state };
    let ns: Vec<i32> = settled.iter().map(|s| s.n).collect();
    let states: Vec<String> = settled.iter().map(|s| state(s).to_owned()).collect();
    let reasons: Vec<Option<String>> = settled.iter().map(|s| s.reason.clone()).collect();
    let details: Vec<Option<String>> = settled.iter().map(|s| s.detail.clone()).collect();
    let refs: Vec<Option<String>> = settled.iter().map(|s| s.provider_ref.clone()).collect();
    let attempts: Vec<i16> = settled.iter().map(|s| s.attempts).collect();
    let due: Vec<Option<DateTime<Utc>>> = settled.iter().map(|s| s.due_at.filter(|_| !stopped)).collect();
    sqlx::query!(
        "with ended as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, noted_at = null, at = $10,
             accepted_at = case when e.state = 'accepted' then $10 else m.accepted_at end
           from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::timestamptz[])
             as e(n, state, reason, detail, provider_ref, attempts, due_at)
           where m.run_id = $2 and m.n = e.n and m.state = 'planned'
           returning m.state, m.reason, m.detail
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1, $2, state, coalesce(reason, ''), coalesce(min(detail) filter (where state <> 'accepted'), ''), count(*)
         from ended where state <> 'planned' group by state, reason
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &ns,
        &states,
        &reasons as &[Option<String>],
        &details as &[Option<String>],
        &refs as &[Option<String>],
        &attempts,
        &due as &[Option<DateTime<Utc>>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a run was stopped for good. It cannot be until this transaction has ended.
async fn is_stopped(conn: &mut PgConnection, run: RunId) -> Result<bool> {
    let status =
        sqlx::query_scalar!(r#"select status = 'cancelled' as "stopped!" from run where id = $1 for share"#, run.0);
    Ok(status.fetch_optional(conn).await?.unwrap_or(true))
}

/// The answers of a worker that lost its lease while it waited for them: what was put in doubt for its sake is so no
/// longer. Attempts tell that it is the same handing-over.
pub(super) async fn settle_doubted(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let certain = |s: &&Settled| matches!(s.state, "accepted" | "failed");
    let known: Vec<&Settled> = settled.iter().filter(certain).collect();
    if known.is_empty() {
        return Ok(());
    }
    let ns: Vec<i32> = known.iter().map(|s| s.n).collect();
    let states: Vec<String> = known.iter().map(|s| s.state.to_owned()).collect();
    let reasons: Vec<Option<String>> = known.iter().map(|s| s.reason.clone()).collect();
    let details: Vec<Option<String>> = known.iter().map(|s| s.detail.clone()).collect();
    let refs: Vec<Option<String>> = known.iter().map(|s| s.provider_ref.clone()).collect();
    let attempts: Vec<i16> = known.iter().map(|s| s.attempts).collect();
    sqlx::query!(
        "with known as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, at = $9,
             accepted_at = case when e.state = 'accepted' then $9 else m.accepted_at end
           from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[])
             as e(n, state, reason, detail, provider_ref, attempts)
           where m.run_id = $2 and m.n = e.n and m.attempts = e.attempts
             and m.state = 'in_doubt' and m.reason = 'interrupted'
           returning m.state, m.reason, m.detail
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1::uuid, $2::uuid, state, coalesce(reason, ''), coalesce(min(detail), ''), count(*) from known group by state, reason
         union all
         select $1, $2, 'in_doubt', 'interrupted', '', -count(*) from known having count(*) > 0
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &ns,
        &states,
        &reasons as &[Option<String>],
        &details as &[Option<String>],
        &refs as &[Option<String>],
        &attempts,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A chunk has been settled up to `to`. Only the holder of the lease may say so; says whether it was.
pub(super) async fn chunk_settled(conn: &mut PgConnection, run: RunId, chunk: &Chunk, to: i32) -> Result<bool> {
    let done = sqlx::query!(
        "update chunk set settled = $4, done = (last = $4) where run_id = $1 and first = $2 and token = $3",
        run.0,
        chunk.first,
        chunk.token,
        to
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn release(conn: &mut PgConnection, run: RunId, chunk: &Chunk) -> Result<()> {
    sqlx::query!(
        "update chunk set leased_until = null, worker = null where run_id = $1 and first = $2 and token = $3",
        run.0,
        chunk.first,
        chunk.token
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn doubt_between(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    after: i32,
    to: i32,
    now: DateTime<Utc>,
) -> Result<()> {
    let noted = planned_between(&mut *conn, run, after, to).await?;
    let doubted: Vec<_> = noted.iter().map(|message| interrupted(message.n, message.attempts)).collect();
    settle(conn, tenant, run, &doubted, now).await
}

/// Messages alone that were handed over and whose lease ran out: in doubt. Says whether there were any.
pub(super) async fn doubt_lapsed(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let lapsed = sqlx::query!(
        "select n, attempts from message
         where run_id = $1 and due_at <= $2 and noted_at is not null and state = 'planned' for update skip locked",
        run.0,
        now
    )
    .fetch_all(&mut *conn)
    .await?;
    let doubted: Vec<_> = lapsed.iter().map(|row| interrupted(row.n, row.attempts)).collect();
    if doubted.is_empty() {
        return Ok(false);
    }
    settle(conn, tenant, run, &doubted, now).await?;
    Ok(true)
}

fn interrupted(n: i32, attempts: i16) -> Settled {
    Settled {
        n,
        state: MessageState::InDoubt.word(),
        reason: Some("interrupted".into()),
        detail: Some("Sending was interrupted after this message was handed over, before an answer came.".into()),
        provider_ref: None,
        attempts: attempts.saturating_add(1),
        due_at: None,
    }
}

pub(super) async fn lease_due(
    conn: &mut PgConnection,
    run: RunId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i32,
) -> Result<Vec<Planned>> {
    Ok(sqlx::query_as!(
        Planned,
        r#"update message set noted_at = $2, due_at = $3
           where (tenant_id, run_id, n) in (
             select tenant_id, run_id, n from message
             where run_id = $1 and due_at <= $2 and noted_at is null and state = 'planned'
               and exists (select from run where id = $1 and status = 'running')
             order by due_at limit $4 for update skip locked)
           returning n, contact_id as contact, attempts"#,
        run.0,
        now,
        until,
        i64::from(limit)
    )
    .fetch_all(conn)
    .await?)
}

/// Finishes a run that has nothing left: planned to the end, every chunk done, nobody waiting. A stopped one stays
/// stopped.
pub(super) async fn finish_run(conn: &mut PgConnection, run: RunId, now: DateTime<Utc>) -> Result<bool> {
    let finished = sqlx::query_scalar!(
        r#"with finished as (
             update run set status = case status when 'running' then 'completed' else status end, finished_at = $2
             where id = $1 and status in ('running', 'cancelled') and finished_at is null and planned
               and not exists (select from chunk where run_id = $1 and not done)
               and not exists (select from message where run_id = $1 and due_at is not null and state = 'planned')
             returning campaign_id
           ), campaign_finished as (
             update campaign c set status = 'completed', finished_at = $2, updated_at = $2 from finished f
             where c.id = f.campaign_id and c.status = 'running'
           )
           select count(*) as "n!" from finished"#,
        run.0,
        now
    )
    .fetch_one(conn)
    .await?;
    Ok(finished == 1)
}

pub(super) async fn frozen(conn: &mut PgConnection, run: RunId) -> Result<Option<Frozen>> {
    let row = sqlx::query!(
        r#"select content as "content: Json<RunContent>", sender as "sender: Json<RunSender>",
             provider_id as "provider: ProviderId"
           from run where id = $1"#,
        run.0
    );
    let frozen = row.fetch_optional(conn).await?;
    Ok(frozen.map(|row| Frozen { content: row.content.0, sender: row.sender.0, provider: row.provider }))
}

pub(super) async fn campaign_of(conn: &mut PgConnection, run: RunId) -> Result<Option<CampaignId>> {
    Ok(sqlx::query_scalar!(r#"select campaign_id as "id: CampaignId" from run where id = $1"#, run.0)
        .fetch_optional(conn)
        .await?)
}
