//! Files that prove consents (SPEC 2.5): kept for good, each content once, given out as they came.

mod store;

use domain::{
    access::Verb,
    id::ProofId,
    proof::{self, Proof},
};
use sqlx::PgConnection;

use crate::{
    Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    secrets::sha256,
};

/// Keeps a file. One of the same content is there only once, under its first name.
pub async fn add(tx: &mut Tx, name: &str, bytes: &[u8]) -> Result<Proof> {
    tx.allow(Verb::EditContacts)?;
    let media_type = proof::check(bytes).map_err(|refused| Error::field("file", refused.code, refused.message))?;
    let new = Proof {
        id: ProofId(new_id(tx.now)),
        name: proof::name_of(name),
        media_type,
        bytes: bytes.len() as i64,
        added_at: tx.now,
    };
    let kept = store::insert(tx, &new, &sha256(bytes), bytes).await?;
    if kept.id == new.id {
        let detail = serde_json::json!({ "bytes": kept.bytes, "media_type": kept.media_type });
        let id = kept.id.to_string();
        audit::record(tx, audit::Act { action: "proof.added", kind: "proof", id, name: &kept.name, detail }).await?;
    }
    Ok(kept)
}

/// A file with its content.
pub async fn get(tx: &mut Tx, id: ProofId) -> Result<(Proof, Vec<u8>)> {
    tx.allow(Verb::ViewContacts)?;
    store::with_body(tx.conn(), id).await?.ok_or(Error::NotFound)
}

/// Whether there is such a file.
pub(super) async fn exists(conn: &mut PgConnection, id: ProofId) -> Result<bool> {
    store::exists(conn, id).await
}
