//! SQL of providers and senders.

use domain::{
    channel::Channel,
    id::{ProviderId, SenderId},
    provider::{Provider, ProviderKind, Sender, SmtpConfig},
};
use sqlx::{PgConnection, types::Json};

use crate::{Result, db::Tx};

pub(super) async fn providers(conn: &mut PgConnection) -> Result<Vec<Provider>> {
    let rows = sqlx::query!(
        r#"select id as "id: ProviderId", channel as "channel: Channel", kind as "kind: ProviderKind", name,
             config as "config: Json<SmtpConfig>", secret is not null as "has_password!", created_at
           from provider order by name_key, id"#
    )
    .fetch_all(conn)
    .await?;
    let provider = rows.into_iter().map(|row| Provider {
        id: row.id,
        channel: row.channel,
        kind: row.kind,
        name: row.name,
        config: row.config.0,
        has_password: row.has_password,
        created_at: row.created_at,
    });
    Ok(provider.collect())
}

pub(super) async fn insert_provider(tx: &mut Tx, provider: &Provider, sealed: Option<&[u8]>) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into provider (tenant_id, id, channel, kind, name, name_key, config, secret, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tenant,
        provider.id.0,
        provider.channel as Channel,
        provider.kind as ProviderKind,
        provider.name,
        provider.name.to_lowercase(),
        Json(&provider.config) as _,
        sealed,
        provider.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn credentials(
    conn: &mut PgConnection,
    id: ProviderId,
) -> Result<Option<(SmtpConfig, Option<Vec<u8>>)>> {
    let row = sqlx::query!(r#"select config as "config: Json<SmtpConfig>", secret from provider where id = $1"#, id.0);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.config.0, row.secret)))
}

pub(super) async fn senders(conn: &mut PgConnection) -> Result<Vec<Sender>> {
    Ok(sqlx::query_as!(
        Sender,
        r#"select s.id as "id: SenderId", s.email, s.name, s.provider_id as "provider_id: ProviderId",
             p.name as provider_name, s.created_at
           from sender s join provider p on p.tenant_id = s.tenant_id and p.id = s.provider_id
           order by s.email_key"#
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn insert_sender(tx: &mut Tx, sender: &Sender, key: &str) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into sender (tenant_id, id, email, email_key, name, provider_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tenant,
        sender.id.0,
        sender.email,
        key,
        sender.name,
        sender.provider_id.0,
        sender.created_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
