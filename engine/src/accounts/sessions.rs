//! Sessions in the database: what a cookie stands for. The server's session layer calls these; ids come hashed. A session
//! also holds where and since when somebody is signed in, so that they can see it and end it.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{account::SessionInfo, device, id::UserId};
use serde_json::Value;

use super::{Account, Actor, sign_in, store};
use crate::{Engine, Error, Result, live};

/// The key under which a session holds when it began.
pub const SINCE: &str = "since";
/// The key under which it holds when it was last seen.
pub const SEEN: &str = "seen";
/// The key under which it holds the network address that it was last seen at.
pub const ADDRESS: &str = "address";
/// The key under which it holds what the browser says it is.
pub const AGENT: &str = "agent";
/// How often it is noted that somebody is here.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// Adds a session unless its id is taken; says whether it did.
pub async fn create(
    engine: &Engine,
    id_hash: &[u8],
    user: Option<UserId>,
    data: &Value,
    expires: DateTime<Utc>,
) -> Result<bool> {
    store::insert_session(engine.db.global(), id_hash, user, data, expires).await
}

/// Stores what a session holds now.
pub async fn save(
    engine: &Engine,
    id_hash: &[u8],
    user: Option<UserId>,
    data: &Value,
    expires: DateTime<Utc>,
) -> Result<()> {
    store::save_session(engine.db.global(), id_hash, user, data, expires).await
}

/// What a session holds, and until when, unless it has lapsed.
pub async fn load(engine: &Engine, id_hash: &[u8]) -> Result<Option<(Value, DateTime<Utc>)>> {
    store::session(engine.db.global(), id_hash, engine.clock.now()).await
}

/// Ends a session.
pub async fn delete(engine: &Engine, id_hash: &[u8]) -> Result<()> {
    match store::delete_session(engine.db.global(), id_hash).await? {
        Some(user) => live::access_changed(engine.db.global(), user).await,
        None => Ok(()),
    }
}

/// Ends every session of a user: sign-out everywhere.
pub async fn delete_all_of(engine: &Engine, user: UserId) -> Result<()> {
    store::delete_sessions_of(engine.db.global(), user).await?;
    live::access_changed(engine.db.global(), user).await
}

/// Where a user is signed in, the latest seen first.
pub async fn list(engine: &Engine, user: UserId) -> Result<Vec<SessionInfo>> {
    let rows = store::sessions_of(engine.db.global(), user, engine.clock.now()).await?;
    let mut sessions: Vec<_> = rows.iter().map(|(id_hash, data)| info(id_hash, data)).collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.seen));
    Ok(sessions)
}

fn info(id_hash: &[u8], data: &Value) -> SessionInfo {
    let text = |key: &str| data[key].as_str();
    let moment = |key: &str| serde_json::from_value(data[key].clone()).ok();
    SessionInfo {
        id: shown(id_hash),
        device: device::words(text(AGENT).unwrap_or_default()),
        address: text(ADDRESS).map(str::to_owned),
        since: moment(SINCE),
        seen: moment(SEEN),
    }
}

/// The id of a session as it is shown: nobody can sign in with it.
pub fn shown(id_hash: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id_hash)
}

/// Ends one of somebody's own sessions.
pub async fn end(engine: &Engine, account: &Account, id: &str, address: Option<String>) -> Result<()> {
    let id_hash = BASE64_URL_SAFE_NO_PAD.decode(id).or(Err(Error::NotFound))?;
    if !store::delete_session_of(engine.db.global(), account.id, &id_hash).await? {
        return Err(Error::NotFound);
    }
    live::access_changed(engine.db.global(), account.id).await?;
    sign_in::note(engine, account, "user.session_ended", address).await
}

/// Ends all of somebody's own sessions but the one they are in; says how many.
pub async fn end_others(engine: &Engine, account: &Account, kept: &[u8], address: Option<String>) -> Result<u64> {
    let ended = store::delete_sessions_but(engine.db.global(), account.id, kept).await?;
    live::access_changed(engine.db.global(), account.id).await?;
    sign_in::note(engine, account, "user.other_sessions_ended", address).await?;
    Ok(ended)
}

/// Notes that a user is in a workspace.
pub async fn note_seen(engine: &Engine, actor: &Actor) -> Result<()> {
    let Some(user) = actor.user() else { return Ok(()) };
    let mut tx = engine.begin(actor).await?;
    let now = tx.now;
    store::note_seen(tx.conn(), user, now).await?;
    tx.commit().await
}

/// Deletes lapsed sessions.
pub async fn sweep(engine: &Engine, now: DateTime<Utc>) -> Result<()> {
    store::delete_old_sessions(engine.db.global(), now).await
}
