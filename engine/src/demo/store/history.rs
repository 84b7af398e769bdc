//! SQL of what has become of the demo's messages.

use chrono::{DateTime, Utc};
use domain::id::{ContactId, RunId, TenantId};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Somebody who is to get a message.
pub(in crate::demo) struct Recipient {
    pub(in crate::demo) n: i32,
    pub(in crate::demo) contact: ContactId,
    pub(in crate::demo) address: String,
    /// Where they live, as `engagement` has it.
    pub(in crate::demo) place: String,
}

/// Those of a run who are to be sent to, in order.
pub(in crate::demo) async fn recipients(conn: &mut PgConnection, run: RunId) -> Result<Vec<Recipient>> {
    Ok(sqlx::query_as!(
        Recipient,
        r#"select m.n, m.contact_id as "contact: ContactId", coalesce(m.address, '') as "address!",
             coalesce(c.country, '') || '/' || c.state as "place!"
           from message m join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
           where m.run_id = $1 and m.state = 'planned' order by m.n"#,
        run.0
    )
    .fetch_all(conn)
    .await?)
}

/// How messages ended, by column.
#[derive(Default)]
pub(in crate::demo) struct Ends {
    pub(in crate::demo) ns: Vec<i32>,
    pub(in crate::demo) states: Vec<String>,
    pub(in crate::demo) reasons: Vec<Option<String>>,
    pub(in crate::demo) details: Vec<Option<String>>,
    pub(in crate::demo) accepted: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) at: Vec<DateTime<Utc>>,
}

/// Writes how messages of a run ended. Of a run without statistics PostgreSQL thinks that it has one message, and would
/// compare each end with each message.
pub(in crate::demo) async fn end(conn: &mut PgConnection, (tenant, run): (TenantId, RunId), ends: &Ends) -> Result<()> {
    // Planning, in the same transaction, wanted nothing but nested loops.
    sqlx::raw_sql("set local enable_nestloop = off; set local enable_hashjoin = on").execute(&mut *conn).await?;
    sqlx::query!(
        "update message m set state = e.state, reason = e.reason, detail = e.detail, accepted_at = e.accepted, at = e.at,
           attempts = 1
         from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[])
           e (n, state, reason, detail, accepted, at)
         where m.tenant_id = $1 and m.run_id = $2 and m.n = e.n",
        tenant.0,
        run.0,
        &ends.ns,
        &ends.states,
        &ends.reasons as &[Option<String>],
        &ends.details as &[Option<String>],
        &ends.accepted as &[Option<DateTime<Utc>>],
        &ends.at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::raw_sql("set local enable_nestloop = on").execute(conn).await?;
    Ok(())
}

/// What happened to messages, by column.
#[derive(Default)]
pub(in crate::demo) struct Events {
    pub(in crate::demo) ns: Vec<i32>,
    pub(in crate::demo) ids: Vec<Uuid>,
    pub(in crate::demo) at: Vec<DateTime<Utc>>,
    pub(in crate::demo) kinds: Vec<String>,
    pub(in crate::demo) details: Vec<Value>,
}

pub(in crate::demo) async fn insert_events(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    events: &Events,
) -> Result<()> {
    sqlx::query!(
        "insert into event (tenant_id, run_id, n, id, at, kind, detail)
         select $1, $2, n, id, at, kind, detail
         from unnest($3::int[], $4::uuid[], $5::timestamptz[], $6::text[], $7::jsonb[]) e (n, id, at, kind, detail)",
        tenant.0,
        run.0,
        &events.ns,
        &events.ids,
        &events.at,
        &events.kinds,
        &events.details
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who did what first, by column.
#[derive(Default)]
pub(in crate::demo) struct Engaged {
    pub(in crate::demo) ns: Vec<i32>,
    pub(in crate::demo) opened: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) opened_by: Vec<Option<Uuid>>,
    pub(in crate::demo) clicked: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) clicked_by: Vec<Option<Uuid>>,
    pub(in crate::demo) machine_opened: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) machine_clicked: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) unsubscribed: Vec<Option<DateTime<Utc>>>,
    pub(in crate::demo) places: Vec<String>,
}

pub(in crate::demo) async fn insert_engaged(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    engaged: &Engaged,
) -> Result<()> {
    sqlx::query!(
        "insert into engagement (tenant_id, run_id, n, opened_at, opened_by, clicked_at, clicked_by, machine_opened_at,
           machine_clicked_at, unsubscribed_at, place)
         select $1, $2, n, opened, opened_by, clicked, clicked_by, machine_opened, machine_clicked, unsubscribed, place
         from unnest($3::int[], $4::timestamptz[], $5::uuid[], $6::timestamptz[], $7::uuid[], $8::timestamptz[],
           $9::timestamptz[], $10::timestamptz[], $11::text[])
           g (n, opened, opened_by, clicked, clicked_by, machine_opened, machine_clicked, unsubscribed, place)",
        tenant.0,
        run.0,
        &engaged.ns,
        &engaged.opened as &[Option<DateTime<Utc>>],
        &engaged.opened_by as &[Option<Uuid>],
        &engaged.clicked as &[Option<DateTime<Utc>>],
        &engaged.clicked_by as &[Option<Uuid>],
        &engaged.machine_opened as &[Option<DateTime<Utc>>],
        &engaged.machine_clicked as &[Option<DateTime<Utc>>],
        &engaged.unsubscribed as &[Option<DateTime<Utc>>],
        &engaged.places
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counters: kinds, codes, details, numbers.
pub(in crate::demo) async fn insert_counts(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    (kinds, codes, details, counts): (&[String], &[String], &[String], &[i64]),
) -> Result<()> {
    sqlx::query!(
        "insert into run_counter (tenant_id, run_id, kind, code, detail, count)
         select $1, $2, kind, code, detail, count
         from unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) c (kind, code, detail, count)",
        tenant.0,
        run.0,
        kinds,
        codes,
        details,
        counts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Events an hour: kinds, hours, numbers.
pub(in crate::demo) async fn insert_hours(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    (kinds, hours, counts): (&[String], &[DateTime<Utc>], &[i64]),
) -> Result<()> {
    sqlx::query!(
        "insert into run_hour (tenant_id, run_id, kind, hour, count)
         select $1, $2, kind, hour, count from unnest($3::text[], $4::timestamptz[], $5::bigint[]) h (kind, hour, count)",
        tenant.0,
        run.0,
        kinds,
        hours,
        counts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks the chunks of a run as sent up to a message.
pub(in crate::demo) async fn settle_to(conn: &mut PgConnection, run: RunId, to: i32) -> Result<()> {
    sqlx::query!(
        "update chunk set noted = least(last, $2), settled = least(last, $2), done = last <= $2
         where run_id = $1 and first <= $2",
        run.0,
        to
    )
    .execute(conn)
    .await?;
    Ok(())
}
