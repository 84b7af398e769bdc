//! SQL of providers and senders.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use domain::{
    channel::Channel,
    dns::DomainState,
    id::{ProviderId, SenderId, TenantId},
    provider::{Provider, ProviderConfig, ProviderKind, Sender},
};
use sqlx::{PgConnection, types::Json};

use super::{account::Stored, verify::Code};
use crate::{Result, db::Tx};

/// The columns of a [`Provider`], so that each statement names them once.
macro_rules! providers {
    ($rest:literal $(, $args:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id: ProviderId", channel as "channel: Channel", kind as "kind: ProviderKind", name,
                 rate_per_second, config as "config: Json<ProviderConfig>", secret is not null as "has_password!",
                 created_at
               from provider "# + $rest
            $(, $args)*
        )
    };
}

struct Row {
    id: ProviderId,
    channel: Channel,
    kind: ProviderKind,
    name: String,
    rate_per_second: Option<i32>,
    config: Json<ProviderConfig>,
    has_password: bool,
    created_at: chrono::DateTime<chrono::Utc>,
}

impl From<Row> for Provider {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            kind: row.kind,
            name: row.name,
            rate_per_second: row.rate_per_second.and_then(rate),
            config: row.config.0,
            has_password: row.has_password,
            created_at: row.created_at,
        }
    }
}

fn rate(stored: i32) -> Option<NonZeroU32> {
    NonZeroU32::new(stored.unsigned_abs())
}

fn stored_rate(rate: Option<NonZeroU32>) -> Option<i32> {
    rate.and_then(|rate| i32::try_from(rate.get()).ok())
}

pub(super) async fn providers(conn: &mut PgConnection) -> Result<Vec<Provider>> {
    let rows = providers!("order by name_key, id").fetch_all(conn).await?;
    Ok(rows.into_iter().map(Provider::from).collect())
}

pub(super) async fn provider(conn: &mut PgConnection, id: ProviderId) -> Result<Option<Provider>> {
    Ok(providers!("where id = $1", id.0).fetch_optional(conn).await?.map(Provider::from))
}

/// Locked, so that no sender is added to it meanwhile.
pub(super) async fn locked(conn: &mut PgConnection, id: ProviderId) -> Result<Option<Provider>> {
    Ok(providers!("where id = $1 for update", id.0).fetch_optional(conn).await?.map(Provider::from))
}

pub(super) async fn insert_provider(
    conn: &mut PgConnection,
    tenant: TenantId,
    provider: &Provider,
    sealed: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "insert into provider (tenant_id, id, channel, kind, name, name_key, rate_per_second, config, secret,
           created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        tenant.0,
        provider.id.0,
        provider.channel as Channel,
        provider.kind as ProviderKind,
        provider.name,
        provider.name.to_lowercase(),
        stored_rate(provider.rate_per_second),
        Json(&provider.config) as _,
        sealed,
        provider.created_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn update_provider(conn: &mut PgConnection, provider: &Provider) -> Result<()> {
    sqlx::query!(
        "update provider set name = $2, name_key = $3, rate_per_second = $4, config = $5, version = version + 1
         where id = $1",
        provider.id.0,
        provider.name,
        provider.name.to_lowercase(),
        stored_rate(provider.rate_per_second),
        Json(&provider.config) as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn set_secret(conn: &mut PgConnection, id: ProviderId, sealed: Option<&[u8]>) -> Result<()> {
    sqlx::query!("update provider set secret = $2 where id = $1", id.0, sealed).execute(conn).await?;
    Ok(())
}

pub(super) async fn delete_provider(conn: &mut PgConnection, id: ProviderId) -> Result<()> {
    sqlx::query!("delete from provider where id = $1", id.0).execute(conn).await?;
    Ok(())
}

pub(super) async fn stored(conn: &mut PgConnection, id: ProviderId) -> Result<Option<Stored>> {
    let row = sqlx::query!(
        r#"select tenant_id as "tenant: TenantId", version, rate_per_second,
             config as "config: Json<ProviderConfig>", secret as sealed
           from provider where id = $1"#,
        id.0
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Stored {
        tenant: row.tenant,
        version: row.version,
        rate_per_second: row.rate_per_second.and_then(rate),
        config: row.config.0,
        sealed: row.sealed,
    }))
}

pub(super) async fn senders_through(conn: &mut PgConnection, id: ProviderId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!("select email from sender where provider_id = $1 order by email_key", id.0)
        .fetch_all(conn)
        .await?)
}

pub(super) async fn has_open_run(conn: &mut PgConnection, id: ProviderId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from run where provider_id = $1 and finished_at is null) as "open!""#,
        id.0
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn senders(conn: &mut PgConnection) -> Result<Vec<Sender>> {
    Ok(sqlx::query_as!(
        Sender,
        r#"select s.id as "id: SenderId", s.email, s.name, s.provider_id as "provider_id: ProviderId",
             p.name as provider_name, s.created_at, s.verified_at, s.dkim_selector,
             s.dns ->> 'state' as "dns: DomainState", s.dns_checked_at
           from sender s join provider p on p.tenant_id = s.tenant_id and p.id = s.provider_id
           order by s.email_key"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn insert_sender(tx: &mut Tx, sender: &Sender, key: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into sender (tenant_id, id, email, email_key, name, provider_id, created_at, dkim_selector)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        sender.id.0,
        sender.email,
        key,
        sender.name,
        sender.provider_id.0,
        sender.created_at,
        sender.dkim_selector
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn update_sender(conn: &mut PgConnection, sender: &Sender, key: &str) -> Result<()> {
    sqlx::query!(
        "update sender set email = $2, email_key = $3, name = $4, provider_id = $5, verified_at = $6,
           code_until = case when email_key = $3 then code_until end, dkim_selector = $7, dns_checked_at = $8,
           dns = case when $8::timestamptz is not null then dns end
         where id = $1",
        sender.id.0,
        sender.email,
        key,
        sender.name,
        sender.provider_id.0,
        sender.verified_at,
        sender.dkim_selector,
        sender.dns_checked_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn drafts_from(conn: &mut PgConnection, id: SenderId) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "select name from campaign where sender_id = $1 and status = 'draft' order by created_at",
        id.0
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn delete_sender(conn: &mut PgConnection, id: SenderId) -> Result<()> {
    sqlx::query!("delete from sender where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// The code of a sender, locked.
pub(super) async fn code(conn: &mut PgConnection, id: SenderId) -> Result<Option<Code>> {
    Ok(sqlx::query_as!(
        Code,
        "select code_hash as hash, code_until as until, code_tries as tries from sender where id = $1 for update",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn set_code(conn: &mut PgConnection, id: SenderId, hash: &[u8], until: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update sender set code_hash = $2, code_until = $3, code_tries = 0 where id = $1", id.0, hash, until)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn count_try(conn: &mut PgConnection, id: SenderId) -> Result<()> {
    sqlx::query!("update sender set code_tries = code_tries + 1 where id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Notes that the address is known to be ours; its code is used up.
pub(super) async fn set_verified(conn: &mut PgConnection, id: SenderId, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update sender set verified_at = $2, code_hash = null, code_until = null where id = $1", id.0, now)
        .execute(conn)
        .await?;
    Ok(())
}
