//! Moves of a campaign and what they do to its run.

use chrono::TimeDelta;
use domain::{
    campaign::{Audience, Campaign, CampaignStatus},
    id::{CampaignId, ContactId, ProviderId, RunId},
    message::MessageState,
};
use sqlx::{PgConnection, types::Json};

use crate::{
    Result,
    campaigns::start::{RunContent, RunSender},
    db::Tx,
};

/// Changes a campaign's state if it is still `from`, and its newest run's with it.
pub(in crate::campaigns) async fn set_status(
    tx: &mut Tx,
    id: CampaignId,
    from: CampaignStatus,
    to: CampaignStatus,
    reason: Option<&str>,
) -> Result<bool> {
    let now = tx.now;
    let changed = sqlx::query_scalar!(
        r#"with moved as (
             update campaign set status = $3, status_reason = $4, updated_at = $5 where id = $1 and status = $2
             returning run_id
           ), run_moved as (
             update run set status = $3 from moved
             where run.id = moved.run_id and $3 in ('running', 'paused', 'completed', 'failed', 'cancelled')
           )
           select count(*) as "n!" from moved"#,
        id.0,
        from as CampaignStatus,
        to as CampaignStatus,
        reason,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(changed == 1)
}

#[expect(clippy::too_many_arguments, reason = "a row's columns")]
pub(in crate::campaigns) async fn insert_run(
    tx: &mut Tx,
    run: RunId,
    campaign: &Campaign,
    audience: &Audience,
    content: &RunContent,
    sender: &RunSender,
    provider: ProviderId,
    hold: TimeDelta,
) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into run (tenant_id, id, campaign_id, status, audience, content, sender, provider_id, begin_at, created_at,
           rate_per_second, expires_at, switches)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tenant,
        run.0,
        campaign.id.0,
        Json(audience) as _,
        Json(content) as _,
        Json(sender) as _,
        provider.0,
        now + hold,
        now,
        campaign.rate_per_second,
        campaign.not_after,
        Json(campaign.switches) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::campaigns) async fn started(tx: &mut Tx, id: CampaignId, run: RunId) -> Result<()> {
    let now = tx.now;
    sqlx::query!("update campaign set run_id = $2, started_at = $3 where id = $1", id.0, run.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub(in crate::campaigns) async fn finished(tx: &mut Tx, id: CampaignId) -> Result<()> {
    let now = tx.now;
    sqlx::query!("update campaign set finished_at = $2 where id = $1", id.0, now).execute(tx.conn()).await?;
    Ok(())
}

/// Takes out one person who was not handed over: skipped, and counted as such. Says whether it
/// was still possible.
pub(in crate::campaigns) async fn remove_waiting(tx: &mut Tx, run: RunId, n: i32) -> Result<bool> {
    let (tenant, now) = (tx.tenant(), tx.now);
    let counted = sqlx::query!(
        r#"with open as (
             select noted from chunk where run_id = $2 and $3 between first and last and not done for update
           ), gone as (
             update message m set state = 'skipped', reason = 'removed', detail = null, at = $4, due_at = null
             where m.run_id = $2 and m.n = $3 and m.state = 'planned' and m.noted_at is null
               and not exists (select from open where m.n <= open.noted and m.due_at is null)
             returning 1
           )
           insert into run_counter as c (tenant_id, run_id, kind, code, count)
           select $1, $2, 'skipped', 'removed', count(*) from gone having count(*) > 0
           on conflict on constraint run_counter_pk do update set count = c.count + excluded.count"#,
        tenant,
        run.0,
        n,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(counted.rows_affected() == 1)
}

/// A message of a run: where it stands, and whose it is.
pub(in crate::campaigns) async fn message(
    conn: &mut PgConnection,
    run: RunId,
    n: i32,
) -> Result<Option<(MessageState, ContactId)>> {
    let row = sqlx::query!(
        r#"select state as "state: MessageState", contact_id as "contact: ContactId" from message
           where run_id = $1 and n = $2"#,
        run.0,
        n
    );
    Ok(row.fetch_optional(conn).await?.map(|row| (row.state, row.contact)))
}
