//! SQL of invitations.

use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    id::{InvitationId, TenantId},
    invitation::Invitation,
};
use sqlx::PgConnection;

use crate::Result;

/// The columns of an [`Invitation`], so that each statement names them once.
macro_rules! invitations {
    ($rest:literal $(, $args:expr)*) => {
        sqlx::query_as!(
            Invitation,
            r#"select id as "id: InvitationId", email, roles as "roles: Vec<Role>", invited_by, created_at, sent_at,
                 expires_at
               from invitation "# + $rest
            $(, $args)*
        )
    };
}

pub(in crate::accounts) async fn invitations(conn: &mut PgConnection) -> Result<Vec<Invitation>> {
    Ok(invitations!("order by id desc").fetch_all(conn).await?)
}

pub(in crate::accounts) async fn invitation(conn: &mut PgConnection, id: InvitationId) -> Result<Option<Invitation>> {
    Ok(invitations!("where id = $1", id.0).fetch_optional(conn).await?)
}

pub(in crate::accounts) async fn insert_invitation(
    conn: &mut PgConnection,
    tenant: TenantId,
    new: &Invitation,
    key: &str,
    secret_hash: &[u8],
) -> Result<()> {
    sqlx::query!(
        "insert into invitation (tenant_id, id, email, email_key, roles, secret_hash, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant.0,
        new.id.0,
        new.email,
        key,
        &new.roles as &[Role],
        secret_hash,
        new.invited_by,
        new.created_at,
        new.expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives it another secret, so that the link of before is worth nothing, and another end.
pub(in crate::accounts) async fn renew_invitation(
    conn: &mut PgConnection,
    id: InvitationId,
    secret_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update invitation set secret_hash = $2, expires_at = $3, sent_at = null where id = $1",
        id.0,
        secret_hash,
        expires_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn note_sent(
    conn: &mut PgConnection,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!("update invitation set sent_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}

pub(in crate::accounts) async fn delete_invitation(conn: &mut PgConnection, id: InvitationId) -> Result<bool> {
    Ok(sqlx::query!("delete from invitation where id = $1", id.0).execute(conn).await?.rows_affected() == 1)
}

/// The invitation that a link opens at this moment, locked: of two who come at once, one finds it gone.
pub(in crate::accounts) async fn take_invitation(
    conn: &mut PgConnection,
    id: InvitationId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Invitation>> {
    let found =
        invitations!("where id = $1 and secret_hash = $2 and expires_at > $3 for update", id.0, secret_hash, now);
    Ok(found.fetch_optional(conn).await?)
}
