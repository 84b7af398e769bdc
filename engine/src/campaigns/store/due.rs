//! SQL of campaigns that come to their moment, and of those that are put away.

use chrono::{DateTime, Utc};
use domain::id::{CampaignId, TenantId};
use sqlx::{PgConnection, PgPool};

use crate::{Result, db::Tx};

/// Workspaces with campaigns that wait for their moment, and when the next one's is.
pub(in crate::campaigns) async fn tenants_to_start(db: &PgPool) -> Result<Vec<(TenantId, DateTime<Utc>)>> {
    let rows =
        sqlx::query!(r#"select tenant_id as "tenant!: TenantId", next_at as "next_at!" from tenants_to_start()"#);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.tenant, row.next_at)).collect())
}

/// A campaign whose moment has come and that nobody else is starting, locked.
pub(in crate::campaigns) async fn next_due(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<CampaignId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: CampaignId" from campaign where status = 'scheduled' and starts_at <= $1
           order by starts_at, id limit 1 for update skip locked"#,
        now
    )
    .fetch_optional(conn)
    .await?)
}

/// Says whether that changed anything.
pub(in crate::campaigns) async fn set_archived(tx: &mut Tx, id: CampaignId, archived: bool) -> Result<bool> {
    let now = tx.now;
    let done = sqlx::query!(
        "update campaign set archived_at = case when $2 then $3::timestamptz end, updated_at = $3
         where id = $1 and (archived_at is not null) <> $2",
        id.0,
        archived,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
