//! SQL of changes. A notification is sent when its transaction commits, and PostgreSQL folds those that are alike.

use domain::id::{CampaignId, RunId, TenantId, UserId};
use sqlx::{PgConnection, PgExecutor};

use crate::Result;

/// The channel of runs that changed; the payload is the workspace's id and the run's.
pub(super) const RUN: &str = "carillon_run";
/// The channel that says that there is something to send.
pub(super) const WORK: &str = "carillon_work";

/// The channel of users whose sessions or rights changed; the payload is the user's id.
pub(super) const ACCESS: &str = "carillon_access";

/// Says that the sessions or rights of a user changed: whatever they have open asks anew whether it may go on.
pub(crate) async fn access_changed(db: impl PgExecutor<'_>, user: UserId) -> Result<()> {
    sqlx::query!("select pg_notify($1, $2)", ACCESS, user.to_string()).execute(db).await?;
    Ok(())
}

/// Says that a run changed: its figures, or its state.
pub(crate) async fn changed(conn: &mut PgConnection, tenant: TenantId, run: RunId) -> Result<()> {
    sqlx::query!("select pg_notify($1, $2)", RUN, format!("{tenant} {run}")).execute(conn).await?;
    Ok(())
}

/// Says that a campaign's newest run changed, if it has one.
pub(crate) async fn campaign_changed(conn: &mut PgConnection, campaign: CampaignId) -> Result<()> {
    sqlx::query!(
        "select pg_notify($1, concat(tenant_id, ' ', run_id)) from campaign where id = $2 and run_id is not null",
        RUN,
        campaign.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says that there is something to send, for workers of other processes.
pub(crate) async fn work(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_notify($1, '')", WORK).execute(conn).await?;
    Ok(())
}

/// How many messages of a run have been handed over, whatever came of it; none when it is not running.
pub(super) async fn handed_over(conn: &mut PgConnection, run: RunId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(c.count), 0)::bigint as "count!" from run r
             left join run_counter c on c.tenant_id = r.tenant_id and c.run_id = r.id
               and c.kind in ('accepted', 'failed', 'in_doubt')
           where r.id = $1 and r.status = 'running' group by r.id"#,
        run.0
    )
    .fetch_optional(conn)
    .await?)
}
