//! SQL of reports.

pub(super) mod export;
pub(super) mod figures;
pub(super) mod message;
pub(super) mod people;

use chrono::{DateTime, Utc};
use domain::{
    id::{ContactId, RunId},
    message::{MessageState, Part, Recipient, SkipReason},
    report::Engaged,
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

/// The counters of how messages ended, each by its key: places and links have many more.
pub(super) async fn ends(conn: &mut PgConnection, runs: &[RunId]) -> Result<Vec<Counter>> {
    let runs: Vec<Uuid> = runs.iter().map(|run| run.0).collect();
    Ok(sqlx::query_as!(
        Counter,
        r#"select run_id as "run_id: RunId", kind, sum(count)::bigint as "count!" from run_counter
           where run_id = any($1) and kind in ('accepted', 'failed', 'in_doubt', 'delivered', 'bounced', 'complained')
           group by run_id, kind"#,
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

/// Messages that came back, by what was answered, the most frequent answers first.
pub(super) async fn bounces(conn: &mut PgConnection, run: RunId, most: i64) -> Result<Vec<Grouped>> {
    let rows = sqlx::query!(
        "select code, detail, count from run_counter where run_id = $1 and kind = 'bounced' and count > 0
         order by count desc, code limit $2",
        run.0,
        most
    );
    let grouped = |(code, text, count)| Grouped { part: Part::Sent, code, text, count };
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| grouped((row.code, row.detail, row.count))).collect())
}

/// People who wait for another try, by what they were told.
pub(super) struct Retries {
    pub(super) code: String,
    pub(super) text: String,
    pub(super) count: i64,
    pub(super) next_at: Option<DateTime<Utc>>,
}

/// Of those who wait for another try the next `most`, by what they were told.
pub(super) async fn retries(conn: &mut PgConnection, run: RunId, most: i64) -> Result<Vec<Retries>> {
    Ok(sqlx::query_as!(
        Retries,
        r#"with next as (
             select reason, detail, due_at from message
             where run_id = $1 and due_at is not null and noted_at is null and state = 'planned' order by due_at limit $2
           )
           select coalesce(reason, '') as "code!", coalesce(min(detail), '') as "text!", count(*) as "count!",
             min(due_at) as next_at
           from next group by reason"#,
        run.0,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// A recipient's row.
struct Row {
    n: i32,
    contact_id: ContactId,
    address: Option<String>,
    state: MessageState,
    reason: Option<String>,
    detail: Option<String>,
    at: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    label: String,
}

impl Row {
    fn recipient(self, run: RunId) -> (i32, Recipient) {
        let skip = self.reason.as_deref().and_then(SkipReason::from_word);
        let words = skip.map(|skip| skip.sentence().to_owned());
        let recipient = Recipient {
            id: sending::public_id(run, self.n),
            contact_id: self.contact_id,
            label: self.label,
            address: self.address,
            status: self.state.shown().to_owned(),
            reason: words.or(self.detail),
            code: self.reason,
            at: self.at,
            due_at: self.due_at.filter(|_| self.state == MessageState::Planned),
        };
        (self.n, recipient)
    }
}

/// The columns of recipients of a run, so that each statement names them once; `$from` says which messages `m` are.
macro_rules! recipients {
    ($from:literal, $rest:literal, $($args:tt)*) => {
        sqlx::query_as!(
            Row,
            r#"select m.n, m.contact_id as "contact_id: ContactId", m.address, m.state as "state: MessageState", m.reason,
                 m.detail, m.at, m.due_at,
                 coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.business_name, ''), m.address,
                   'Deleted contact') as "label!"
               from "# + $from + r#" left join lateral (
                 -- Each looked up by its key: a merge of the two tables reads whoever lies between the recipients.
                 select c.* from contact c where c.tenant_id = m.tenant_id and c.id = m.contact_id limit 1
               ) c on true "# + $rest,
            $($args)*
        )
    };
}

/// Which recipients.
pub(super) struct Narrow<'a> {
    /// Only in these states.
    pub(super) states: Option<&'a [MessageState]>,
    /// Only who did this, or did not.
    pub(super) engaged: Option<Engaged>,
    /// Only with an address that begins so.
    pub(super) search: Option<&'a str>,
    /// Only who were told this.
    pub(super) code: Option<&'a str>,
}

impl Narrow<'_> {
    fn states(&self) -> Option<Vec<String>> {
        Some(self.states?.iter().map(|state| state.word().to_owned()).collect())
    }
}

pub(super) async fn recipients(
    conn: &mut PgConnection,
    run: RunId,
    narrow: &Narrow<'_>,
    after: i32,
    limit: i64,
) -> Result<Vec<(i32, Recipient)>> {
    if let Some(engaged) = narrow.engaged.filter(|engaged| *engaged != Engaged::NotOpened) {
        return recipients_who(conn, run, engaged, narrow, after, limit).await;
    }
    let states = narrow.states();
    let rows = recipients!(
        "message m",
        "left join lateral (
           select * from engagement g where g.tenant_id = m.tenant_id and g.run_id = m.run_id and g.n = m.n limit 1
         ) g on $7
         where m.run_id = $1 and m.n > $2 and ($3::text[] is null or m.state = any($3))
           and ($4::text is null or starts_with(lower(m.address), lower($4))) and ($6::text is null or m.reason = $6)
           and (not $7 or g.opened_at is null)
         order by m.n limit $5",
        run.0,
        after,
        states.as_deref(),
        narrow.search,
        limit,
        narrow.code,
        narrow.engaged.is_some()
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| row.recipient(run)).collect())
}

/// Recipients who did something: found by what came back, for often few did, and looking for them among all messages would
/// read the whole run.
async fn recipients_who(
    conn: &mut PgConnection,
    run: RunId,
    engaged: Engaged,
    narrow: &Narrow<'_>,
    after: i32,
    limit: i64,
) -> Result<Vec<(i32, Recipient)>> {
    let states = narrow.states();
    let rows = recipients!(
        "engagement g cross join lateral (
           select * from message m where m.tenant_id = g.tenant_id and m.run_id = g.run_id and m.n = g.n limit 1
         ) m",
        "where g.run_id = $1 and g.n > $2 and ($3::text[] is null or m.state = any($3))
           and ($4::text is null or starts_with(lower(m.address), lower($4))) and ($6::text is null or m.reason = $6)
           and case $7::text when 'opened' then g.opened_at is not null when 'clicked' then g.clicked_at is not null
             when 'machine_only' then g.opened_at is null and g.machine_opened_at is not null
             when 'unsubscribed' then g.unsubscribed_at is not null else false end
         order by g.n limit $5",
        run.0,
        after,
        states.as_deref(),
        narrow.search,
        limit,
        narrow.code,
        engaged.word()
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| row.recipient(run)).collect())
}

/// The messages that were settled last, newest first, as far as their chunks tell: those at which the newest of the
/// chunks that were begun have arrived. (No index is in order of time: it would cost every message of a send.)
pub(super) async fn latest(conn: &mut PgConnection, run: RunId, most: i32) -> Result<Vec<Recipient>> {
    let begun = sqlx::query!(
        "select first, settled from chunk where run_id = $1 and settled >= first order by first desc limit 4",
        run.0
    );
    let begun = begun.fetch_all(&mut *conn).await?;
    let near: Vec<i32> = begun.iter().flat_map(|c| c.first.max(c.settled - most + 1)..=c.settled).collect();
    let rows = recipients!(
        "message m",
        "where m.run_id = $1 and m.n = any($2)
           and m.n between (select min(n) from unnest($2) as n) and (select max(n) from unnest($2) as n) and (m.state <> 'planned' or m.reason is not null)
         order by m.at desc, m.n desc limit $3",
        run.0,
        &near,
        i64::from(most)
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| row.recipient(run).1).collect())
}
