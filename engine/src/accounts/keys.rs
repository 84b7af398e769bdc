//! API keys (SPEC 1.3): shown once, kept as a hash, good until revoked.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{
    access::Verb,
    account::{ApiKey, FreshKey, NewKey},
    id::{KeyId, TenantId},
};

use super::{Actor, Who, audit, store};
use crate::{
    Engine, Error, Result,
    db::{Tx, new_id},
    secrets,
};

/// All keys of the workspace, newest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<ApiKey>> {
    tx.allow(Verb::ManageKeys)?;
    store::keys(tx.conn()).await
}

/// Makes a key. Its secret is in the answer and nowhere else.
pub async fn create(tx: &mut Tx, new: &NewKey) -> Result<FreshKey> {
    tx.allow(Verb::ManageKeys)?;
    let (name, scopes) = new.parse()?;
    // Whoever makes a key hands on no more than they have themselves.
    if let Who::Key { scopes: own, .. } = &tx.actor.who
        && scopes.iter().any(|scope| !own.contains(scope))
    {
        return Err(Error::field("scopes", "not_yours", "A key cannot make one that may do more than itself."));
    }
    let mut random = [0u8; 32];
    secrets::fill_random(&mut random);
    let secret = format!("ck_live_{}", BASE64_URL_SAFE_NO_PAD.encode(random));
    let key = ApiKey {
        id: KeyId(new_id(tx.now)),
        name,
        prefix: secret[..14].to_owned(),
        scopes,
        created_at: tx.now,
        last_used_at: None,
        revoked_at: None,
    };
    store::insert_key(tx, &key, &secrets::sha256(secret.as_bytes())).await?;
    let detail = serde_json::json!({ "scopes": key.scopes });
    let act =
        audit::Act { action: "api_key.created", kind: "api_key", id: key.id.to_string(), name: &key.name, detail };
    audit::record(tx, act).await?;
    Ok(FreshKey { key, secret })
}

/// Ends a key at once. Doing so twice changes nothing.
pub async fn revoke(tx: &mut Tx, id: KeyId) -> Result<()> {
    tx.allow(Verb::ManageKeys)?;
    let now = tx.now;
    let Some(name) = store::revoke_key(tx.conn(), id, now).await? else {
        return if store::keys(tx.conn()).await?.iter().any(|key| key.id == id) {
            Ok(())
        } else {
            Err(Error::NotFound)
        };
    };
    let detail = serde_json::json!({});
    let act = audit::Act { action: "api_key.revoked", kind: "api_key", id: id.to_string(), name: &name, detail };
    audit::record(tx, act).await
}

/// Who comes with this key. Its use is noted, to the minute.
pub async fn authenticate(engine: &Engine, secret: &str, address: Option<String>) -> Result<Actor> {
    let owner = store::key_owner(engine.db.global(), &secrets::sha256(secret.as_bytes())).await?;
    let owner = owner.ok_or(Error::Unauthenticated)?;
    let actor = Actor {
        tenant: TenantId(owner.tenant_id),
        who: Who::Key { id: KeyId(owner.id), name: owner.name, scopes: owner.scopes },
        address,
    };
    let now = engine.clock.now();
    if owner.last_used_at.is_none_or(|last| now - last > TimeDelta::minutes(1)) {
        let mut tx = engine.db.begin(actor.clone(), now).await?;
        store::note_key_use(tx.conn(), KeyId(owner.id), now).await?;
        tx.commit().await?;
    }
    Ok(actor)
}
