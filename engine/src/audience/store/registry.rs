//! SQL of custom fields and pipeline stages.

use chrono::{DateTime, Utc};
use domain::{
    custom_field::{CustomField, FieldKind, ParsedCustomField},
    stage::Stage,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// All custom fields, by what people call them.
pub(in crate::audience) async fn fields(conn: &mut PgConnection) -> Result<Vec<CustomField>> {
    Ok(sqlx::query_as!(
        CustomField,
        r#"select key, label, kind as "kind: FieldKind", created_at from custom_field order by lower(label), key"#
    )
    .fetch_all(conn)
    .await?)
}

/// Adds fields; says how many there were not yet.
pub(in crate::audience) async fn add_fields(
    conn: &mut PgConnection,
    tenant: Uuid,
    fields: &[ParsedCustomField],
    now: DateTime<Utc>,
) -> Result<u64> {
    let keys: Vec<_> = fields.iter().map(|field| field.key.clone()).collect();
    let labels: Vec<_> = fields.iter().map(|field| field.label.clone()).collect();
    let kinds: Vec<_> = fields.iter().map(|field| field.kind.word().to_owned()).collect();
    let added = sqlx::query!(
        "insert into custom_field (tenant_id, key, label, kind, created_at)
         select $1, key, label, kind, $5 from unnest($2::text[], $3::text[], $4::text[]) as f (key, label, kind)
         on conflict on constraint custom_field_pk do nothing",
        tenant,
        &keys,
        &labels,
        &kinds,
        now
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected())
}

pub(in crate::audience) async fn rename_field(conn: &mut PgConnection, key: &str, label: &str) -> Result<bool> {
    let done = sqlx::query!("update custom_field set label = $2 where key = $1", key, label).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a field out of the registry and its values from all contacts; says from how many, or that there is no such field.
pub(in crate::audience) async fn delete_field(conn: &mut PgConnection, key: &str) -> Result<Option<u64>> {
    let gone = sqlx::query!("delete from custom_field where key = $1", key).execute(&mut *conn).await?;
    if gone.rows_affected() == 0 {
        return Ok(None);
    }
    let emptied = sqlx::query!("update contact set custom = custom - $1 where custom ? $1", key).execute(conn).await?;
    Ok(Some(emptied.rows_affected()))
}

/// All stages, in order.
pub(in crate::audience) async fn stages(conn: &mut PgConnection) -> Result<Vec<Stage>> {
    Ok(sqlx::query_as!(Stage, "select key, name from pipeline_stage order by position, key").fetch_all(conn).await?)
}

/// Puts these stages in the place of those that were there.
pub(in crate::audience) async fn set_stages(conn: &mut PgConnection, tenant: Uuid, stages: &[Stage]) -> Result<()> {
    let keys: Vec<_> = stages.iter().map(|stage| stage.key.clone()).collect();
    let names: Vec<_> = stages.iter().map(|stage| stage.name.clone()).collect();
    sqlx::query!("delete from pipeline_stage where tenant_id = $1 and key <> all($2)", tenant, &keys)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into pipeline_stage as s (tenant_id, key, name, position)
         select $1, key, name, position from unnest($2::text[], $3::text[]) with ordinality as n (key, name, position)
         on conflict on constraint pipeline_stage_pk do update set name = excluded.name, position = excluded.position",
        tenant,
        &keys,
        &names
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One of these stages at which somebody is.
pub(in crate::audience) async fn stage_in_use(conn: &mut PgConnection, keys: &[String]) -> Result<Option<String>> {
    let row = sqlx::query_scalar!(r#"select stage as "stage!" from contact where stage = any($1) limit 1"#, keys);
    Ok(row.fetch_optional(conn).await?)
}
