//! SQL of receipts: what they change belongs to one run.

mod queue;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    campaign::Audience,
    id::{ProviderId, RunId, TenantId},
    message::MessageState,
    receipt::Receipt,
    suppression::SOFT_BOUNCES,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::Result;
pub(crate) use queue::{Kept, newest};
pub(super) use queue::{New, insert, mark, postpone, take};

/// A message that is locked for its receipts.
pub(super) struct Locked {
    pub(super) n: i32,
    pub(super) state: MessageState,
    pub(super) reason: Option<String>,
    pub(super) contact_id: Uuid,
    channel: String,
    pub(super) address: Option<String>,
}

/// The newest runs that went out through an account at some time.
pub(super) async fn runs_through(
    conn: &mut PgConnection,
    provider: ProviderId,
    (first, last): (DateTime<Utc>, DateTime<Utc>),
    limit: i64,
) -> Result<Vec<RunId>> {
    Ok(sqlx::query_scalar!(
        r#"select id as "id: RunId" from run
           where provider_id = $1 and begin_at <= $3 and (finished_at is null or finished_at >= $2)
           order by id desc limit $4"#,
        provider.0,
        first,
        last,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// Those messages of a run that have one of these ids of the provider, with their numbers.
pub(super) async fn by_ref(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ids: &[String],
) -> Result<Vec<(String, i32)>> {
    let rows = sqlx::query!(
        r#"select provider_ref as "id!", n from message where tenant_id = $1 and run_id = $2 and provider_ref = any($3)"#,
        tenant.0,
        run.0,
        ids
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.n)).collect())
}

/// Locks those of the messages that nobody else holds. (Each is looked up by its key, whatever PostgreSQL believes: of a run
/// that it has no statistics of it thinks that it has one message, and would read it whole.)
pub(super) async fn lock(conn: &mut PgConnection, (tenant, run): (TenantId, RunId), ns: &[i32]) -> Result<Vec<Locked>> {
    Ok(sqlx::query_as!(
        Locked,
        r#"select m.n, m.state as "state: MessageState", m.reason, m.contact_id, m.channel, m.address
           from unnest($3::int[]) as e (n) cross join lateral (
             select * from message where tenant_id = $1 and run_id = $2 and n = e.n offset 0 for update skip locked
           ) m"#,
        tenant.0,
        run.0,
        ns
    )
    .fetch_all(conn)
    .await?)
}

/// Those of the numbers that are messages of the run.
pub(super) async fn existing(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    ns: &[i32],
) -> Result<Vec<i32>> {
    Ok(sqlx::query_scalar!(
        "select m.n from unnest($3::int[]) as e (n) cross join lateral (
           select n from message where tenant_id = $1 and run_id = $2 and n = e.n offset 0
         ) m",
        tenant.0,
        run.0,
        ns
    )
    .fetch_all(conn)
    .await?)
}

/// What receipts change in a run, by column as `unnest` takes it.
#[derive(Default)]
pub(super) struct Changes {
    ns: Vec<i32>,
    contacts: Vec<Uuid>,
    channels: Vec<String>,
    after: Vec<String>,
    event_ns: Vec<i32>,
    event_ids: Vec<Uuid>,
    kinds: Vec<String>,
    times: Vec<DateTime<Utc>>,
    details: Vec<Value>,
    counts: BTreeMap<(&'static str, String), i64>,
}

impl Changes {
    /// A message moves on.
    pub(super) fn state(&mut self, message: &Locked, next: MessageState) {
        self.ns.push(message.n);
        self.contacts.push(message.contact_id);
        self.channels.push(message.channel.clone());
        self.after.push(next.word().to_owned());
    }

    /// Something happened to a message.
    pub(super) fn event(&mut self, n: i32, id: Uuid, receipt: &Receipt, detail: Value) {
        self.event_ns.push(n);
        self.event_ids.push(id);
        self.kinds.push(receipt.happened.word().to_owned());
        self.times.push(receipt.at);
        self.details.push(detail);
    }

    /// A counter changes.
    pub(super) fn count(&mut self, kind: &'static str, code: Option<&str>, by: i64) {
        *self.counts.entry((kind, code.unwrap_or_default().to_owned())).or_default() += by;
    }

    fn counters(&self) -> (Vec<String>, Vec<String>, Vec<i64>) {
        let (mut kinds, mut codes, mut counts) = (Vec::new(), Vec::new(), Vec::new());
        for ((kind, code), count) in self.counts.iter().filter(|(_, count)| **count != 0) {
            kinds.push((*kind).to_owned());
            codes.push(code.clone());
            counts.push(*count);
        }
        (kinds, codes, counts)
    }
}

/// Writes the changes of locked messages with their counters, in one statement; gives the events that are new. Who opens
/// or clicks is counted the first time.
///
/// The messages are there, being locked; so what would be added only changes them. An update would look them up as it
/// sees fit, and of a run without statistics that is by reading it whole.
pub(super) async fn apply(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    changes: &Changes,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let (kinds, codes, counts) = changes.counters();
    Ok(sqlx::query_scalar!(
        r#"with moved as (
             insert into message as m (tenant_id, run_id, n, contact_id, channel, state, at, accepted_at)
             select $1, $2, n, contact_id, channel, after, $3, $3
             from unnest($4::int[], $5::uuid[], $6::text[], $15::text[]) as c (n, contact_id, channel, after)
             on conflict on constraint message_pk do update set state = excluded.state, reason = null, detail = null,
               due_at = null, noted_at = null, at = excluded.at, accepted_at = coalesce(m.accepted_at, excluded.at)
           ), happened as (
             insert into event (tenant_id, run_id, n, id, kind, at, detail)
             select $1, $2, n, id, kind, at, detail
             from unnest($7::int[], $8::uuid[], $9::text[], $10::timestamptz[], $11::jsonb[]) as e (n, id, kind, at, detail)
             on conflict on constraint event_pk do nothing
             returning n, kind, id, at
           ), people as (
             -- Counted once, with what came back to ourselves: by the event that is there first.
             insert into engagement as g (tenant_id, run_id, n, opened_at, opened_by, clicked_at, clicked_by)
             select $1, $2, n, min(at) filter (where kind = 'opened'),
               (array_agg(id order by at, id) filter (where kind = 'opened'))[1], min(at) filter (where kind = 'clicked'),
               (array_agg(id order by at, id) filter (where kind = 'clicked'))[1]
             from happened where kind in ('opened', 'clicked') group by n order by n
             on conflict on constraint engagement_pk do update
               set opened_at = coalesce(g.opened_at, excluded.opened_at), opened_by = coalesce(g.opened_by, excluded.opened_by),
                 clicked_at = coalesce(g.clicked_at, excluded.clicked_at),
                 clicked_by = coalesce(g.clicked_by, excluded.clicked_by)
             returning opened_by, clicked_by
           ), hours as (
             insert into run_hour as h (tenant_id, run_id, kind, hour, count)
             select $1, $2, kind, date_trunc('hour', at, 'UTC'), count(*) from happened
             where kind in ('opened', 'clicked') group by kind, 4 order by kind, 4
             on conflict on constraint run_hour_pk do update set count = h.count + excluded.count
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, count)
             select $1::uuid, $2::uuid, kind, code, count
             from unnest($12::text[], $13::text[], $14::bigint[]) as t (kind, code, count)
             union all
             select $1, $2, h.kind, '', count(*) from happened h
             where h.id in (select opened_by from people union all select clicked_by from people) group by h.kind
             order by 3, 4
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count
           )
           select id from happened"#,
        tenant.0,
        run.0,
        now,
        &changes.ns,
        &changes.contacts,
        &changes.channels,
        &changes.event_ns,
        &changes.event_ids,
        &changes.kinds,
        &changes.times,
        &changes.details,
        &kinds,
        &codes,
        &counts,
        &changes.after
    )
    .fetch_all(conn)
    .await?)
}

/// The campaign that a run is of, by name, and whom it was sent to.
pub(super) async fn campaign_of(conn: &mut PgConnection, run: RunId) -> Result<(String, Audience)> {
    let row = sqlx::query!(
        r#"select c.name, r.audience as "audience: Json<Audience>"
           from run r join campaign c on c.tenant_id = r.tenant_id and c.id = r.campaign_id where r.id = $1"#,
        run.0
    );
    let row = row.fetch_one(conn).await?;
    Ok((row.name, row.audience.0))
}

/// Who these contacts are now: a contact that was merged is the one it was merged into. With the form of the address
/// that they have now.
pub(super) async fn present(conn: &mut PgConnection, contacts: &[Uuid]) -> Result<Vec<(Uuid, Uuid, Option<String>)>> {
    let rows = sqlx::query!(
        r#"select t.id as "was!", c.id, c.email_key
           from unnest($1::uuid[]) as t (id) left join contact_alias a on a.id = t.id cross join lateral (
             -- Each looked up by its key: a few people are no reason to read all contacts. No coalesce: PostgreSQL takes it
             -- for leaky, and then does not look it up in an index of a table with row-level security.
             select c.id, c.email_key from contact c where c.id = case when a.id is null then t.id else a.contact_id end
             limit 1
           ) c"#,
        contacts
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.was, row.id, row.email_key)).collect())
}

/// What became of the newest messages to some contacts at some addresses, newest first: whether it bounced softly, and
/// when. Messages of which nothing was reported are left out.
pub(super) async fn newest_ends(
    conn: &mut PgConnection,
    tenant: TenantId,
    whom: &[(Uuid, String)],
) -> Result<Vec<(String, bool, DateTime<Utc>)>> {
    let (contacts, addresses): (Vec<_>, Vec<_>) = whom.iter().cloned().unzip();
    let rows = sqlx::query!(
        r#"select w.address as "address!", e.soft as "soft!", e.at as "at!"
           from unnest($2::uuid[], $3::text[]) as w (contact_id, address) cross join lateral (
             select bool_and(e.kind = 'bounced' and not (e.detail -> 'hard')::boolean) as soft, max(e.at) as at
             from message m join event e on e.tenant_id = m.tenant_id and e.run_id = m.run_id and e.n = m.n
             where m.tenant_id = $1 and m.contact_id = w.contact_id and m.address = w.address
               and e.kind in ('bounced', 'delivered', 'opened', 'clicked', 'complained', 'not_spam')
             group by m.run_id, m.n order by max(e.at) desc limit $4
           ) e
           order by w.address, e.at desc"#,
        tenant.0,
        &contacts,
        &addresses,
        SOFT_BOUNCES as i64
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.address, row.soft, row.at)).collect())
}
