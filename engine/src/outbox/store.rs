//! SQL of the outbox.

use chrono::{DateTime, Utc};
use domain::id::TenantId;
use serde_json::Value;
use sqlx::PgConnection;

use super::News;
use crate::{Result, db::new_id};

pub(super) async fn subscribe(conn: &mut PgConnection, tenant: TenantId, topic: &str, subscriber: &str) -> Result<()> {
    sqlx::query!(
        "insert into outbox_subscription (tenant_id, topic, subscriber) values ($1, $2, $3) on conflict do nothing",
        tenant.0,
        topic,
        subscriber
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One row for each subscriber; the ids of all begin with the same moment, and their order is that of the topic.
pub(super) async fn tell(
    conn: &mut PgConnection,
    tenant: TenantId,
    topic: &str,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into outbox (tenant_id, id, subscriber, topic, body, at)
         select $1, $2, subscriber, topic, $4, $5 from outbox_subscription where topic = $3",
        tenant.0,
        new_id(now),
        topic,
        body,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn take(conn: &mut PgConnection, subscriber: &str, limit: i64) -> Result<Vec<News>> {
    let mut taken = sqlx::query_as!(
        News,
        "delete from outbox where (tenant_id, subscriber, id) in (
           select tenant_id, subscriber, id from outbox where subscriber = $1 order by id limit $2
           for update skip locked)
         returning id, topic, body, at",
        subscriber,
        limit
    )
    .fetch_all(conn)
    .await?;
    taken.sort_by_key(|news| news.id);
    Ok(taken)
}
