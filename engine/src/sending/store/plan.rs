//! Freezing an audience into the ledger.

use chrono::{DateTime, Utc};
use domain::{
    campaign::{Audience, Switches},
    id::{RunId, TenantId},
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::{Result, db::BY_KEY};

/// Where planning has come to.
pub(in crate::sending) struct Planning {
    pub(in crate::sending) audience: Json<Audience>,
    pub(in crate::sending) switches: Json<Switches>,
    pub(in crate::sending) planned_after: Option<Uuid>,
    pub(in crate::sending) next_n: i32,
}

/// What one batch of planning did.
pub(in crate::sending) struct Batch {
    pub(in crate::sending) count: i32,
    pub(in crate::sending) last: Option<Uuid>,
}

pub(in crate::sending) async fn lock_for_planning(conn: &mut PgConnection, run: RunId) -> Result<Option<Planning>> {
    Ok(sqlx::query_as!(
        Planning,
        r#"select audience as "audience: Json<Audience>", switches as "switches: Json<Switches>", planned_after, next_n
           from run
           where id = $1 and status = 'running' and not planned for update skip locked"#,
        run.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Writes the next people of the audience into the ledger and counts them, in one statement. The reasons and their
/// order are `skip_reason`'s, which are those of `domain::guard::decide`. (The tenant as a parameter lets PostgreSQL check the policy once instead
/// of for each row.)
pub(in crate::sending) async fn plan_batch(
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
    // Their number is bounded by the batch.
    sqlx::raw_sql(BY_KEY).execute(&mut *conn).await?;
    Ok(sqlx::query_as!(
        Batch,
        r#"with batch as (
             select contact_id, (row_number() over (order by contact_id))::int as i from (
               select distinct m.contact_id from list_member m
               where m.tenant_id = $1 and m.list_id = any($3) and m.status = 'active' and m.contact_id > $5
                 and not exists (
                   select from list_member x where x.tenant_id = m.tenant_id and x.contact_id = m.contact_id
                     and x.list_id = any($4) and x.status = 'active')
               order by m.contact_id limit $6) next
           ), judged as (
             select b.contact_id, c.email, b.i,
               skip_reason(c.id is null, c.do_not_contact and $9, c.email_key is not null, s.state,
                 x.is_there) as reason
             from batch b
               left join contact c on c.tenant_id = $1 and c.id = b.contact_id
               left join consent s on s.tenant_id = $1 and s.contact_id = c.id and s.channel = 'email'
                 and s.purpose = 'marketing'
               left join lateral (
                 select true as is_there from suppression x
                 where x.tenant_id = $1 and x.channel = 'email' and x.address_key = c.email_key limit 1) x on true
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
        now,
        planning.switches.do_not_contact
    )
    .fetch_one(conn)
    .await?)
}

pub(in crate::sending) async fn insert_chunks(
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

pub(in crate::sending) async fn planned(
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
