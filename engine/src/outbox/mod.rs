//! What others want to hear of (DESIGN 2): a message in the outbox is written in the transaction that made it true, and
//! only where somebody has subscribed to its topic; whoever takes it deletes it. Bulk work says one thing a batch.

mod store;

use chrono::{DateTime, Utc};
use domain::id::TenantId;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A message from the outbox.
#[derive(Clone, PartialEq, Debug)]
pub struct News {
    /// Its id: the same news never has two.
    pub id: Uuid,
    /// What it is about, such as `campaign.finished`.
    pub topic: String,
    /// What there is to know.
    pub body: Value,
    /// When it came to be so.
    pub at: DateTime<Utc>,
}

/// From now on keeps what happens on this topic for this subscriber, until it is taken.
pub async fn subscribe(conn: &mut PgConnection, tenant: TenantId, topic: &str, subscriber: &str) -> Result<()> {
    store::subscribe(conn, tenant, topic, subscriber).await
}

/// Says that something has happened, to those who have subscribed to it.
pub async fn tell(
    conn: &mut PgConnection,
    tenant: TenantId,
    topic: &str,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<()> {
    store::tell(conn, tenant, topic, body, now).await
}

/// Takes the oldest news of a subscriber; they are gone when the transaction is committed. Two who take at the same
/// time get different ones.
pub async fn take(conn: &mut PgConnection, subscriber: &str, limit: i64) -> Result<Vec<News>> {
    store::take(conn, subscriber, limit).await
}
