//! SQL of drafts.

use domain::{
    campaign::{CampaignContent, CampaignType, ParsedCampaign},
    channel::Channel,
    id::CampaignId,
};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use crate::{Result, campaigns::draft::Times, db::Tx};

/// Until this transaction ends nobody else changes it.
pub(in crate::campaigns) async fn lock(conn: &mut PgConnection, id: CampaignId) -> Result<()> {
    sqlx::query!("select id from campaign where id = $1 for update", id.0).fetch_optional(conn).await?;
    Ok(())
}

pub(in crate::campaigns) async fn insert(
    tx: &mut Tx,
    id: CampaignId,
    code: &str,
    new: &ParsedCampaign,
    times: &Times,
) -> Result<()> {
    let (tenant, now, owner) = (tx.tenant(), tx.now, tx.actor.user().map(|user| user.0));
    sqlx::query!(
        "insert into campaign (tenant_id, id, name, code, kind, channels, status, sender_id, audience, owner_id,
           created_at, updated_at, rate_per_second, not_after, description, goal, starts_at, time_zone, late_minutes,
           switches)
         values ($1, $2, $3, $4, $5, $6, 'draft', $7, $8, $9, $10, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        tenant,
        id.0,
        new.name,
        code,
        new.kind as CampaignType,
        &new.channels as &[Channel],
        new.sender_id.map(|sender| sender.0),
        Json(&new.audience) as _,
        owner,
        now,
        new.rate_per_second,
        times.not_after,
        new.description,
        new.goal,
        times.starts_at,
        times.time_zone,
        times.late_minutes,
        Json(new.switches) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::campaigns) async fn update_draft(
    tx: &mut Tx,
    id: CampaignId,
    new: &ParsedCampaign,
    times: &Times,
) -> Result<bool> {
    let now = tx.now;
    let done = sqlx::query!(
        "update campaign set name = $2, code = coalesce($3, code), channels = $4, sender_id = $5, audience = $6,
           updated_at = $7, rate_per_second = $8, not_after = $9, description = $10, goal = $11, starts_at = $12,
           time_zone = $13, late_minutes = $14, switches = $15, kind = $16
         where id = $1 and status = 'draft'",
        id.0,
        new.name,
        new.code,
        &new.channels as &[Channel],
        new.sender_id.map(|sender| sender.0),
        Json(&new.audience) as _,
        now,
        new.rate_per_second,
        times.not_after,
        new.description,
        new.goal,
        times.starts_at,
        times.time_zone,
        times.late_minutes,
        Json(new.switches) as _,
        new.kind as CampaignType
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::campaigns) async fn set_content(
    tx: &mut Tx,
    id: CampaignId,
    content: Option<&CampaignContent>,
) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!("delete from campaign_content where campaign_id = $1 and channel = 'email'", id.0)
        .execute(tx.conn())
        .await?;
    let Some(content) = content else { return Ok(()) };
    sqlx::query!(
        "insert into campaign_content (tenant_id, campaign_id, channel, template_id, template_version, subject, html, plain)
         values ($1, $2, 'email', $3, $4, $5, $6, $7)",
        tenant,
        id.0,
        content.template_id.map(|template| template.0),
        content.template_version,
        content.email.subject,
        content.email.html,
        content.email.text
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::campaigns) async fn delete_draft(conn: &mut PgConnection, id: CampaignId) -> Result<bool> {
    let done = sqlx::query!("delete from campaign where id = $1 and status = 'draft'", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps what was typed into a step and cannot be saved.
pub(in crate::campaigns) async fn keep_unsaved(
    conn: &mut PgConnection,
    id: CampaignId,
    step: &str,
    typed: &Value,
) -> Result<()> {
    sqlx::query!(
        "update campaign set unsaved = jsonb_set(unsaved, array[$2::text], $3::jsonb) where id = $1 and status = 'draft'",
        id.0,
        step,
        typed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what waits in these steps.
pub(in crate::campaigns) async fn forget_unsaved(
    conn: &mut PgConnection,
    id: CampaignId,
    steps: &[&str],
) -> Result<()> {
    sqlx::query!(
        "update campaign set unsaved = unsaved - $2::text[] where id = $1 and unsaved ?| $2::text[]",
        id.0,
        steps as &[&str]
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The words of the steps with something that waits.
pub(in crate::campaigns) async fn unsaved_steps(conn: &mut PgConnection, id: CampaignId) -> Result<Vec<String>> {
    let words =
        sqlx::query_scalar!(r#"select jsonb_object_keys(unsaved) as "word!" from campaign where id = $1"#, id.0);
    Ok(words.fetch_all(conn).await?)
}

pub(in crate::campaigns) async fn unsaved(
    conn: &mut PgConnection,
    id: CampaignId,
    step: &str,
) -> Result<Option<Value>> {
    let typed = sqlx::query_scalar!("select unsaved -> $2::text from campaign where id = $1", id.0, step);
    Ok(typed.fetch_optional(conn).await?.flatten())
}
