//! Sessions in the database: what a cookie stands for. The server's session layer calls these; ids come hashed.

use chrono::{DateTime, Utc};
use domain::id::UserId;
use serde_json::Value;

use super::store;
use crate::{Engine, Result};

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
    store::delete_session(engine.db.global(), id_hash).await
}

/// Ends every session of a user: sign-out everywhere.
pub async fn delete_all_of(engine: &Engine, user: UserId) -> Result<()> {
    store::delete_sessions_of(engine.db.global(), user).await
}

/// Deletes lapsed sessions.
pub async fn sweep(engine: &Engine, now: DateTime<Utc>) -> Result<()> {
    store::delete_old_sessions(engine.db.global(), now).await
}
