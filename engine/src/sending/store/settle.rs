//! How messages ended, written with their counters.

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

/// Endings by column, as `unnest` takes them.
#[derive(Default)]
struct Columns {
    ns: Vec<i32>,
    hand_overs: Vec<i16>,
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
            columns.ns.push(one.n);
            columns.hand_overs.push(one.hand_over);
            columns.states.push(state.word().to_owned());
            columns.reasons.push(end.reason.clone());
            columns.details.push(end.detail.clone());
            columns.refs.push(end.provider_ref.clone());
            columns.attempts.push(i16::try_from(end.attempts).unwrap_or(i16::MAX));
            columns.due.push(end.due_at.filter(|_| !is_cancelled));
        }
        columns
    }
}

/// Moves messages from planned to how they ended, and counts them, in one statement. A message that is no longer
/// planned is left as it is, and so is one that has been handed over again since: `attempts` tells which handing-over
/// an answer belongs to. (`n = any` makes the primary key serve also a run that has no statistics yet: without it the
/// whole run was read, 60 ms for 50 messages of 36,000.)
pub(in crate::sending) async fn settle(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let c = Columns::of(settled.iter(), stops(conn, run, settled).await?);
    sqlx::query!(
        "with ended as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, noted_at = null, at = $11,
             accepted_at = case when e.state = 'accepted' then $11 else m.accepted_at end
           from unnest($3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[],
             $10::timestamptz[]) as e(n, hand_over, state, reason, detail, provider_ref, attempts, due_at)
           where m.tenant_id = $1 and m.run_id = $2 and m.n = any($3) and m.n = e.n and m.state = 'planned'
             and m.attempts = e.hand_over - 1
           returning m.state, m.reason, m.detail
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1, $2, state, coalesce(reason, ''), coalesce(min(detail) filter (where state <> 'accepted'), ''), count(*)
         from ended where state <> 'planned' group by state, reason
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &c.ns,
        &c.hand_overs,
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

/// Whether anything that would be tried again belongs to a run that was stopped for good. It cannot be stopped until
/// this transaction has ended.
async fn stops(conn: &mut PgConnection, run: RunId, settled: &[Settled]) -> Result<bool> {
    if !settled.iter().any(|one| one.end.state == MessageState::Planned) {
        return Ok(false);
    }
    let status =
        sqlx::query_scalar!(r#"select status = 'cancelled' as "stopped!" from run where id = $1 for share"#, run.0);
    Ok(status.fetch_optional(conn).await?.unwrap_or(true))
}

/// The answers of a worker that lost its lease while it waited for them: what was put in doubt for its sake is so no
/// longer. The number of the handing-over tells that it is the same one.
pub(in crate::sending) async fn settle_doubted(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let known = |one: &&Settled| !matches!(one.end.state, MessageState::InDoubt | MessageState::Skipped);
    let c = Columns::of(settled.iter().filter(known), stops(conn, run, settled).await?);
    if c.ns.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "with known as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, at = $11, accepted_at = case when e.state = 'accepted' then $11 else m.accepted_at end
           from unnest($3::int[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::smallint[],
             $10::timestamptz[]) as e(n, hand_over, state, reason, detail, provider_ref, attempts, due_at)
           where m.tenant_id = $1 and m.run_id = $2 and m.n = any($3) and m.n = e.n and m.attempts = e.hand_over
             and m.state = 'in_doubt' and m.reason = 'interrupted'
           returning m.state, m.reason, m.detail
         ), reopened as (
           update run set finished_at = null where id = $2 and exists (select from known where state = 'planned')
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1::uuid, $2::uuid, state, coalesce(reason, ''), coalesce(min(detail), ''), count(*) from known
         where state <> 'planned' group by state, reason
         union all
         select $1, $2, 'in_doubt', 'interrupted', '', -count(*) from known having count(*) > 0
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &c.ns,
        &c.hand_overs,
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
    let hand_over = message.attempts.saturating_add(1);
    let end = Ending {
        state: MessageState::InDoubt,
        reason: Some("interrupted".into()),
        detail: Some("Sending was interrupted after this message was handed over, before an answer came.".into()),
        provider_ref: None,
        attempts: hand_over.unsigned_abs(),
        due_at: None,
    };
    Settled { n: message.n, hand_over, end }
}
