//! SQL of what comes back from messages. Every look-up goes by the primary key, message by message: PostgreSQL thinks
//! that a run it has no statistics of has one message, and would read all of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::id::{RunId, TenantId};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::held::Engagement;
use crate::{
    Result,
    tracking::record::{Detail, Event},
};

/// Makes a commit wait for no disk: such events are not worth it (DESIGN 9), and it is four times as quick.
pub(in crate::tracking) async fn begin(conn: &mut PgConnection) -> Result<()> {
    sqlx::raw_sql("set local synchronous_commit = off").execute(conn).await?;
    Ok(())
}

/// What was written before, by message: all of it, for no more than `most` events are. What providers reported is theirs to
/// judge and not among it.
pub(in crate::tracking) async fn earlier(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ns: &[i32],
    most: i64,
) -> Result<BTreeMap<i32, Vec<Event>>> {
    let rows = sqlx::query!(
        r#"select e.n as "n!", e.id as "id!", e.at as "at!", e.detail as "detail!: Json<Detail>"
           from unnest($3::int[]) as x(n) cross join lateral (
             select e.n, e.id, e.at, e.detail from event e
             where e.tenant_id = $1 and e.run_id = $2 and e.n = x.n and e.detail ? 'agent'
               and e.kind in ('opened', 'clicked', 'machine_opened', 'machine_clicked')
             order by e.id desc limit $4
           ) e"#,
        tenant.0,
        run.0,
        ns,
        most
    );
    let mut earlier: BTreeMap<i32, Vec<Event>> = BTreeMap::new();
    for row in rows.fetch_all(conn).await? {
        let event = Event { id: row.id, at: row.at, detail: row.detail.0, is_known: true };
        earlier.entry(row.n).or_default().push(event);
    }
    Ok(earlier)
}

/// What is written, by column as `unnest` takes it.
#[derive(Default)]
pub(in crate::tracking) struct Changes {
    event_ns: Vec<i32>,
    event_ids: Vec<Uuid>,
    times: Vec<DateTime<Utc>>,
    kinds: Vec<String>,
    details: Vec<Value>,
    ns: Vec<i32>,
    opened_at: Vec<Option<DateTime<Utc>>>,
    opened_by: Vec<Option<Uuid>>,
    clicked_at: Vec<Option<DateTime<Utc>>>,
    clicked_by: Vec<Option<Uuid>>,
    machine_opened_at: Vec<Option<DateTime<Utc>>>,
    machine_clicked_at: Vec<Option<DateTime<Utc>>>,
    hours: BTreeMap<(&'static str, DateTime<Utc>), i64>,
    counts: BTreeMap<(&'static str, String), i64>,
}

impl Changes {
    /// An event that is new, or is judged otherwise now.
    pub(in crate::tracking) fn event(&mut self, n: i32, id: Uuid, at: DateTime<Utc>, kind: &str, detail: &Detail) {
        self.event_ns.push(n);
        self.event_ids.push(id);
        self.times.push(at);
        self.kinds.push(kind.to_owned());
        self.details.push(serde_json::to_value(detail).unwrap_or_default());
    }

    /// Whether there is nothing to write.
    pub(in crate::tracking) fn is_empty(&self) -> bool {
        self.ns.is_empty()
    }

    /// A message as it is now.
    pub(in crate::tracking) fn engagement(&mut self, message: &Engagement) {
        let Engagement { n, opened, clicked, .. } = message;
        self.ns.push(*n);
        self.opened_at.push(opened.person.map(|(at, _)| at));
        self.opened_by.push(opened.person.map(|(_, by)| by));
        self.clicked_at.push(clicked.person.map(|(at, _)| at));
        self.clicked_by.push(clicked.person.map(|(_, by)| by));
        self.machine_opened_at.push(opened.machine);
        self.machine_clicked_at.push(clicked.machine);
    }

    /// A counter changes.
    pub(in crate::tracking) fn count(&mut self, kind: &'static str, code: &str, by: i64) {
        *self.counts.entry((kind, code.to_owned())).or_default() += by;
    }

    /// Counters change by what is counted now and was before.
    pub(in crate::tracking) fn differ(
        &mut self,
        hours_before: &BTreeMap<(&'static str, DateTime<Utc>), i64>,
        hours: &BTreeMap<(&'static str, DateTime<Utc>), i64>,
        before: &BTreeMap<(&'static str, String), i64>,
        after: &BTreeMap<(&'static str, String), i64>,
    ) {
        for (sums, sign) in [(hours_before, -1), (hours, 1)] {
            for (key, count) in sums {
                *self.hours.entry(*key).or_default() += sign * count;
            }
        }
        for (sums, sign) in [(before, -1), (after, 1)] {
            for (key, count) in sums {
                *self.counts.entry(key.clone()).or_default() += sign * count;
            }
        }
    }
}

/// Writes events, messages and counters in one statement. Inserting with a conflict in mind goes by the key, where an
/// update of many would read the whole run.
pub(in crate::tracking) async fn write(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    changes: &Changes,
) -> Result<()> {
    let hours: Vec<_> = changes.hours.iter().filter(|(_, count)| **count != 0).collect();
    let counts: Vec<_> = changes.counts.iter().filter(|(_, count)| **count != 0).collect();
    let hour_kinds: Vec<_> = hours.iter().map(|((kind, _), _)| (*kind).to_owned()).collect();
    let hour_times: Vec<_> = hours.iter().map(|((_, hour), _)| *hour).collect();
    let hour_counts: Vec<_> = hours.iter().map(|(_, count)| **count).collect();
    let count_kinds: Vec<_> = counts.iter().map(|((kind, _), _)| (*kind).to_owned()).collect();
    let count_codes: Vec<_> = counts.iter().map(|((_, code), _)| code.clone()).collect();
    let count_counts: Vec<_> = counts.iter().map(|(_, count)| **count).collect();
    sqlx::query!(
        "with happened as (
           insert into event (tenant_id, run_id, n, id, at, kind, detail)
           select $1, $2, n, id, at, kind, detail
           from unnest($3::int[], $4::uuid[], $5::timestamptz[], $6::text[], $7::jsonb[]) as e (n, id, at, kind, detail)
           on conflict on constraint event_pk do update set kind = excluded.kind, detail = excluded.detail
         ), engaged as (
           insert into engagement (tenant_id, run_id, n, opened_at, opened_by, clicked_at, clicked_by, machine_opened_at,
             machine_clicked_at)
           select $1, $2, n, opened_at, opened_by, clicked_at, clicked_by, machine_opened_at, machine_clicked_at
           from unnest($8::int[], $9::timestamptz[], $10::uuid[], $11::timestamptz[], $12::uuid[], $13::timestamptz[],
             $14::timestamptz[]) as g (n, opened_at, opened_by, clicked_at, clicked_by, machine_opened_at, machine_clicked_at)
           on conflict on constraint engagement_pk do update set opened_at = excluded.opened_at,
             opened_by = excluded.opened_by, clicked_at = excluded.clicked_at, clicked_by = excluded.clicked_by,
             machine_opened_at = excluded.machine_opened_at, machine_clicked_at = excluded.machine_clicked_at
         ), hours as (
           insert into run_hour as h (tenant_id, run_id, kind, hour, count)
           select $1, $2, kind, hour, count from unnest($15::text[], $16::timestamptz[], $17::bigint[]) as h (kind, hour, count)
           order by kind, hour
           on conflict on constraint run_hour_pk do update set count = h.count + excluded.count
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, count)
         select $1, $2, kind, code, count from unnest($18::text[], $19::text[], $20::bigint[]) as c (kind, code, count)
         order by kind, code
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &changes.event_ns,
        &changes.event_ids,
        &changes.times,
        &changes.kinds,
        &changes.details,
        &changes.ns,
        &changes.opened_at as &[Option<DateTime<Utc>>],
        &changes.opened_by as &[Option<Uuid>],
        &changes.clicked_at as &[Option<DateTime<Utc>>],
        &changes.clicked_by as &[Option<Uuid>],
        &changes.machine_opened_at as &[Option<DateTime<Utc>>],
        &changes.machine_clicked_at as &[Option<DateTime<Utc>>],
        &hour_kinds,
        &hour_times,
        &hour_counts,
        &count_kinds,
        &count_codes,
        &count_counts
    )
    .execute(conn)
    .await?;
    Ok(())
}
