//! SQL of what is around an import: custom fields, stages of the pipeline, the list that people go on.

use domain::{
    custom_field::FieldKind,
    id::{ImportId, ListId},
    import::CustomField,
};
use sqlx::PgConnection;

use crate::{
    Error, Result,
    db::{Tx, new_id},
};

/// The custom fields that there are, with their kinds.
pub(in crate::imports) async fn custom_fields(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select key, kind from custom_field").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.kind)).collect())
}

/// The custom fields that there are, with what people call them.
pub(in crate::imports) async fn custom_labels(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select key, label from custom_field order by label, key").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.label)).collect())
}

/// Keys and names of the steps of the pipeline.
pub(in crate::imports) async fn stages(conn: &mut PgConnection) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query!("select key, name from pipeline_stage order by position").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.name)).collect())
}

/// Registers a custom field, unless it is known.
pub(in crate::imports) async fn insert_custom_field(tx: &mut Tx, key: &str, field: &CustomField) -> Result<()> {
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into custom_field (tenant_id, key, label, kind, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint custom_field_pk do nothing",
        tenant,
        key,
        field.label,
        field.kind as FieldKind,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The list of this name.
pub(in crate::imports) async fn find_list(conn: &mut PgConnection, name: &str) -> Result<Option<ListId>> {
    let list = sqlx::query_scalar!(r#"select id as "id: ListId" from list where name_key = $1"#, name.to_lowercase());
    Ok(list.fetch_optional(conn).await?)
}

/// The list that an import has already, or the one of this name, or a new one.
pub(in crate::imports) async fn list_named(
    tx: &mut Tx,
    name: &str,
    known: Option<ListId>,
    import: ImportId,
) -> Result<ListId> {
    if let Some(list) = known {
        return Ok(list);
    }
    let (tenant, now) = (tx.tenant(), tx.now);
    sqlx::query!(
        "insert into list (tenant_id, id, name, name_key, description, kind, created_at, import_id)
         values ($1, $2, $3, $4, '', 'imported', $5, $6) on conflict on constraint list_name_unique do nothing",
        tenant,
        new_id(now),
        name,
        name.to_lowercase(),
        now,
        import.0
    )
    .execute(tx.conn())
    .await?;
    find_list(tx.conn(), name).await?.ok_or(Error::NotFound)
}
