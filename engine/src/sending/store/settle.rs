//! How messages ended, written with their counters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::{
    delivery::Ending,
    id::{RunId, TenantId},
    message::MessageState,
};
use sqlx::PgConnection;

use crate::{
    Result,
    sending::group::{Planned, Settled},
};

/// Numbers of a run that are so near each other that they are looked for together.
const NEAR: i32 = 200;

/// Whose messages are settled: they are told apart from the same ones handed over again since.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::sending) enum Way {
    /// Of a chunk that is ours, which has just been said to be settled up to them.
    InChunk,
    /// Leased one by one.
    Alone,
}

/// Endings by column, as `unnest` takes them.
#[derive(Default)]
struct Columns {
    ns: Vec<i32>,
    handed: Vec<i16>,
    states: Vec<String>,
    reasons: Vec<Option<String>>,
    details: Vec<Option<String>>,
    refs: Vec<Option<String>>,
    attempts: Vec<i16>,
    due: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    /// Of a run that was stopped, nothing is planned again: it is cancelled.
    fn of<'a>(settled: impl Iterator<Item = &'a Settled>, is_stopped: bool) -> Self {
        let mut columns = Self::default();
        for one in settled {
            let end = &one.end;
            let is_cancelled = is_stopped && end.state == MessageState::Planned;
            let state = if is_cancelled { MessageState::Cancelled } else { end.state };
            columns.ns.push(one.message.n);
            columns.handed.push(one.message.handed);
            columns.states.push(state.word().to_owned());
            // Why it would have been tried again says nothing about why it was cancelled.
            columns.reasons.push(end.reason.clone().filter(|_| !is_cancelled));
            columns.details.push(end.detail.clone());
            columns.refs.push(end.provider_ref.clone());
            columns.attempts.push(i16::try_from(end.attempts).unwrap_or(i16::MAX));
            columns.due.push(end.due_at.filter(|_| !is_cancelled));
        }
        columns
    }
}

/// Moves messages from planned to how they ended and counts them; says how many were. What is no longer planned, or has
/// been handed over again since, is left as it is. Counted last, for whoever counts makes the others wait.
pub(in crate::sending) async fn settle(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    way: Way,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<usize> {
    let is_stopped = stops(conn, run, settled).await?;
    let mut sorted: Vec<_> = settled.iter().collect();
    sorted.sort_by_key(|one| one.message.n);
    let mut ended = Vec::with_capacity(settled.len());
    for near in sorted.chunk_by(|one, next| next.message.n - one.message.n <= NEAR) {
        let columns = Columns::of(near.iter().copied(), is_stopped);
        ended.extend(end(conn, (tenant, run), way, &columns, now).await?);
    }
    let count = ended.len();
    ended.retain(|one| one.state != MessageState::Planned.word());
    if !ended.is_empty() {
        self::count(conn, (tenant, run), ended).await?;
    }
    Ok(count)
}

/// How a message ended.
struct Ended {
    state: String,
    reason: Option<String>,
    detail: Option<String>,
}

/// Ends messages that are near each other. (The bounds of their numbers are for PostgreSQL: of a run that it has no
/// statistics of it thinks that it has one message, and without them reads it whole, for each group.)
async fn end(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    way: Way,
    c: &Columns,
    now: DateTime<Utc>,
) -> Result<Vec<Ended>> {
    let (Some(first), Some(last)) = (c.ns.first(), c.ns.last()) else { return Ok(Vec::new()) };
    Ok(sqlx::query_as!(
        Ended,
        r#"update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, noted_at = null, at = $11,
             accepted_at = case when e.state = 'accepted' then $11 else m.accepted_at end
           from unnest($3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[],
             $10::timestamptz[]) as e(n, handed, state, reason, detail, provider_ref, attempts, due_at)
           where m.tenant_id = $1 and m.run_id = $2 and m.n between $13 and $14 and m.n = e.n and m.state = 'planned'
             and m.handed = e.handed and ($12 and m.noted_at is not null or not $12 and m.due_at is null)
           returning m.state, m.reason, m.detail"#,
        tenant.0,
        run.0,
        &c.ns,
        &c.handed,
        &c.states,
        &c.reasons as &[Option<String>],
        &c.details as &[Option<String>],
        &c.refs as &[Option<String>],
        &c.attempts,
        &c.due as &[Option<DateTime<Utc>>],
        now,
        way == Way::Alone,
        first,
        last
    )
    .fetch_all(conn)
    .await?)
}

/// Counts how messages ended, in the order in which everybody does.
async fn count(conn: &mut PgConnection, (tenant, run): (TenantId, RunId), ended: Vec<Ended>) -> Result<()> {
    let mut counts: BTreeMap<(String, String), (String, i64)> = BTreeMap::new();
    for Ended { state, reason, detail } in ended {
        let detail = detail.filter(|_| state != MessageState::Accepted.word()).unwrap_or_default();
        let (least, count) = counts.entry((state, reason.unwrap_or_default())).or_insert_with(|| (detail.clone(), 0));
        if detail < *least {
            *least = detail;
        }
        *count += 1;
    }
    let (mut kinds, mut codes, mut details, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((kind, code), (detail, number)) in counts {
        kinds.push(kind);
        codes.push(code);
        details.push(detail);
        numbers.push(number);
    }
    sqlx::query!(
        "insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1, $2, kind, code, detail, count
         from unnest($3::text[], $4::text[], $5::text[], $6::bigint[]) as e(kind, code, detail, count)
         order by kind, code
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &kinds,
        &codes,
        &details,
        &numbers
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether anything that would be tried again belongs to a run that was stopped for good. It cannot be stopped until
/// this transaction has ended; so this is asked before anything of the run is locked, for whoever stops it locks it
/// first, too.
pub(in crate::sending) async fn stops(conn: &mut PgConnection, run: RunId, settled: &[Settled]) -> Result<bool> {
    if !settled.iter().any(|one| one.end.state == MessageState::Planned) {
        return Ok(false);
    }
    let status =
        sqlx::query_scalar!(r#"select status = 'cancelled' as "stopped!" from run where id = $1 for share"#, run.0);
    Ok(status.fetch_optional(conn).await?.unwrap_or(true))
}

/// Answers that come late, to a worker that had lost its lease while it waited for them. What was put in doubt for the
/// sake of this very handing-over is so no longer; and what the provider took is sent, whatever was planned since.
pub(in crate::sending) async fn settle_late(
    conn: &mut PgConnection,
    (tenant, run): (TenantId, RunId),
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let known = |one: &&Settled| !matches!(one.end.state, MessageState::InDoubt | MessageState::Skipped);
    let c = Columns::of(settled.iter().filter(known), stops(conn, run, settled).await?);
    if c.ns.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with late as (
           select m.n, m.state as before, m.reason as doubt from message m
             join unnest($3::int[], $4::smallint[], $5::text[]) as e(n, handed, state) on e.n = m.n
           where m.tenant_id = $1 and m.run_id = $2
             and m.n between (select min(n) from unnest($3) as n) and (select max(n) from unnest($3) as n)
             and (m.state = 'in_doubt' and m.reason = 'interrupted' and m.handed = e.handed
               or m.state in ('planned', 'in_doubt') and e.state = 'accepted')
           for update of m
         ), known as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, noted_at = null, at = $11,
             accepted_at = case when e.state = 'accepted' then $11 else m.accepted_at end
           from late l, unnest($3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[],
             $10::timestamptz[]) as e(n, handed, state, reason, detail, provider_ref, attempts, due_at)
           where m.tenant_id = $1 and m.run_id = $2 and m.n = l.n and m.n = e.n
           returning m.state, m.reason, m.detail, l.before, l.doubt
         ), reopened as (
           update run set finished_at = null where id = $2 and exists (select from known where state = 'planned')
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1::uuid, $2::uuid, state, coalesce(reason, ''), coalesce(min(detail), ''), count(*) from known
         where state <> 'planned' group by state, reason
         union all
         select $1, $2, 'in_doubt', doubt, '', -count(*) from known where before = 'in_doubt' group by doubt
         order by 3, 4
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &c.ns,
        &c.handed,
        &c.states,
        &c.reasons as &[Option<String>],
        &c.details as &[Option<String>],
        &c.refs as &[Option<String>],
        &c.attempts,
        &c.due as &[Option<DateTime<Utc>>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The end of a message whose sending was interrupted.
pub(super) fn interrupted(message: &Planned) -> Settled {
    let end = Ending {
        state: MessageState::InDoubt,
        reason: Some("interrupted".into()),
        detail: Some("Sending was interrupted after this message was handed over, before an answer came.".into()),
        provider_ref: None,
        attempts: message.attempts.unsigned_abs().saturating_add(1),
        due_at: None,
    };
    Settled { message: *message, end }
}
