//! SQL of Home. Each statement reads a number of rows that does not grow with the workspace.

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    home::{Concern, FirstSteps},
    id::{CampaignId, ImportId, ProviderId, RunId, SenderId},
    provider::ProviderKind,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// The newest imports that are looked at for those that did not come to their end.
const IMPORTS: i64 = 50;

/// A run that began lately.
pub(super) struct Run {
    pub(super) id: RunId,
    pub(super) campaign_id: CampaignId,
    pub(super) name: String,
    pub(super) provider_id: ProviderId,
    /// None when the account is gone.
    pub(super) provider_kind: Option<ProviderKind>,
    /// Paused with a reason, or failed.
    pub(super) stands: bool,
}

/// The newest runs from this one on.
pub(super) async fn runs(conn: &mut PgConnection, from: Uuid, most: i64) -> Result<Vec<Run>> {
    Ok(sqlx::query_as!(
        Run,
        r#"select r.id as "id: RunId", r.campaign_id as "campaign_id: CampaignId", c.name,
             r.provider_id as "provider_id: ProviderId", p.kind as "provider_kind?: ProviderKind",
             c.run_id = r.id and (c.status = 'failed' or c.status = 'paused' and c.status_reason is not null) as "stands!"
           from run r join campaign c on c.tenant_id = r.tenant_id and c.id = r.campaign_id
             left join provider p on p.tenant_id = r.tenant_id and p.id = r.provider_id
           where r.id >= $1 order by r.id desc limit $2"#,
        from,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// The kinds of account that runs went over, of those that are still there.
pub(super) async fn kinds(conn: &mut PgConnection, runs: &[RunId]) -> Result<Vec<(RunId, ProviderKind)>> {
    let runs: Vec<Uuid> = runs.iter().map(|run| run.0).collect();
    let rows = sqlx::query!(
        r#"select r.id as "id: RunId", p.kind as "kind: ProviderKind"
           from run r join provider p on p.tenant_id = r.tenant_id and p.id = r.provider_id where r.id = any($1)"#,
        &runs
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.id, row.kind)).collect())
}

/// How many messages could go now, and since when the first of them could.
pub(super) async fn queue(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(i64, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select coalesce(sum(w.waiting), 0)::bigint as "waiting!", min(coalesce(f.due, d.due)) as oldest
           from run r
             cross join lateral (
               select coalesce(sum(case kind when 'audience' then count else -count end), 0) as waiting from run_counter c
               where c.tenant_id = r.tenant_id and c.run_id = r.id
                 and c.kind in ('audience', 'accepted', 'skipped', 'failed', 'in_doubt', 'cancelled')
             ) w
             left join lateral (
               -- What is planned could go from the beginning on.
               select r.begin_at as due from chunk k
               where k.tenant_id = r.tenant_id and k.run_id = r.id and not k.done limit 1
             ) f on true
             left join lateral (
               select m.due_at as due from message m
               where m.tenant_id = r.tenant_id and m.run_id = r.id and m.due_at <= $1 order by m.due_at limit 1
             ) d on true
           where r.finished_at is null and r.status in ('running', 'completed') and r.begin_at <= $1"#,
        now
    );
    let row = row.fetch_one(conn).await?;
    Ok((row.waiting, row.oldest))
}

/// Accounts whose reports do not come, or were turned away since a day.
pub(super) async fn reports_missing(conn: &mut PgConnection, since: NaiveDate) -> Result<Vec<Concern>> {
    let rows = sqlx::query!(
        r#"select p.id as "provider_id: ProviderId", p.name, w.ended_at as "ended_at?", r.count as "count?",
             r.last_at as "last_at?"
           from provider p
             left join webhook w on w.tenant_id = p.tenant_id and w.provider_id = p.id
             left join lateral (
               select sum(count)::bigint as count, max(last_at) as last_at from webhook_refusal f
               where f.tenant_id = p.tenant_id and f.provider_id = p.id and f.day >= $1
             ) r on true
           where w.ended_at is not null or r.count > 0 order by p.name"#,
        since
    );
    let concerns = rows.fetch_all(conn).await?.into_iter().flat_map(|row| {
        let (provider_id, name) = (row.provider_id, row.name);
        let ended = row.ended_at.map(|at| Concern::ReportsEnded { provider_id, name: name.clone(), ended_at: at });
        let refused = row.count.zip(row.last_at);
        let refused = refused.map(|(count, last_at)| Concern::ReportsRefused { provider_id, name, count, last_at });
        [ended, refused].into_iter().flatten()
    });
    Ok(concerns.collect())
}

/// How many campaigns that are yet to go have each sender.
pub(super) async fn still_to_go(conn: &mut PgConnection) -> Result<Vec<(SenderId, i64)>> {
    let rows = sqlx::query!(
        r#"select sender_id as "sender_id!: SenderId", count(*) as "count!" from campaign
           where status = 'scheduled' and sender_id is not null group by sender_id"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.sender_id, row.count)).collect())
}

/// Those of the newest imports that failed or were stopped since a moment.
pub(super) async fn imports(conn: &mut PgConnection, since: DateTime<Utc>, most: i64) -> Result<Vec<Concern>> {
    let rows = sqlx::query!(
        r#"select id as "id: ImportId", file, fault, greatest(rows_total - rows_done, 0) as "left!"
           from (select * from import order by id desc limit $3) newest
           where status in ('failed', 'stopped') and created_at >= $1 order by id desc limit $2"#,
        since,
        most,
        IMPORTS
    );
    let concerns = rows.fetch_all(conn).await?.into_iter().map(|row| Concern::Import {
        import_id: row.id,
        file: row.file,
        fault: row.fault,
        left: row.left,
    });
    Ok(concerns.collect())
}

/// What a new workspace has by now.
pub(super) async fn first_steps(conn: &mut PgConnection) -> Result<FirstSteps> {
    Ok(sqlx::query_as!(
        FirstSteps,
        r#"select exists (select from provider where kind <> 'sandbox') or exists (select from sender) as "provider!",
             exists (select from sender) as "sender!", exists (select from list where active > 0) as "people!",
             exists (select from template) as "template!", exists (select from run) as "campaign!""#
    )
    .fetch_one(conn)
    .await?)
}
