//! API keys (SPEC 1.3): shown once, kept as a hash, good until revoked.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::{Scope, Verb},
    account::{ApiKey, FreshKey, KEY_OVERLAP, NewKey},
    error::FieldErrors,
    id::{KeyId, TenantId},
};

use super::{Actor, Who, audit, store, throttle, workspace};
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
    let mut errors = FieldErrors::default();
    let named = errors.take_all(new.parse());
    let ends = errors.take_all(new.ends(workspace::zone(tx).await?, tx.now));
    let ((name, scopes), expires_at) = errors.finish(named.zip(ends))?;
    hand_on_no_more(tx, &scopes)?;
    let fresh = insert(tx, name, scopes, expires_at).await?;
    let detail = serde_json::json!({ "scopes": fresh.key.scopes, "expires_at": fresh.key.expires_at });
    record(tx, "api_key.created", &fresh.key, detail).await?;
    Ok(fresh)
}

/// Replaces a key by another of the same name, with the same scopes and as long a life. The old one works for another
/// day, so that programs can be given the new one without a gap.
pub async fn rotate(tx: &mut Tx, id: KeyId) -> Result<FreshKey> {
    tx.allow(Verb::ManageKeys)?;
    let old = find(tx, id).await?;
    hand_on_no_more(tx, &old.scopes)?;
    let (now, ends) = (tx.now, tx.now + KEY_OVERLAP);
    if old.expires_at.is_some_and(|end| end <= now) || !store::end_key_by(tx.conn(), id, ends).await? {
        return Err(Error::conflict("ended", "This key does not work any more. Make a new one."));
    }
    let expires_at = old.expires_at.map(|end| now + (end - old.created_at));
    let fresh = insert(tx, old.name.clone(), old.scopes.clone(), expires_at).await?;
    let detail = serde_json::json!({ "replaced_by": fresh.key.id, "works_until": ends });
    record(tx, "api_key.rotated", &old, detail).await?;
    Ok(fresh)
}

/// Whoever makes a key hands on no more than they have themselves.
fn hand_on_no_more(tx: &Tx, scopes: &[Scope]) -> Result<()> {
    if let Who::Key { scopes: own, .. } = &tx.actor.who
        && scopes.iter().any(|scope| !own.contains(scope))
    {
        return Err(Error::field("scopes", "not_yours", "A key cannot make one that may do more than itself."));
    }
    Ok(())
}

async fn insert(tx: &mut Tx, name: String, scopes: Vec<Scope>, expires_at: Option<DateTime<Utc>>) -> Result<FreshKey> {
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
        expires_at,
        revoked_at: None,
    };
    store::insert_key(tx, &key, &secrets::sha256(secret.as_bytes())).await?;
    Ok(FreshKey { key, secret })
}

/// Ends a key at once. Doing so twice changes nothing.
pub async fn revoke(tx: &mut Tx, id: KeyId) -> Result<()> {
    tx.allow(Verb::ManageKeys)?;
    let now = tx.now;
    let key = find(tx, id).await?;
    match store::revoke_key(tx.conn(), id, now).await? {
        true => record(tx, "api_key.revoked", &key, serde_json::json!({})).await,
        false => Ok(()),
    }
}

async fn find(tx: &mut Tx, id: KeyId) -> Result<ApiKey> {
    store::keys(tx.conn()).await?.into_iter().find(|key| key.id == id).ok_or(Error::NotFound)
}

async fn record(tx: &mut Tx, action: &str, key: &ApiKey, detail: serde_json::Value) -> Result<()> {
    let (id, name) = (key.id.to_string(), &*key.name);
    audit::record(tx, audit::Act { action, kind: "api_key", id, name, detail }).await
}

/// Who comes with this key. Its use is noted, to the minute; a wrong one is counted against the address it came from.
pub async fn authenticate(engine: &Engine, secret: &str, address: Option<String>) -> Result<Actor> {
    let hash = secrets::sha256(secret.as_bytes());
    let Some(owner) = store::key_owner(engine.db.global(), &hash, engine.clock.now()).await? else {
        throttle::wrong_key(engine, address.as_deref()).await?;
        return Err(Error::Unauthenticated);
    };
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
