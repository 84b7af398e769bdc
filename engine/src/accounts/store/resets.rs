//! SQL of links with which a new password is set.

use chrono::{DateTime, Utc};
use domain::id::UserId;
use sqlx::{PgExecutor, PgPool};

use crate::Result;

/// Makes a user's link; the one before is worth nothing.
pub(in crate::accounts) async fn put_reset(
    db: impl PgExecutor<'_>,
    user: UserId,
    secret_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into password_reset (user_id, secret_hash, expires_at) values ($1, $2, $3)
         on conflict (user_id) do update set secret_hash = $2, expires_at = $3",
        user.0,
        secret_hash,
        expires_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The address of the user whose link this is, while it is good.
pub(in crate::accounts) async fn reset_of(
    db: &PgPool,
    user: UserId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select u.email from password_reset r join user_account u on u.id = r.user_id
         where r.user_id = $1 and r.secret_hash = $2 and r.expires_at > $3",
        user.0,
        secret_hash,
        now
    )
    .fetch_optional(db)
    .await?)
}

/// Uses a link up; says whether it was good.
pub(in crate::accounts) async fn take_reset(
    db: impl PgExecutor<'_>,
    user: UserId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "delete from password_reset where user_id = $1 and secret_hash = $2 and expires_at > $3",
        user.0,
        secret_hash,
        now
    );
    Ok(done.execute(db).await?.rows_affected() == 1)
}

pub(in crate::accounts) async fn delete_old_resets(db: &PgPool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from password_reset where expires_at <= $1", now).execute(db).await?;
    Ok(())
}
