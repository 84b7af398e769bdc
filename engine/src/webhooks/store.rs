//! SQL of the addresses that providers report to.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    id::{ProviderId, TenantId},
    provider::ProviderKind,
    webhook::{Refusal, Refused},
};
use sqlx::PgConnection;

use super::{known::Account, refused};
use crate::{Engine, Result, db::Tx};

/// The address of an account.
pub(super) struct Stored {
    /// Its secret, sealed.
    pub(super) key: Vec<u8>,
    pub(super) made_at: DateTime<Utc>,
    pub(super) confirmed_topic: Option<String>,
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    pub(super) ended_at: Option<DateTime<Utc>>,
}

pub(super) async fn webhook(conn: &mut PgConnection, id: ProviderId) -> Result<Option<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        "select key, made_at, confirmed_topic, confirmed_at, ended_at from webhook where provider_id = $1",
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Its old secret is forgotten, and so is which subscription was confirmed: that one sends to the old address.
pub(super) async fn set_key(tx: &mut Tx, id: ProviderId, hash: &[u8], sealed: &[u8]) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into webhook (tenant_id, provider_id, key_hash, key, made_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint webhook_pk do update set key_hash = excluded.key_hash, key = excluded.key,
           made_at = excluded.made_at, confirmed_topic = null, confirmed_at = null, ended_at = null",
        tenant,
        id.0,
        hash,
        sealed,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The account whose address has a secret of this hash.
pub(super) async fn by_key(engine: &Engine, hash: &[u8]) -> Result<Vec<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"select tenant_id as "tenant!: TenantId", provider_id as "provider!: ProviderId", kind as "kind!: ProviderKind",
             topic_arn as topic, confirmed as "is_confirmed!"
           from webhook_by_key($1)"#,
        hash
    )
    .fetch_all(engine.db.global())
    .await?)
}

/// The accounts that name a topic.
pub(super) async fn by_topic(engine: &Engine, topic: &str) -> Result<Vec<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"select tenant_id as "tenant!: TenantId", provider_id as "provider!: ProviderId", kind as "kind!: ProviderKind",
             topic_arn as topic, confirmed as "is_confirmed!"
           from webhooks_by_topic($1)"#,
        topic
    )
    .fetch_all(engine.db.global())
    .await?)
}

/// A topic sends to the account from now on.
pub(super) async fn confirmed(conn: &mut PgConnection, id: ProviderId, topic: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update webhook set confirmed_topic = $2, confirmed_at = $3 where provider_id = $1", id.0, topic, now)
        .execute(conn)
        .await?;
    Ok(())
}

/// A topic does not send to the account any more.
pub(super) async fn ended(conn: &mut PgConnection, id: ProviderId, topic: &str, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update webhook set ended_at = $3 where provider_id = $1 and (confirmed_topic is null or confirmed_topic = $2)",
        id.0,
        topic,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// So many more were turned away.
pub(super) async fn add_refusals(
    conn: &mut PgConnection,
    (tenant, provider): (TenantId, ProviderId),
    (day, why): (NaiveDate, Refusal),
    (count, last_at): (i64, DateTime<Utc>),
) -> Result<()> {
    // Of an account that was deleted meanwhile there is nothing to count.
    sqlx::query!(
        "insert into webhook_refusal as r (tenant_id, provider_id, day, why, count, last_at)
         select $1, p.id, $3, $4, $5, $6 from provider p where p.id = $2
         on conflict on constraint webhook_refusal_pk do update set count = r.count + excluded.count,
           last_at = greatest(r.last_at, excluded.last_at)",
        tenant.0,
        provider.0,
        day,
        why.word(),
        count,
        last_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was turned away since a day, by reason.
pub(super) async fn refusals(conn: &mut PgConnection, id: ProviderId, since: NaiveDate) -> Result<Vec<Refused>> {
    let rows = sqlx::query!(
        r#"select why, sum(count)::bigint as "count!", max(last_at) as "last_at!" from webhook_refusal
           where provider_id = $1 and day >= $2 group by why order by 3 desc"#,
        id.0,
        since
    );
    Ok(rows.fetch_all(conn).await?.into_iter().filter_map(|row| refused(&row.why, row.count, row.last_at)).collect())
}
