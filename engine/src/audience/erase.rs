//! stub
use crate::secrets::Keys;
use domain::id::TenantId;
pub(crate) fn erased_hash(keys: &Keys, tenant: TenantId, address: &str) -> Vec<u8> {
    keys.fingerprint("erased address", &[tenant.0.as_bytes(), address.as_bytes()].concat())
}
pub(crate) fn external_key(source: &str, id: &str) -> String {
    format!("{source}\u{1f}{id}")
}
pub async fn erase(engine: &crate::Engine, tx: &mut crate::db::Tx, id: domain::id::ContactId) -> crate::Result<()> {
    let tenant = tx.actor.tenant;
    let email: String =
        sqlx::query_scalar("select email_key from contact where id = $1").bind(id.0).fetch_one(tx.conn()).await?;
    let hash = erased_hash(&engine.keys, tenant, &email);
    sqlx::query("insert into erased_address (tenant_id, hash, erased_at) values ($1, $2, now())")
        .bind(tenant.0)
        .bind(hash)
        .execute(tx.conn())
        .await?;
    sqlx::query("update contact set email = null, email_key = null, phone_key = '+19990000000' where id = $1")
        .bind(id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}
