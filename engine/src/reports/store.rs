//! SQL of reports.

use domain::{
    id::{ContactId, RunId},
    message::{MessageState, Part, Recipient, SkipReason},
    stats::Grouped,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Result, sending};

/// One counter.
pub(super) struct Counter {
    pub(super) run_id: RunId,
    pub(super) kind: String,
    pub(super) count: i64,
}

pub(super) async fn counters(conn: &mut PgConnection, runs: &[RunId]) -> Result<Vec<Counter>> {
    let runs: Vec<Uuid> = runs.iter().map(|run| run.0).collect();
    Ok(sqlx::query_as!(
        Counter,
        r#"select run_id as "run_id: RunId", kind, sum(count)::bigint as "count!" from run_counter
           where run_id = any($1) group by run_id, kind"#,
        &runs
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn groups(conn: &mut PgConnection, run: RunId) -> Result<Vec<Grouped>> {
    let rows = sqlx::query!(
        r#"select kind, code, detail, count from run_counter
           where run_id = $1 and kind in ('skipped', 'failed', 'in_doubt') and count > 0 order by count desc, code"#,
        run.0
    )
    .fetch_all(conn)
    .await?;
    let grouped = rows.into_iter().filter_map(|row| {
        let text = SkipReason::from_word(&row.code).map(|skip| skip.sentence().to_owned());
        Some(Grouped {
            part: Part::from_word(&row.kind)?,
            code: row.code,
            text: text.unwrap_or(row.detail),
            count: row.count,
        })
    });
    Ok(grouped.collect())
}

pub(super) async fn recipients(
    conn: &mut PgConnection,
    run: RunId,
    part: Option<Part>,
    search: Option<&str>,
    after: i32,
    limit: i64,
) -> Result<Vec<(i32, Recipient)>> {
    let states = part.map(|part| {
        let within = MessageState::ALL.iter().filter(|state| state.part() == part);
        within.map(|state| state.word().to_owned()).collect::<Vec<_>>()
    });
    let rows = sqlx::query!(
        r#"select m.n, m.contact_id as "contact_id: ContactId", m.address, m.state as "state: MessageState", m.reason,
             m.detail, m.at, m.due_at,
             coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.business_name, ''), m.address,
               'Deleted contact') as "label!"
           from message m left join contact c on c.tenant_id = m.tenant_id and c.id = m.contact_id
           where m.run_id = $1 and m.n > $2 and ($3::text[] is null or m.state = any($3))
             and ($4::text is null or starts_with(lower(m.address), lower($4)))
           order by m.n limit $5"#,
        run.0,
        after,
        states.as_deref(),
        search,
        limit
    )
    .fetch_all(conn)
    .await?;
    let recipient = rows.into_iter().map(|row| {
        let skip = row.reason.as_deref().and_then(SkipReason::from_word);
        let words = skip.map(|skip| skip.sentence().to_owned());
        let recipient = Recipient {
            id: sending::public_id(run, row.n),
            contact_id: row.contact_id,
            label: row.label,
            address: row.address,
            status: row.state.shown().to_owned(),
            reason: words.or(row.detail),
            code: row.reason,
            at: row.at,
            due_at: row.due_at.filter(|_| row.state == MessageState::Planned),
        };
        (row.n, recipient)
    });
    Ok(recipient.collect())
}
