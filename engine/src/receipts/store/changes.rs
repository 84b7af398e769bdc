//! What receipts change in a run, written in one statement.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    id::{RunId, TenantId},
    message::MessageState,
    receipt::Receipt,
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Locked;
use crate::Result;

/// What receipts change in a run, by column as `unnest` takes it.
#[derive(Default)]
pub(in crate::receipts) struct Changes {
    ns: Vec<i32>,
    contacts: Vec<Uuid>,
    channels: Vec<String>,
    after: Vec<String>,
    event_ns: Vec<i32>,
    event_ids: Vec<Uuid>,
    kinds: Vec<String>,
    times: Vec<DateTime<Utc>>,
    details: Vec<Value>,
    codes: Vec<Option<String>>,
    texts: Vec<Option<String>>,
    /// How many, and what one of them was told.
    counts: BTreeMap<(&'static str, String), (i64, String)>,
}

/// Why a message is in its state, where somebody said so.
#[derive(Default)]
pub(in crate::receipts) struct WhyThere {
    pub(in crate::receipts) code: Option<String>,
    pub(in crate::receipts) text: Option<String>,
}

impl Changes {
    /// A message moves on.
    pub(in crate::receipts) fn state(&mut self, message: &Locked, next: MessageState, why: WhyThere) {
        self.codes.push(why.code);
        self.texts.push(why.text);
        self.ns.push(message.n);
        self.contacts.push(message.contact_id);
        self.channels.push(message.channel.clone());
        self.after.push(next.word().to_owned());
    }

    /// Something happened to a message.
    pub(in crate::receipts) fn event(&mut self, n: i32, id: Uuid, receipt: &Receipt, detail: Value) {
        self.event_ns.push(n);
        self.event_ids.push(id);
        self.kinds.push(receipt.happened.word().to_owned());
        self.times.push(receipt.at);
        self.details.push(detail);
    }

    /// A counter changes.
    pub(in crate::receipts) fn count(&mut self, kind: &'static str, code: Option<&str>, text: &str, by: i64) {
        let (count, told) = self.counts.entry((kind, code.unwrap_or_default().to_owned())).or_default();
        *count += by;
        if told.is_empty() && kind == "bounced" {
            // It stands for all of them, so whom the answer names is nobody's business.
            let words = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
            *told = words.collect::<Vec<_>>().join(" ");
        }
    }

    /// The messages of which people did something, in order.
    pub(in crate::receipts) fn people(&self) -> Vec<i32> {
        let kinds = self.event_ns.iter().zip(&self.kinds);
        let by_people = kinds.filter(|(_, kind)| matches!(kind.as_str(), "opened" | "clicked" | "unsubscribed"));
        by_people.map(|(n, _)| *n).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        for ((kind, code), (count, text)) in self.counts.iter().filter(|(_, (count, _))| *count != 0) {
            counters.kinds.push((*kind).to_owned());
            counters.codes.push(code.clone());
            counters.counts.push(*count);
            counters.texts.push(text.clone());
        }
        counters
    }
}

/// Counters by column.
#[derive(Default)]
struct Counters {
    kinds: Vec<String>,
    codes: Vec<String>,
    counts: Vec<i64>,
    texts: Vec<String>,
}

/// Writes the changes of locked messages with their counters, in one statement; gives the events that are new. Who opens,
/// clicks or unsubscribes is counted the first time; who clicks has opened. Their rows of `engagement` are held.
///
/// The messages are there, being locked; so what would be added only changes them. An update would look them up as it
/// sees fit, and of a run without statistics that is by reading it whole.
pub(in crate::receipts) async fn apply(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    changes: &Changes,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let Counters { kinds, codes, counts, texts } = changes.counters();
    Ok(sqlx::query_scalar!(
        r#"with moved as (
             insert into message as m (tenant_id, run_id, n, contact_id, channel, state, at, accepted_at, reason, detail)
             select $1, $2, n, contact_id, channel, after, $3, $3, reason, detail
             from unnest($4::int[], $5::uuid[], $6::text[], $15::text[], $16::text[], $17::text[])
               as c (n, contact_id, channel, after, reason, detail)
             on conflict on constraint message_pk do update set state = excluded.state, reason = excluded.reason,
               detail = excluded.detail, due_at = null, noted_at = null, at = excluded.at,
               accepted_at = coalesce(m.accepted_at, excluded.at)
           ), happened as (
             insert into event (tenant_id, run_id, n, id, kind, at, detail)
             select $1, $2, n, id, kind, at, detail
             from unnest($7::int[], $8::uuid[], $9::text[], $10::timestamptz[], $11::jsonb[]) as e (n, id, kind, at, detail)
             on conflict on constraint event_pk do nothing
             returning n, kind, id, at
           ), people as (
             -- Counted once, with what came back to ourselves: by the event that is there first.
             insert into engagement as g (tenant_id, run_id, n, opened_at, opened_by, clicked_at, clicked_by, unsubscribed_at)
             select $1, $2, n, min(at) filter (where kind <> 'unsubscribed'),
               (array_agg(id order by at, id) filter (where kind <> 'unsubscribed'))[1],
               min(at) filter (where kind = 'clicked'), (array_agg(id order by at, id) filter (where kind = 'clicked'))[1],
               min(at) filter (where kind = 'unsubscribed')
             from happened where kind in ('opened', 'clicked', 'unsubscribed') group by n order by n
             on conflict on constraint engagement_pk do update
               set opened_at = coalesce(g.opened_at, excluded.opened_at), opened_by = coalesce(g.opened_by, excluded.opened_by),
                 clicked_at = coalesce(g.clicked_at, excluded.clicked_at),
                 clicked_by = coalesce(g.clicked_by, excluded.clicked_by),
                 unsubscribed_at = coalesce(g.unsubscribed_at, excluded.unsubscribed_at)
             returning n, opened_by, clicked_by, place
           ), first as (
             select 'opened' as kind, h.at, p.place from happened h join people p on p.n = h.n and p.opened_by = h.id
             union all
             select 'clicked', h.at, p.place from happened h join people p on p.n = h.n and p.clicked_by = h.id
             union all
             -- How it was before this statement.
             select 'unsubscribed', min(h.at), '' from happened h left join lateral (
               select unsubscribed_at from engagement g where g.tenant_id = $1 and g.run_id = $2 and g.n = h.n limit 1
             ) g on true
             where h.kind = 'unsubscribed' and g.unsubscribed_at is null group by h.n
           ), hours as (
             insert into run_hour as h (tenant_id, run_id, kind, hour, count)
             select $1, $2, kind, date_trunc('hour', at, 'UTC'), count(*) from (
               select kind, at from happened where kind in ('opened', 'clicked')
               union all
               select 'opened', h.at from happened h join people p on p.n = h.n and p.opened_by = h.id
               where h.kind = 'clicked'
             ) e
             group by kind, 4 order by kind, 4
             on conflict on constraint run_hour_pk do update set count = h.count + excluded.count
           ), counted as (
             insert into run_counter as c (tenant_id, run_id, kind, code, count, detail)
             select $1::uuid, $2::uuid, kind, code, count, detail
             from unnest($12::text[], $13::text[], $14::bigint[], $18::text[]) as t (kind, code, count, detail)
             union all
             select $1, $2, kind, '', count(*), '' from first group by kind
             union all
             select $1, $2, kind || '_in', place, count(*), '' from first where place <> '' group by kind, place
             order by 3, 4
             on conflict on constraint run_counter_pk do update set count = c.count + excluded.count,
               detail = case when c.detail = '' then excluded.detail else c.detail end
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
        &changes.after,
        &changes.codes as &[Option<String>],
        &changes.texts as &[Option<String>],
        &texts
    )
    .fetch_all(conn)
    .await?)
}
