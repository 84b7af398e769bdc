//! Runs: which are open, what they froze, when they are over.

use chrono::{DateTime, Utc};
use domain::{
    campaign::{CampaignStatus, Switches},
    id::{CampaignId, ProviderId, RunId, TenantId},
};
use sqlx::{PgConnection, PgPool, types::Json};

use crate::{
    Result,
    campaigns::{RunContent, RunSender},
    sending::{mail::Frozen, run::Open},
};

pub(in crate::sending) async fn tenants_with_work(db: &PgPool, now: DateTime<Utc>) -> Result<Vec<TenantId>> {
    let ids =
        sqlx::query_scalar!(r#"select id as "id!" from tenants_with_work($1) as t(id)"#, now).fetch_all(db).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Runs that are on, stopped ones of which something may still be handed over or is to be set aside, and finished ones
/// in which somebody is sent to again.
pub(in crate::sending) async fn open_runs(
    conn: &mut PgConnection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<Vec<Open>> {
    let rows = sqlx::query!(
        r#"select id as "run: RunId", status as "status: CampaignStatus",
             (expires_at is not null and expires_at <= $1) as "is_expired!"
           from run where finished_at is null and status in ('running', 'completed', 'cancelled') and begin_at <= $1 order by id"#,
        now
    )
    .fetch_all(conn)
    .await?;
    let open =
        rows.into_iter().map(|row| Open { tenant, run: row.run, status: row.status, is_expired: row.is_expired });
    Ok(open.collect())
}

/// Finishes a run that has nothing left: planned to the end, every chunk done, nobody waiting. A stopped one stays
/// stopped, and one that was opened again is what it was.
pub(crate) async fn finish_run(conn: &mut PgConnection, run: RunId, now: DateTime<Utc>) -> Result<Option<CampaignId>> {
    // Locked in the order of whoever pauses or stops it. Whoever opens it again at this moment is waited for, so that
    // the last statement sees what they left to be sent.
    sqlx::query!(
        "select c.id from campaign c join run r on r.tenant_id = c.tenant_id and r.campaign_id = c.id
         where r.id = $1 and r.finished_at is null for update of c",
        run.0
    )
    .fetch_optional(&mut *conn)
    .await?;
    sqlx::query!("select id from run where id = $1 and finished_at is null for update", run.0)
        .fetch_optional(&mut *conn)
        .await?;
    Ok(sqlx::query_scalar!(
        r#"with finished as (
             update run set status = case status when 'running' then 'completed' else status end, finished_at = $2
             where id = $1 and finished_at is null and (status = 'cancelled' or status in ('running', 'completed') and planned)
               and not exists (select from chunk where run_id = $1 and not done)
               and not exists (select from message where run_id = $1 and due_at is not null and state = 'planned')
             returning campaign_id
           ), campaign_finished as (
             update campaign c set status = 'completed', finished_at = $2, updated_at = $2 from finished f
             where c.id = f.campaign_id and c.status = 'running'
           )
           select campaign_id as "id!: CampaignId" from finished"#,
        run.0,
        now
    )
    .fetch_optional(conn)
    .await?)
}

pub(in crate::sending) async fn frozen(conn: &mut PgConnection, run: RunId) -> Result<Option<Frozen>> {
    let row = sqlx::query!(
        r#"select content as "content: Json<RunContent>", sender as "sender: Json<RunSender>",
             provider_id as "provider: ProviderId", rate_per_second, switches as "switches: Json<Switches>"
           from run where id = $1"#,
        run.0
    );
    let frozen = row.fetch_optional(conn).await?;
    Ok(frozen.map(|row| Frozen {
        content: row.content.0,
        sender: row.sender.0,
        provider: row.provider,
        rate: row.rate_per_second,
        switches: row.switches.0,
    }))
}

pub(crate) async fn campaign_of(conn: &mut PgConnection, run: RunId) -> Result<Option<CampaignId>> {
    Ok(sqlx::query_scalar!(r#"select campaign_id as "id: CampaignId" from run where id = $1"#, run.0)
        .fetch_optional(conn)
        .await?)
}

/// The oldest run that is open or ended after a moment: of no older one was anything sent since. None when there is none.
pub(in crate::sending) async fn oldest_since(conn: &mut PgConnection, since: DateTime<Utc>) -> Result<Option<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id!: RunId" from (
             (select id from run where finished_at is null order by id limit 1)
             union all
             -- What ended lately is few: found by that, and then sorted.
             (select id from (select id from run where finished_at > $1 offset 0) ended order by id limit 1)
           ) oldest order by id limit 1"#,
        since
    )
    .fetch_optional(conn)
    .await?)
}
