//! How messages ended, written with their counters.

use chrono::{DateTime, Utc};
use domain::{
    id::{RunId, TenantId},
    message::MessageState,
};
use sqlx::PgConnection;

use crate::{Result, sending::group::Settled};

/// Moves messages from planned to how they ended, and counts them, in one statement. A message that is no longer
/// planned is left as it is; one that would be tried again is cancelled if its run was stopped meanwhile.
pub(in crate::sending) async fn settle(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let again = MessageState::Planned.word();
    let stopped = settled.iter().any(|s| s.state == again) && is_stopped(&mut *conn, run).await?;
    let state = |s: &Settled| if stopped && s.state == again { MessageState::Cancelled.word() } else { s.state };
    let ns: Vec<i32> = settled.iter().map(|s| s.n).collect();
    let states: Vec<String> = settled.iter().map(|s| state(s).to_owned()).collect();
    // Why it would have been tried again says nothing about why it was cancelled.
    let reason = |s: &Settled| s.reason.clone().filter(|_| !(stopped && s.state == again));
    let reasons: Vec<Option<String>> = settled.iter().map(reason).collect();
    let details: Vec<Option<String>> = settled.iter().map(|s| s.detail.clone()).collect();
    let refs: Vec<Option<String>> = settled.iter().map(|s| s.provider_ref.clone()).collect();
    let attempts: Vec<i16> = settled.iter().map(|s| s.attempts).collect();
    let due: Vec<Option<DateTime<Utc>>> = settled.iter().map(|s| s.due_at.filter(|_| !stopped)).collect();
    sqlx::query!(
        "with ended as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, attempts = e.attempts,
             due_at = e.due_at, noted_at = null, at = $10,
             accepted_at = case when e.state = 'accepted' then $10 else m.accepted_at end
           from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[], $9::timestamptz[])
             as e(n, state, reason, detail, provider_ref, attempts, due_at)
           where m.run_id = $2 and m.n = e.n and m.state = 'planned'
           returning m.state, m.reason, m.detail
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1, $2, state, coalesce(reason, ''), coalesce(min(detail) filter (where state <> 'accepted'), ''), count(*)
         from ended where state <> 'planned' group by state, reason
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &ns,
        &states,
        &reasons as &[Option<String>],
        &details as &[Option<String>],
        &refs as &[Option<String>],
        &attempts,
        &due as &[Option<DateTime<Utc>>],
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a run was stopped for good. It cannot be until this transaction has ended.
async fn is_stopped(conn: &mut PgConnection, run: RunId) -> Result<bool> {
    let status =
        sqlx::query_scalar!(r#"select status = 'cancelled' as "stopped!" from run where id = $1 for share"#, run.0);
    Ok(status.fetch_optional(conn).await?.unwrap_or(true))
}

/// The answers of a worker that lost its lease while it waited for them: what was put in doubt for its sake is so no
/// longer. Attempts tell that it is the same handing-over.
pub(in crate::sending) async fn settle_doubted(
    conn: &mut PgConnection,
    tenant: TenantId,
    run: RunId,
    settled: &[Settled],
    now: DateTime<Utc>,
) -> Result<()> {
    let certain = |s: &&Settled| matches!(s.state, "accepted" | "failed");
    let known: Vec<&Settled> = settled.iter().filter(certain).collect();
    if known.is_empty() {
        return Ok(());
    }
    let ns: Vec<i32> = known.iter().map(|s| s.n).collect();
    let states: Vec<String> = known.iter().map(|s| s.state.to_owned()).collect();
    let reasons: Vec<Option<String>> = known.iter().map(|s| s.reason.clone()).collect();
    let details: Vec<Option<String>> = known.iter().map(|s| s.detail.clone()).collect();
    let refs: Vec<Option<String>> = known.iter().map(|s| s.provider_ref.clone()).collect();
    let attempts: Vec<i16> = known.iter().map(|s| s.attempts).collect();
    sqlx::query!(
        "with known as (
           update message m
           set state = e.state, reason = e.reason, detail = e.detail, provider_ref = e.provider_ref, at = $9,
             accepted_at = case when e.state = 'accepted' then $9 else m.accepted_at end
           from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::smallint[])
             as e(n, state, reason, detail, provider_ref, attempts)
           where m.run_id = $2 and m.n = e.n and m.attempts = e.attempts
             and m.state = 'in_doubt' and m.reason = 'interrupted'
           returning m.state, m.reason, m.detail
         )
         insert into run_counter as c (tenant_id, run_id, kind, code, detail, count)
         select $1::uuid, $2::uuid, state, coalesce(reason, ''), coalesce(min(detail), ''), count(*) from known group by state, reason
         union all
         select $1, $2, 'in_doubt', 'interrupted', '', -count(*) from known having count(*) > 0
         on conflict on constraint run_counter_pk do update set count = c.count + excluded.count",
        tenant.0,
        run.0,
        &ns,
        &states,
        &reasons as &[Option<String>],
        &details as &[Option<String>],
        &refs as &[Option<String>],
        &attempts,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The end of a message whose sending was interrupted.
pub(super) fn interrupted(n: i32, attempts: i16) -> Settled {
    Settled {
        n,
        state: MessageState::InDoubt.word(),
        reason: Some("interrupted".into()),
        detail: Some("Sending was interrupted after this message was handed over, before an answer came.".into()),
        provider_ref: None,
        attempts: attempts.saturating_add(1),
        due_at: None,
    }
}
