//! SQL of what is wrong with rows.

use domain::{
    id::ImportId,
    import::{Place, ReasonCount, Reject},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(in crate::imports) async fn insert_rejects(
    conn: &mut PgConnection,
    tenant: Uuid,
    import: ImportId,
    rejects: &[Reject],
) -> Result<()> {
    let texts = |of: fn(&Reject) -> &str| rejects.iter().map(|reject| of(reject).to_owned()).collect::<Vec<_>>();
    let (rows, places): (Vec<_>, Vec<_>) = rejects.iter().map(|reject| (reject.row, reject.place)).unzip();
    let warnings: Vec<_> = rejects.iter().map(|reject| reject.warning).collect();
    sqlx::query!(
        "insert into import_reject (tenant_id, import_id, row, col, column_name, value, code, reason, warning)
         select $1, $2, * from unnest($3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[],
           $9::bool[])
         on conflict do nothing",
        tenant,
        import.0,
        &rows,
        &places,
        &texts(|reject| &reject.column),
        &texts(|reject| &reject.value),
        &texts(|reject| &reject.code),
        &texts(|reject| &reject.reason),
        &warnings
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(in crate::imports) async fn clear_rejects(conn: &mut PgConnection, import: ImportId) -> Result<()> {
    sqlx::query!("delete from import_reject where import_id = $1", import.0).execute(conn).await?;
    Ok(())
}

/// A page in order of rows, after this place.
pub(in crate::imports) async fn rejects(
    conn: &mut PgConnection,
    import: ImportId,
    after: &Place,
    limit: i64,
) -> Result<Vec<Reject>> {
    Ok(sqlx::query_as!(
        Reject,
        r#"select row, column_name as "column", value, code, reason, warning, col as place
           from import_reject where import_id = $1 and (row, col, code) > ($2, $3, $4)
           order by row, col, code limit $5"#,
        import.0,
        after.row,
        after.column,
        after.code,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// What is wrong, most frequent first.
pub(in crate::imports) async fn reasons(conn: &mut PgConnection, import: ImportId) -> Result<Vec<ReasonCount>> {
    Ok(sqlx::query_as!(
        ReasonCount,
        r#"select code, min(reason) as "reason!", column_name as "column", warning, count(*) as "count!"
           from import_reject where import_id = $1
           group by code, column_name, warning order by warning, count(*) desc, code limit 50"#,
        import.0
    )
    .fetch_all(conn)
    .await?)
}
