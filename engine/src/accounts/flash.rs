//! What was typed into a form and refused, kept for ten minutes until the page shows it again: so that nothing typed is
//! lost in a browser without WebAssembly either (SPEC 8.7).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::store;
use crate::{Engine, Result};

/// Keeps it, under an id that nobody can guess.
pub async fn keep(engine: &Engine, data: &Value) -> Result<Uuid> {
    let mut random = [0u8; 16];
    crate::secrets::fill_random(&mut random);
    let id = uuid::Builder::from_random_bytes(random).into_uuid();
    store::insert_flash(engine.db.global(), id, data, engine.clock.now() + TimeDelta::minutes(10)).await?;
    Ok(id)
}

/// What is kept under an id, if anything still is.
pub async fn find(engine: &Engine, id: Uuid) -> Result<Option<Value>> {
    store::flash(engine.db.global(), id, engine.clock.now()).await
}

/// Deletes what has lapsed.
pub async fn sweep(engine: &Engine, now: DateTime<Utc>) -> Result<()> {
    store::delete_old_flashes(engine.db.global(), now).await
}
