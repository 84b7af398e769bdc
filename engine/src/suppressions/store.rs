//! SQL of suppressions.

use domain::{
    channel::Channel,
    id::TenantId,
    suppression::{Filter, Key, Suppression, SuppressionReason},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Row;
use crate::{Result, db::Tx};

/// The columns of a [`Suppression`], so that each statement names them once.
macro_rules! suppressions {
    ($rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Suppression,
            r#"select s.channel as "channel: Channel", s.address_key as address, s.reason as "reason: SuppressionReason",
                 s.source as note, s.at as since, coalesce(u.name, 'API key ' || k.name) as added_by
               from suppression s left join user_account u on u.id = s.added_by
                 left join api_key k on k.tenant_id = s.tenant_id and k.id = s.added_by "# + $rest,
            $($args)*
        )
    };
}

pub(super) async fn one(conn: &mut PgConnection, key: &Key) -> Result<Option<Suppression>> {
    let found = suppressions!("where s.channel = $1 and s.address_key = $2", key.channel as Channel, key.address);
    Ok(found.fetch_optional(conn).await?)
}

/// Some of a channel's, by address, after `after`. Two statements: a reason has an index of its own.
pub(super) async fn some(
    conn: &mut PgConnection,
    channel: Channel,
    filter: &Filter,
    after: &str,
    limit: i64,
) -> Result<Vec<Suppression>> {
    let (begin, end) = (&filter.prefix, format!("{}\u{10ffff}", filter.prefix));
    Ok(match filter.reason {
        None => {
            suppressions!(
                "where s.channel = $1 and s.address_key > $2 and s.address_key >= $3 and s.address_key < $4
                 order by s.address_key limit $5",
                channel as Channel,
                after,
                begin,
                end,
                limit
            )
            .fetch_all(conn)
            .await?
        }
        Some(reason) => {
            suppressions!(
                "where s.channel = $1 and s.address_key > $2 and s.address_key >= $3 and s.address_key < $4
                   and s.reason = $6
                 order by s.address_key limit $5",
                channel as Channel,
                after,
                begin,
                end,
                limit,
                reason as SuppressionReason
            )
            .fetch_all(conn)
            .await?
        }
    })
}

/// Suppresses addresses, in the actor's name; says how many were not before.
pub(super) async fn insert(tx: &mut Tx, rows: &[Row]) -> Result<u64> {
    let (tenant, by) = (tx.actor.tenant, tx.actor.user().map(|id| id.0).or(tx.actor.key().map(|id| id.0)));
    insert_for(tx.conn(), tenant, rows, by).await
}

/// Suppresses addresses, in somebody's name or nobody's. Rows come in order of their keys, each once.
pub(super) async fn insert_for(
    conn: &mut PgConnection,
    tenant: TenantId,
    rows: &[Row],
    by: Option<Uuid>,
) -> Result<u64> {
    let channels: Vec<_> = rows.iter().map(|row| row.key.channel.word().to_owned()).collect();
    let addresses: Vec<_> = rows.iter().map(|row| row.key.address.clone()).collect();
    let reasons: Vec<_> = rows.iter().map(|row| row.reason.word().to_owned()).collect();
    let notes: Vec<_> = rows.iter().map(|row| row.note.clone()).collect();
    let times: Vec<_> = rows.iter().map(|row| row.at).collect();
    let done = sqlx::query!(
        "insert into suppression (tenant_id, channel, address_key, reason, source, at, added_by)
         select $1, channel, address, reason, note, at, $7
         from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
           as t (channel, address, reason, note, at)
         on conflict on constraint suppression_pk do nothing",
        tenant.0,
        &channels,
        &addresses,
        &reasons,
        &notes,
        &times,
        by
    );
    Ok(done.execute(conn).await?.rows_affected())
}

pub(super) async fn delete(conn: &mut PgConnection, key: &Key) -> Result<bool> {
    let gone = sqlx::query!(
        "delete from suppression where channel = $1 and address_key = $2",
        key.channel as Channel,
        key.address
    );
    Ok(gone.execute(conn).await?.rows_affected() == 1)
}
