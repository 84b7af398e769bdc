//! SQL of templates made of blocks, and of their drafts.

use chrono::{DateTime, Utc};
use domain::id::{TemplateId, UserId};
use serde_json::Value;
use sqlx::PgConnection;

use crate::{Result, db::Tx};

pub(super) async fn blocks(conn: &mut PgConnection, id: TemplateId, version: i32) -> Result<Option<Value>> {
    Ok(sqlx::query_scalar!(
        "select blocks from template_version where template_id = $1 and version = $2",
        id.0,
        version
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn draft(
    conn: &mut PgConnection,
    id: TemplateId,
    user: UserId,
) -> Result<Option<(Value, i32, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select document, version, saved_at from template_draft where template_id = $1 and user_id = $2",
        id.0,
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.document, row.version, row.saved_at)))
}

pub(super) async fn keep_draft(
    tx: &mut Tx,
    id: TemplateId,
    user: UserId,
    document: &Value,
    version: i32,
) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into template_draft (tenant_id, template_id, user_id, version, document, saved_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id, template_id, user_id)
         do update set version = excluded.version, document = excluded.document, saved_at = excluded.saved_at",
        tenant,
        id.0,
        user.0,
        version,
        document,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(super) async fn delete_draft(conn: &mut PgConnection, id: TemplateId, user: UserId) -> Result<()> {
    sqlx::query!("delete from template_draft where template_id = $1 and user_id = $2", id.0, user.0)
        .execute(conn)
        .await?;
    Ok(())
}
