//! Runs: which are open, what they froze, when they are over.

use chrono::{DateTime, Utc};
use domain::id::{CampaignId, ProviderId, RunId, TenantId};
use sqlx::{PgConnection, PgPool, types::Json};

use crate::{
    Result,
    campaigns::{RunContent, RunSender},
    sending::mail::Frozen,
};

pub(in crate::sending) async fn tenants_with_work(db: &PgPool, now: DateTime<Utc>) -> Result<Vec<TenantId>> {
    let ids =
        sqlx::query_scalar!(r#"select id as "id!" from tenants_with_work($1) as t(id)"#, now).fetch_all(db).await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Runs that are on, stopped ones of which something may still be handed over, and finished ones in which somebody is
/// sent to again.
pub(in crate::sending) async fn open_runs(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RunId" from run
           where finished_at is null and status in ('running', 'completed', 'cancelled') and begin_at <= $1 order by id"#,
        now
    )
    .fetch_all(conn)
    .await?)
}

/// Finishes a run that has nothing left: planned to the end, every chunk done, nobody waiting. A stopped one stays
/// stopped, and one that was opened again is what it was.
pub(in crate::sending) async fn finish_run(conn: &mut PgConnection, run: RunId, now: DateTime<Utc>) -> Result<bool> {
    // Whoever opens it again at this moment is waited for, so that the next statement sees what they left to be sent.
    sqlx::query!("select id from run where id = $1 and finished_at is null for update", run.0)
        .fetch_optional(&mut *conn)
        .await?;
    let finished = sqlx::query_scalar!(
        r#"with finished as (
             update run set status = case status when 'running' then 'completed' else status end, finished_at = $2
             where id = $1 and status in ('running', 'completed', 'cancelled') and finished_at is null and planned
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

pub(in crate::sending) async fn frozen(conn: &mut PgConnection, run: RunId) -> Result<Option<Frozen>> {
    let row = sqlx::query!(
        r#"select content as "content: Json<RunContent>", sender as "sender: Json<RunSender>",
             provider_id as "provider: ProviderId"
           from run where id = $1"#,
        run.0
    );
    let frozen = row.fetch_optional(conn).await?;
    Ok(frozen.map(|row| Frozen { content: row.content.0, sender: row.sender.0, provider: row.provider }))
}

pub(in crate::sending) async fn campaign_of(conn: &mut PgConnection, run: RunId) -> Result<Option<CampaignId>> {
    Ok(sqlx::query_scalar!(r#"select campaign_id as "id: CampaignId" from run where id = $1"#, run.0)
        .fetch_optional(conn)
        .await?)
}
