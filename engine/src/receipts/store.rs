//! SQL of receipts: what they change belongs to one run.

mod changes;
mod queue;

use chrono::{DateTime, Utc};
use domain::{
    campaign::Audience,
    id::{ProviderId, RunId, TenantId},
    message::MessageState,
    suppression::SOFT_BOUNCES,
};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::Result;
pub(super) use changes::{Changes, WhyThere, apply};
pub(crate) use queue::{Kept, newest};
pub(super) use queue::{New, done, insert, postpone, take};

/// A message that is locked for its receipts.
pub(super) struct Locked {
    pub(super) n: i32,
    pub(super) state: MessageState,
    pub(super) reason: Option<String>,
    pub(super) contact_id: Uuid,
    channel: String,
    pub(super) address: Option<String>,
}

/// The newest runs that went out through an account at some time, or through another one of the workspace that names the
/// same topic: of what comes from there it is only known that one of them sent it.
pub(super) async fn runs_through(
    conn: &mut PgConnection,
    provider: ProviderId,
    (first, last): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RunId" from run
           where begin_at <= $3 and (finished_at is null or finished_at >= $2) and (provider_id = $1 or provider_id in (
             select other.id from provider own
               join provider other on other.config ->> 'topic_arn' = own.config ->> 'topic_arn'
             where own.id = $1))
           order by id desc limit $4"#,
        provider.0,
        first,
        last,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Those messages of a run that have one of these ids of the provider, with their numbers.
pub(super) async fn by_ref(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ids: &[String],
) -> Result<Vec<(String, i32)>> {
    let rows = sqlx::query!(
        r#"select provider_ref as "id!", n from message where tenant_id = $1 and run_id = $2 and provider_ref = any($3)"#,
        tenant.0,
        run.0,
        ids
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.n)).collect())
}

/// Locks those of the messages that nobody else holds. (Each is looked up by its key, whatever PostgreSQL believes: of a run
/// that it has no statistics of it thinks that it has one message, and would read it whole.)
pub(super) async fn lock(conn: &mut PgConnection, (tenant, run): (TenantId, RunId), ns: &[i32]) -> Result<Vec<Locked>> {
    Ok(sqlx::query_as!(
        Locked,
        r#"select m.n, m.state as "state: MessageState", m.reason, m.contact_id, m.channel, m.address
           from unnest($3::int[]) as e (n) cross join lateral (
             select * from message where tenant_id = $1 and run_id = $2 and n = e.n offset 0 for update skip locked
           ) m"#,
        tenant.0,
        run.0,
        ns
    )
    .fetch_all(conn)
    .await?)
}

/// Those of the numbers that are messages of the run.
pub(super) async fn existing(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ns: &[i32],
) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar!(
        "select m.n from unnest($3::int[]) as e (n) cross join lateral (
           select n from message where tenant_id = $1 and run_id = $2 and n = e.n offset 0
         ) m",
        tenant.0,
        run.0,
        ns
    )
    .fetch_all(conn)
    .await?)
}

/// The campaign that a run is of, by name, and whom it was sent to.
pub(super) async fn campaign_of(conn: &mut PgConnection, run: RunId) -> Result<(String, Audience)> {
    let row = sqlx::query!(
        r#"select c.name, r.audience as "audience: Json<Audience>"
           from run r join campaign c on c.tenant_id = r.tenant_id and c.id = r.campaign_id where r.id = $1"#,
        run.0
    );
    let row = row.fetch_one(conn).await?;
    Ok((row.name, row.audience.0))
}

/// Who these contacts are now: a contact that was merged is the one it was merged into. With the form of the address
/// that they have now.
pub(super) async fn present(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<(Uuid, Uuid, Option<String>)>> {
    let rows = sqlx::query!(
        r#"select t.id as "was!", c.id, c.email_key
           from unnest($1::uuid[]) as t (id) left join contact_alias a on a.id = t.id cross join lateral (
             -- Each looked up by its key: a few people are no reason to read all contacts. No coalesce: PostgreSQL takes it
             -- for leaky, and then does not look it up in an index of a table with row-level security.
             select c.id, c.email_key from contact c where c.id = case when a.id is null then t.id else a.contact_id end
             limit 1
           ) c"#,
        contacts
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.was, row.id, row.email_key)).collect())
}

/// Waits for whoever else counts bounces of these addresses, until the end of the transaction: of two that came back in
/// different runs at the same time, the second to be counted must see the first. (Addresses share a few locks, for there is
/// room for so many only.)
pub(super) async fn count_alone(conn: &mut PgConnection, addresses: Vec<String>) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(1, place) from (
           select distinct hashtext(address) & 63 as place from unnest($1::text[]) as address order by place
         ) places",
        &addresses
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What became of the newest messages to some contacts at some addresses, newest first: whether it bounced softly, and
/// when. Messages of which nothing was reported are left out.
pub(super) async fn newest_ends(
    conn: &mut PgConnection,
    tenant: TenantId,
    whom: &[(Uuid, String)],
) -> Result<Vec<(String, bool, DateTime<Utc>)>> {
    let (contacts, addresses): (Vec<_>, Vec<_>) = whom.iter().cloned().unzip();
    let rows = sqlx::query!(
        r#"select w.address as "address!", e.soft as "soft!", e.at as "at!"
           from unnest($2::uuid[], $3::text[]) as w (contact_id, address) cross join lateral (
             select bool_and(e.kind = 'bounced' and not (e.detail -> 'hard')::boolean) as soft, max(e.at) as at
             from message m join event e on e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n
             where m.tenant_id = $1 and m.contact_id = w.contact_id and m.address = w.address
               and e.kind in ('bounced', 'delivered', 'opened', 'clicked', 'complained', 'not_spam')
             group by m.run_id, m.n order by max(e.at) desc limit $4
           ) e
           order by w.address, e.at desc"#,
        tenant.0,
        &contacts,
        &addresses,
        SOFT_BOUNCES as i64
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.address, row.soft, row.at)).collect())
}
