//! SQL of requests that came with an idempotency key.

use chrono::{DateTime, Utc};
use domain::id::KeyId;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::Result;

/// A request as it is known.
pub(in crate::accounts) struct KnownRequest {
    pub(in crate::accounts) request_hash: Vec<u8>,
    pub(in crate::accounts) answer: Option<Vec<u8>>,
    pub(in crate::accounts) created_at: DateTime<Utc>,
}

/// Notes that a request is being worked on; says whether it is the first with this key since `forgotten`.
pub(in crate::accounts) async fn begin_request(
    conn: &mut PgConnection,
    (tenant, api_key): (Uuid, KeyId),
    key: &str,
    request_hash: &[u8],
    (now, forgotten): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into idempotency as known (tenant_id, api_key, key, request_hash, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, api_key, key) do update set request_hash = $4, answer = null, created_at = $5
           where known.created_at <= $6",
        tenant,
        api_key.0,
        key,
        request_hash,
        now,
        forgotten
    );
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

pub(in crate::accounts) async fn known_request(
    conn: &mut PgConnection,
    api_key: KeyId,
    key: &str,
) -> Result<Option<KnownRequest>> {
    Ok(sqlx::query_as!(
        KnownRequest,
        "select request_hash, answer, created_at from idempotency where api_key = $1 and key = $2",
        api_key.0,
        key
    )
    .fetch_optional(conn)
    .await?)
}

pub(in crate::accounts) async fn finish_request(
    conn: &mut PgConnection,
    api_key: KeyId,
    key: &str,
    answer: &[u8],
) -> Result<()> {
    sqlx::query!("update idempotency set answer = $3 where api_key = $1 and key = $2", api_key.0, key, answer)
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets a request that did nothing.
pub(in crate::accounts) async fn forget_request(conn: &mut PgConnection, api_key: KeyId, key: &str) -> Result<()> {
    sqlx::query!("delete from idempotency where api_key = $1 and key = $2", api_key.0, key).execute(conn).await?;
    Ok(())
}

/// Of all workspaces: for the owning role.
pub(in crate::accounts) async fn delete_old_requests(db: &PgPool, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from idempotency where created_at <= $1", before).execute(db).await?;
    Ok(())
}
