//! SQL of the queue: reports as they came, in the order of the time in their id, which is when they are to be applied.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{ProviderId, TenantId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, db::new_id};

/// A report to be kept.
pub(in crate::receipts) struct New {
    pub(in crate::receipts) source: String,
    /// Through whose account it came.
    pub(in crate::receipts) account: Option<(TenantId, ProviderId)>,
    /// Packed.
    pub(in crate::receipts) body: Vec<u8>,
    /// When it came, or is to be applied.
    pub(in crate::receipts) at: DateTime<Utc>,
}

/// A stored report.
pub(crate) struct Kept {
    pub(in crate::receipts) id: Uuid,
    pub(in crate::receipts) source: String,
    pub(in crate::receipts) tenant: Option<TenantId>,
    pub(in crate::receipts) provider: Option<ProviderId>,
    pub(in crate::receipts) body: Vec<u8>,
    /// When it came.
    pub(crate) received_at: DateTime<Utc>,
    /// When it was applied.
    pub(crate) applied_at: Option<DateTime<Utc>>,
    /// What is wrong with it.
    pub(crate) fault: Option<String>,
}

pub(in crate::receipts) async fn insert(conn: &mut PgConnection, rows: Vec<New>) -> Result<()> {
    let ids: Vec<_> = rows.iter().map(|row| new_id(row.at)).collect();
    let times: Vec<_> = rows.iter().map(|row| row.at).collect();
    let tenants: Vec<_> = rows.iter().map(|row| row.account.map(|(tenant, _)| tenant.0)).collect();
    let providers: Vec<_> = rows.iter().map(|row| row.account.map(|(_, provider)| provider.0)).collect();
    let (sources, bodies): (Vec<_>, Vec<_>) = rows.into_iter().map(|row| (row.source, row.body)).unzip();
    sqlx::query!(
        "insert into receipt_raw (id, source, workspace_id, provider_id, body, received_at)
         select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bytea[], $6::timestamptz[])",
        &ids,
        &sources,
        &tenants as &[Option<Uuid>],
        &providers as &[Option<Uuid>],
        &bodies,
        &times
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The oldest reports that are waiting to be applied by now. A report of the future has a later id, so that however many
/// there are, they are not read.
pub(in crate::receipts) async fn take(conn: &mut PgConnection, now: DateTime<Utc>, limit: usize) -> Result<Vec<Kept>> {
    let next = now + TimeDelta::milliseconds(1);
    let millis = u64::try_from(next.timestamp_millis()).unwrap_or(0);
    let end = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    Ok(sqlx::query_as!(
        Kept,
        r#"select id, source, workspace_id as "tenant: TenantId", provider_id as "provider: ProviderId", body, received_at,
             applied_at, fault
           from receipt_raw where applied_at is null and id < $1 order by id limit $2 for update skip locked"#,
        end,
        limit as i64
    )
    .fetch_all(conn)
    .await?)
}

/// Marks reports as applied, some with what is wrong with them.
pub(in crate::receipts) async fn mark(
    conn: &mut PgConnection,
    ids: &[Uuid],
    faults: &BTreeMap<Uuid, String>,
    now: DateTime<Utc>,
) -> Result<()> {
    let faults: Vec<_> = ids.iter().map(|id| faults.get(id).cloned()).collect();
    sqlx::query!(
        "update receipt_raw r set applied_at = $3, fault = t.fault
         from unnest($1::uuid[], $2::text[]) as t (id, fault) where r.id = t.id and r.applied_at is null",
        ids,
        &faults as &[Option<String>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts reports off: they go to the place in the queue of the moment at which they are looked at again.
pub(in crate::receipts) async fn postpone(
    conn: &mut PgConnection,
    until: &BTreeMap<Uuid, DateTime<Utc>>,
) -> Result<()> {
    if until.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = until.keys().copied().collect();
    let places: Vec<_> = until.values().map(|at| new_id(*at)).collect();
    sqlx::query!(
        "update receipt_raw r set id = t.place from unnest($1::uuid[], $2::uuid[]) as t (id, place)
         where r.id = t.id and r.applied_at is null",
        &ids,
        &places
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The newest reports that came through an account of the workspace, newest first. Reports have no policy of their own:
/// the workspace is asked for by name.
pub(crate) async fn newest(
    conn: &mut PgConnection,
    (tenant, provider): (TenantId, ProviderId),
    limit: i64,
) -> Result<Vec<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        r#"select id, source, workspace_id as "tenant: TenantId", provider_id as "provider: ProviderId", body, received_at,
             applied_at, fault
           from receipt_raw where provider_id = $1 and workspace_id = $2 order by id desc limit $3"#,
        provider.0,
        tenant.0,
        limit
    )
    .fetch_all(conn)
    .await?)
}
