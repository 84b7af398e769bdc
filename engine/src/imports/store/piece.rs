//! SQL of files: pieces of one size, so that any place in one is found at once.

use domain::id::ImportId;
use sqlx::PgConnection;

use crate::{Result, db::Tx};

pub(in crate::imports) async fn insert_piece(tx: &mut Tx, import: ImportId, n: i32, body: &[u8]) -> Result<()> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into import_piece (tenant_id, import_id, n, body) values ($1, $2, $3, $4)",
        tenant,
        import.0,
        n,
        body
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub(in crate::imports) async fn piece(conn: &mut PgConnection, import: ImportId, n: i32) -> Result<Option<Vec<u8>>> {
    let piece = sqlx::query_scalar!("select body from import_piece where import_id = $1 and n = $2", import.0, n);
    Ok(piece.fetch_optional(conn).await?)
}

/// The file is not needed any more.
pub(in crate::imports) async fn drop_pieces(conn: &mut PgConnection, import: ImportId) -> Result<()> {
    sqlx::query!("delete from import_piece where import_id = $1", import.0).execute(conn).await?;
    Ok(())
}
