//! SQL of a workspace's own settings.

use chrono::{DateTime, Utc};
use domain::{
    account::{Settings, Workspace},
    brand::{Brand, LogoType},
    doubt::DoubtPolicy,
    id::{LogoId, TenantId},
};
use sqlx::PgConnection;

use crate::Result;

/// The workspace of the transaction with its settings; its logo beside them.
pub(in crate::accounts) async fn settings(conn: &mut PgConnection) -> Result<(Settings, Option<LogoId>)> {
    let row = sqlx::query!(
        r#"select id as "id: TenantId", name, slug, time_zone, postal_address,
             brand_name, brand_email, brand_reply_to, brand_colour, brand_logo,
             doubt_policy as "doubt_policy: DoubtPolicy", doubt_policy_since
           from tenant"#
    );
    let row = row.fetch_one(conn).await?;
    let workspace = Workspace {
        id: row.id,
        name: row.name,
        slug: row.slug,
        time_zone: row.time_zone,
        postal_address: row.postal_address,
    };
    let brand = Brand {
        from_name: row.brand_name,
        from_email: row.brand_email,
        reply_to: row.brand_reply_to,
        colour: row.brand_colour,
        logo_url: None,
    };
    let (doubt_policy, doubt_policy_since) = (row.doubt_policy, row.doubt_policy_since);
    Ok((Settings { workspace, brand, doubt_policy, doubt_policy_since }, row.brand_logo.map(LogoId)))
}

/// Sets the policy if it is another one; it counts from now on.
pub(in crate::accounts) async fn set_doubt_policy(
    conn: &mut PgConnection,
    policy: DoubtPolicy,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update tenant set doubt_policy = $1, doubt_policy_since = $2 where doubt_policy <> $1",
        policy as DoubtPolicy,
        now
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Sets everything but the policy and the logo.
pub(in crate::accounts) async fn set_workspace(conn: &mut PgConnection, settings: &Settings) -> Result<()> {
    let (workspace, brand) = (&settings.workspace, &settings.brand);
    sqlx::query!(
        "update tenant set name = $2, slug = $3, time_zone = $4, postal_address = $5, brand_name = $6, brand_email = $7,
           brand_reply_to = $8, brand_colour = $9
         where id = $1",
        workspace.id.0,
        workspace.name,
        workspace.slug,
        workspace.time_zone,
        workspace.postal_address,
        brand.from_name,
        brand.from_email,
        brand.reply_to,
        brand.colour
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn insert_logo(
    conn: &mut PgConnection,
    tenant: TenantId,
    id: LogoId,
    kind: LogoType,
    bytes: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into brand_logo (tenant_id, id, media_type, bytes, created_at) values ($1, $2, $3, $4, $5)",
        tenant.0,
        id.0,
        kind as LogoType,
        bytes,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::accounts) async fn set_logo(conn: &mut PgConnection, id: Option<LogoId>) -> Result<()> {
    sqlx::query!("update tenant set brand_logo = $1", id.map(|id| id.0)).execute(conn).await?;
    Ok(())
}

pub(in crate::accounts) async fn logo(conn: &mut PgConnection, id: LogoId) -> Result<Option<(LogoType, Vec<u8>)>> {
    let row = sqlx::query!(r#"select media_type as "kind: LogoType", bytes from brand_logo where id = $1"#, id.0);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.kind, row.bytes)))
}
