//! SQL of proofs.

use domain::{
    id::ProofId,
    proof::{MediaType, Proof},
};
use sqlx::PgConnection;

use crate::{Result, db::Tx};

/// Keeps a file, unless its content is there already; gives what is kept. Two who send the same at once: the second
/// waits for the first, and reads it in a statement of its own.
pub(super) async fn insert(tx: &mut Tx, new: &Proof, sum: &[u8], bytes: &[u8]) -> Result<Proof> {
    let tenant = tx.tenant();
    sqlx::query!(
        "insert into proof_file (tenant_id, id, name, media_type, sha256, body, added_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict on constraint proof_file_once do nothing",
        tenant,
        new.id.0,
        new.name,
        new.media_type as MediaType,
        sum,
        bytes,
        new.added_at
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_as!(
        Proof,
        r#"select id as "id: ProofId", name, media_type as "media_type: MediaType", length(body)::bigint as "bytes!", added_at
           from proof_file where sha256 = $1"#,
        sum
    )
    .fetch_one(tx.conn())
    .await?)
}

pub(super) async fn with_body(conn: &mut PgConnection, id: ProofId) -> Result<Option<(Proof, Vec<u8>)>> {
    let row = sqlx::query!(
        r#"select name, media_type as "media_type: MediaType", body, added_at from proof_file where id = $1"#,
        id.0
    );
    Ok(row.fetch_optional(conn).await?.map(|row| {
        let (name, media_type, bytes) = (row.name, row.media_type, row.body.len() as i64);
        (Proof { id, name, media_type, bytes, added_at: row.added_at }, row.body)
    }))
}

pub(super) async fn exists(conn: &mut PgConnection, id: ProofId) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select exists (select from proof_file where id = $1) as "exists!""#, id.0)
        .fetch_one(conn)
        .await?)
}
