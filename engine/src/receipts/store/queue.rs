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
    /// It waits to be applied.
    pub(crate) waits: bool,
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
        "with kept as (
           insert into receipt_raw (id, source, workspace_id, provider_id, body, received_at)
           select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::bytea[], $6::timestamptz[])
         )
         insert into receipt_queue (id) select unnest($1::uuid[])",
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
/// there are, they are not read. (Each is looked up by its key, whatever PostgreSQL believes.)
pub(in crate::receipts) async fn take(conn: &mut PgConnection, now: DateTime<Utc>, limit: usize) -> Result<Vec<Kept>> {
    let next = now + TimeDelta::milliseconds(1);
    let millis = u64::try_from(next.timestamp_millis()).unwrap_or(0);
    let end = uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid();
    Ok(sqlx::query_as!(
        Kept,
        r#"with next as materialized (
             select id from receipt_queue where id < $1 order by id limit $2 for update skip locked
           )
           select r.id, r.source, r.workspace_id as "tenant: TenantId", r.provider_id as "provider: ProviderId", r.body,
             r.received_at, true as "waits!", r.fault
           from next cross join lateral (select * from receipt_raw where id = next.id limit 1) r order by r.id"#,
        end,
        limit as i64
    )
    .fetch_all(conn)
    .await?)
}

/// Takes reports that are done out of the queue; some with what is wrong with them.
pub(in crate::receipts) async fn done(
    conn: &mut PgConnection,
    ids: &[Uuid],
    faults: &BTreeMap<Uuid, String>,
) -> Result<()> {
    let at_fault = ids.iter().filter_map(|id| Some((*id, faults.get(id)?.clone())));
    let (faulty, faults): (Vec<_>, Vec<_>) = at_fault.unzip();
    if !faulty.is_empty() {
        let update = sqlx::query!(
            "update receipt_raw r set fault = t.fault from unnest($1::uuid[], $2::text[]) as t (id, fault) where r.id = t.id",
            &faulty,
            &faults
        );
        update.execute(&mut *conn).await?;
    }
    sqlx::query!("delete from receipt_queue where id = any($1)", ids).execute(conn).await?;
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
        "with t as (
           select * from unnest($1::uuid[], $2::uuid[]) as t (id, place)
         ), moved as (
           update receipt_raw r set id = t.place from t where r.id = t.id
         )
         update receipt_queue q set id = t.place from t where q.id = t.id",
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
             exists (select from receipt_queue q where q.id = receipt_raw.id) as "waits!", fault
           from receipt_raw where provider_id = $1 and workspace_id = $2 order by id desc limit $3"#,
        provider.0,
        tenant.0,
        limit
    )
    .fetch_all(conn)
    .await?)
}
