//! SQL of accounts. Statements on tenant tables name no tenant where the policy does (see DESIGN 3), except when they
//! write one.

use chrono::{DateTime, Utc};
use domain::{
    access::{Role, Scope},
    account::{ApiKey, Member, NewWorkspace, ParsedUser, Settings, Workspace},
    audit::Entry,
    doubt::DoubtPolicy,
    id::{KeyId, TenantId, UserId},
};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::{Actor, Belonging, audit::Act};
use crate::{Result, db::Tx};

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

pub(super) async fn tenant_by_slug(db: &PgPool, slug: &str) -> Result<Option<TenantId>> {
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

/// The workspace of the transaction with its settings.
pub(super) async fn settings(conn: &mut PgConnection) -> Result<Settings> {
    let row = sqlx::query!(
        r#"select id as "id: TenantId", name, slug, time_zone, postal_address,
             doubt_policy as "doubt_policy: DoubtPolicy", doubt_policy_since
           from tenant"#
    );
    let row = row.fetch_one(conn).await?;
    let workspace = Workspace {
        id: row.id,
        name: row.name,
        slug: row.slug,
        time_zone: row.time_zone,
        postal_address: row.postal_address,
    };
    Ok(Settings { workspace, doubt_policy: row.doubt_policy, doubt_policy_since: row.doubt_policy_since })
}

/// Sets the policy if it is another one; it counts from now on.
pub(super) async fn set_doubt_policy(conn: &mut PgConnection, policy: DoubtPolicy, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query!(
        "update tenant set doubt_policy = $1, doubt_policy_since = $2 where doubt_policy <> $1",
        policy as DoubtPolicy,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
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

pub(super) async fn set_password(db: &PgPool, id: UserId, hash: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update user_account set password_hash = $2, password_changed_at = $3 where id = $1", id.0, hash, now)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn memberships(db: &PgPool, user: UserId) -> Result<Vec<Belonging>> {
    Ok(sqlx::query_as!(
        Belonging,
        r#"select tenant_id as "tenant!: TenantId", tenant_name as "name!", time_zone as "time_zone!",
                  roles as "roles!: Vec<Role>" from memberships_of($1)"#,
        user.0
    )
    .fetch_all(db)
    .await?)
}

pub(super) async fn members(conn: &mut PgConnection) -> Result<Vec<Member>> {
    Ok(sqlx::query_as!(
        Member,
        r#"select u.id as "id: UserId", u.email, u.name, m.roles as "roles: Vec<Role>", m.created_at
           from membership m join user_account u on u.id = m.user_id order by lower(u.name), u.id"#
    )
    .fetch_all(conn)
    .await?)
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

pub(super) async fn insert_session(
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

pub(super) async fn save_session(
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

pub(super) async fn session(db: &PgPool, id: &[u8], now: DateTime<Utc>) -> Result<Option<(Value, DateTime<Utc>)>> {
    let row = sqlx::query!("select data, expires_at from session where id_hash = $1 and expires_at > $2", id, now);
    Ok(row.fetch_optional(db).await?.map(|row| (row.data, row.expires_at)))
}

pub(super) async fn delete_session(db: &PgPool, id: &[u8]) -> Result<()> {
    sqlx::query!("delete from session where id_hash = $1", id).execute(db).await?;
    Ok(())
}

pub(super) async fn delete_sessions_of(db: &PgPool, user: UserId) -> Result<()> {
    sqlx::query!("delete from session where user_id = $1", user.0).execute(db).await?;
    Ok(())
}

pub(super) async fn delete_old_sessions(db: &PgPool, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("delete from session where expires_at <= $1", now).execute(db).await?;
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

/// Whose key it is.
pub(super) struct KeyOwner {
    pub(super) tenant_id: Uuid,
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) scopes: Vec<Scope>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
}

pub(super) async fn key_owner(db: &PgPool, hash: &[u8]) -> Result<Option<KeyOwner>> {
    Ok(sqlx::query_as!(
        KeyOwner,
        r#"select tenant_id as "tenant_id!", id as "id!", name as "name!", scopes as "scopes!: Vec<Scope>", last_used_at
           from api_key_owner($1)"#,
        hash
    )
    .fetch_optional(db)
    .await?)
}

pub(super) async fn keys(conn: &mut PgConnection) -> Result<Vec<ApiKey>> {
    Ok(sqlx::query_as!(
        ApiKey,
        r#"select id as "id: KeyId", name, prefix, scopes as "scopes: Vec<Scope>", created_at, last_used_at, revoked_at
           from api_key order by id desc"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn insert_key(tx: &mut Tx, key: &ApiKey, hash: &[u8]) -> Result<()> {
    let (tenant, user) = (tx.tenant(), tx.actor.user().map(|u| u.0));
    sqlx::query!(
        "insert into api_key (tenant_id, id, name, prefix, key_hash, scopes, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        key.id.0,
        key.name,
        key.prefix,
        hash,
        &key.scopes as &[Scope],
        user,
        key.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn revoke_key(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "update api_key set revoked_at = $2 where id = $1 and revoked_at is null returning name",
        id.0,
        now
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn note_key_use(conn: &mut PgConnection, id: KeyId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update api_key set last_used_at = $2 where id = $1", id.0, now).execute(conn).await?;
    Ok(())
}

pub(super) async fn insert_audit(
    conn: &mut PgConnection,
    id: Uuid,
    actor: &Actor,
    now: DateTime<Utc>,
    act: &Act<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into audit_entry (tenant_id, id, at, actor_user, actor_key, actor_name, address, action,
           subject_kind, subject_id, subject_name, detail)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        actor.tenant.0,
        id,
        now,
        actor.user().map(|u| u.0),
        actor.key().map(|k| k.0),
        actor.name(),
        actor.address,
        act.action,
        act.kind,
        act.id,
        act.name,
        act.detail
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn audit_page(
    conn: &mut PgConnection,
    before: Option<Uuid>,
    action: Option<&str>,
    limit: i64,
) -> Result<Vec<Entry>> {
    Ok(sqlx::query_as!(
        Entry,
        r#"select id::text as "id!", at, actor_name as actor, address, action, subject_kind, subject_id, subject_name, detail
           from audit_entry
           where ($1::uuid is null or id < $1) and ($2::text is null or starts_with(action, $2))
           order by id desc limit $3"#,
        before, action, limit
    )
    .fetch_all(conn)
    .await?)
}
