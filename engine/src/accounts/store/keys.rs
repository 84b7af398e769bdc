//! SQL of API keys.

use chrono::{DateTime, Utc};
use domain::{access::Scope, account::ApiKey, id::KeyId};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::{Result, db::Tx};

/// Whose key it is.
pub(in crate::accounts) struct KeyOwner {
    pub(in crate::accounts) tenant_id: Uuid,
    pub(in crate::accounts) id: Uuid,
    pub(in crate::accounts) name: String,
    pub(in crate::accounts) scopes: Vec<Scope>,
    pub(in crate::accounts) last_used_at: Option<DateTime<Utc>>,
}

pub(in crate::accounts) async fn key_owner(db: &PgPool, hash: &[u8], now: DateTime<Utc>) -> Result<Option<KeyOwner>> {
    Ok(sqlx::query_as!(
        KeyOwner,
        r#"select tenant_id as "tenant_id!", id as "id!", name as "name!", scopes as "scopes!: Vec<Scope>", last_used_at
           from api_key_owner($1, $2)"#,
        hash,
        now
    )
    .fetch_optional(db)
    .await?)
}

pub(in crate::accounts) async fn keys(conn: &mut PgConnection) -> Result<Vec<ApiKey>> {
    Ok(sqlx::query_as!(
        ApiKey,
        r#"select id as "id: KeyId", name, prefix, scopes as "scopes: Vec<Scope>", created_at, last_used_at, expires_at,
             revoked_at
           from api_key order by id desc"#
    )
    .fetch_all(conn)
    .await?)
}

pub(in crate::accounts) async fn insert_key(tx: &mut Tx, key: &ApiKey, hash: &[u8]) -> Result<()> {
    let (tenant, user) = (tx.tenant(), tx.actor.user().map(|u| u.0));
    sqlx::query!(
        "insert into api_key (tenant_id, id, name, prefix, key_hash, scopes, created_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        key.id.0,
        key.name,
        key.prefix,
        hash,
        &key.scopes as &[Scope],
        user,
        key.created_at,
        key.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a key; says whether it was not ended before.
pub(in crate::accounts) async fn revoke_key(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!("update api_key set revoked_at = $2 where id = $1 and revoked_at is null", id.0, now);
    Ok(done.execute(conn).await?.rows_affected() == 1)
}

pub(in crate::accounts) async fn note_key_use(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update api_key set last_used_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}

/// Lets a key end by a moment, unless it ends before or was revoked.
pub(in crate::accounts) async fn end_key_by(conn: &mut PgConnection, id: KeyId, end: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update api_key set expires_at = least(expires_at, $2) where id = $1 and revoked_at is null",
        id.0,
        end
    );
    Ok(done.execute(conn).await?.rows_affected() == 1)
}
