//! SQL of sessions.

use chrono::{DateTime, Utc};
use domain::id::UserId;
use serde_json::Value;
use sqlx::{PgExecutor, PgPool};

use crate::Result;

pub(in crate::accounts) async fn insert_session(
    db: &PgPool,
    id: &[u8],
    user: Option<UserId>,
    data: &Value,
    expires: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into session (id_hash, user_id, data, expires_at) values ($1, $2, $3, $4) on conflict do nothing",
        id,
        user.map(|u| u.0),
        data,
        expires
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::accounts) async fn save_session(
    db: &PgPool,
    id: &[u8],
    user: Option<UserId>,
    data: &Value,
    expires: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update session set user_id = $2, data = $3, expires_at = $4 where id_hash = $1",
        id,
        user.map(|u| u.0),
        data,
        expires
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn session(
    db: &PgPool,
    id: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<(Value, DateTime<Utc>)>> {
    let row = sqlx::query!("select data, expires_at from session where id_hash = $1 and expires_at > $2", id, now);
    Ok(row.fetch_optional(db).await?.map(|row| (row.data, row.expires_at)))
}

pub(in crate::accounts) async fn delete_session(db: &PgPool, id: &[u8]) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!("delete from session where id_hash = $1 returning user_id", id);
    Ok(user.fetch_optional(db).await?.flatten().map(UserId))
}

/// Ends one session of a user; says whether it was theirs and there.
pub(in crate::accounts) async fn delete_session_of(db: &PgPool, user: UserId, id: &[u8]) -> Result<bool> {
    let done = sqlx::query!("delete from session where id_hash = $1 and user_id = $2", id, user.0).execute(db).await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::accounts) async fn delete_sessions_of(db: impl PgExecutor<'_>, user: UserId) -> Result<u64> {
    let done = sqlx::query!("delete from session where user_id = $1", user.0).execute(db).await?;
    Ok(done.rows_affected())
}

/// Ends all sessions of a user but one.
pub(in crate::accounts) async fn delete_sessions_but(db: &PgPool, user: UserId, kept: &[u8]) -> Result<u64> {
    let done = sqlx::query!("delete from session where user_id = $1 and id_hash <> $2", user.0, kept);
    Ok(done.execute(db).await?.rows_affected())
}

/// The sessions of a user: hashed ids and what they hold.
pub(in crate::accounts) async fn sessions_of(
    db: &PgPool,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<(Vec<u8>, Value)>> {
    let rows = sqlx::query!("select id_hash, data from session where user_id = $1 and expires_at > $2", user.0, now);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id_hash, row.data)).collect())
}

pub(in crate::accounts) async fn delete_old_sessions(db: &PgPool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from session where expires_at <= $1", now).execute(db).await?;
    Ok(())
}
