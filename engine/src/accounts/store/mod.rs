//! SQL of accounts. Statements on tenant tables name no tenant where the policy does (see DESIGN 3), except when they
//! write one.

mod audit;
mod idempotency;
mod invitations;
mod keys;
mod resets;
mod sessions;
mod settings;

use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    account::{Member, NewWorkspace, ParsedUser, Workspace},
    id::{TenantId, UserId},
};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::Belonging;
use crate::Result;

pub(super) use audit::{audit_page, insert_audit};
pub(super) use idempotency::{begin_request, delete_old_requests, finish_request, forget_request, known_request};
pub(super) use invitations::{
    delete_invitation, insert_invitation, invitation, invitations, note_sent, renew_invitation, take_invitation,
};
pub(super) use keys::{end_key_by, insert_key, key_owner, keys, note_key_use, revoke_key};
pub(super) use resets::{delete_old_resets, put_reset, reset_of, take_reset};
pub(super) use sessions::{
    delete_old_sessions, delete_session, delete_session_of, delete_sessions_but, delete_sessions_of, insert_session,
    save_session, session, sessions_of,
};
pub(super) use settings::{insert_logo, logo, set_doubt_policy, set_logo, set_workspace, settings};

/// A user's row.
pub(super) struct UserRow {
    pub(super) id: UserId,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) password_hash: String,
}

pub(super) async fn any_tenant(db: impl PgExecutor<'_>) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from tenant) as "exists!""#).fetch_one(db).await?)
}

pub(super) async fn lock_tenants(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table tenant in share row exclusive mode").execute(conn).await?;
    Ok(())
}

pub(super) async fn insert_tenant(
    conn: &mut PgConnection,
    id: TenantId,
    new: &NewWorkspace,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into tenant (id, name, slug, time_zone, postal_address, created_at) values ($1, $2, $3, $4, $5, $6)",
        id.0,
        new.name,
        new.slug,
        new.time_zone,
        new.postal_address,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn tenant_by_slug(db: impl PgExecutor<'_>, slug: &str) -> Result<Option<TenantId>> {
    let id =
        sqlx::query_scalar!("select id from tenant where slug = $1 or id::text = $1", slug).fetch_optional(db).await?;
    Ok(id.map(TenantId))
}

pub(super) async fn tenants(db: &PgPool) -> Result<Vec<Workspace>> {
    Ok(sqlx::query_as!(
        Workspace,
        r#"select id as "id: TenantId", name, slug, time_zone, postal_address from tenant order by name, id"#
    )
    .fetch_all(db)
    .await?)
}

pub(super) async fn insert_user(
    conn: &mut PgConnection,
    id: UserId,
    new: &ParsedUser,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into user_account (id, email, email_key, name, password_hash, created_at, password_changed_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id.0,
        new.email.as_str(),
        new.email.key(),
        new.name,
        hash,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn insert_membership(
    conn: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    roles: &[Role],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into membership (tenant_id, user_id, roles, created_at) values ($1, $2, $3, $4)",
        tenant.0,
        user.0,
        roles as &[Role],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn user_by_email(db: impl PgExecutor<'_>, key: &str) -> Result<Option<UserRow>> {
    Ok(sqlx::query_as!(
        UserRow,
        r#"select id as "id: UserId", email, name, password_hash from user_account where email_key = $1"#,
        key
    )
    .fetch_optional(db)
    .await?)
}

pub(super) async fn user(db: &PgPool, id: UserId) -> Result<Option<UserRow>> {
    Ok(sqlx::query_as!(
        UserRow,
        r#"select id as "id: UserId", email, name, password_hash from user_account where id = $1"#,
        id.0
    )
    .fetch_optional(db)
    .await?)
}

pub(super) async fn set_password(db: impl PgExecutor<'_>, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update user_account set password_hash = $2, password_changed_at = $3 where id = $1", id.0, hash, now)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn memberships(db: &PgPool, user: UserId) -> Result<Vec<Belonging>> {
    Ok(sqlx::query_as!(
        Belonging,
        r#"select tenant_id as "tenant!: TenantId", tenant_name as "name!", time_zone as "time_zone!",
                  roles as "roles!: Vec<Role>", since as "since!" from memberships_of($1)"#,
        user.0
    )
    .fetch_all(db)
    .await?)
}

pub(super) async fn members(conn: &mut PgConnection) -> Result<Vec<Member>> {
    Ok(sqlx::query_as!(
        Member,
        r#"select u.id as "id: UserId", u.email, u.name, m.roles as "roles: Vec<Role>", m.created_at, m.last_seen_at
           from membership m join user_account u on u.id = m.user_id order by lower(u.name), u.id"#
    )
    .fetch_all(conn)
    .await?)
}

/// Says that a user was in the workspace of the transaction.
pub(super) async fn note_seen(conn: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update membership set last_seen_at = $2 where user_id = $1", user.0, now).execute(conn).await?;
    Ok(())
}

pub(super) async fn lock_admins(conn: &mut PgConnection) -> Result<Vec<UserId>> {
    Ok(sqlx::query_scalar!(
        r#"select user_id as "id: UserId" from membership where 'admin' = any(roles) order by user_id for update"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn set_roles(conn: &mut PgConnection, user: UserId, roles: &[Role]) -> Result<()> {
    sqlx::query!("update membership set roles = $2 where user_id = $1", user.0, roles as &[Role]).execute(conn).await?;
    Ok(())
}

pub(super) async fn delete_membership(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!("delete from membership where user_id = $1", user.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn locked_until(db: &PgPool, keys: &[Vec<u8>], now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!(
        r#"select max(locked_until) as "until" from sign_in_throttle where key = any($1) and locked_until > $2"#,
        keys,
        now
    )
    .fetch_one(db)
    .await?)
}

pub(super) async fn count_failure(
    db: &PgPool,
    key: &[u8],
    now: DateTime<Utc>,
    forget_before: DateTime<Utc>,
) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "insert into sign_in_throttle as t (key, failures, last_at) values ($1, 1, $2)
         on conflict (key) do update
           set failures = case when t.last_at < $3 then 1 else t.failures + 1 end, last_at = $2
         returning failures",
        key,
        now,
        forget_before
    )
    .fetch_one(db)
    .await?)
}

pub(super) async fn lock(db: &PgPool, key: &[u8], until: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update sign_in_throttle set locked_until = $2 where key = $1", key, until).execute(db).await?;
    Ok(())
}

pub(super) async fn delete_throttle(db: &PgPool, key: &[u8]) -> Result<()> {
    sqlx::query!("delete from sign_in_throttle where key = $1", key).execute(db).await?;
    Ok(())
}

pub(super) async fn delete_old_throttles(db: &PgPool, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from sign_in_throttle where last_at < $1", before).execute(db).await?;
    Ok(())
}

pub(super) async fn insert_flash(db: &PgPool, id: Uuid, data: &Value, expires: DateTime<Utc>) -> Result<()> {
    sqlx::query!("insert into form_flash (id, data, expires_at) values ($1, $2, $3)", id, data, expires)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn flash(db: &PgPool, id: Uuid, now: DateTime<Utc>) -> Result<Option<Value>> {
    Ok(sqlx::query_scalar!("select data from form_flash where id = $1 and expires_at > $2", id, now)
        .fetch_optional(db)
        .await?)
}

pub(super) async fn delete_old_flashes(db: &PgPool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from form_flash where expires_at <= $1", now).execute(db).await?;
    Ok(())
}
