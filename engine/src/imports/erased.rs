//! People who were erased are known by keyed hashes of their addresses only, and are never added again.

use std::collections::{HashMap, HashSet};

use super::store;
use crate::{Engine, Result, audience::erase::erased_hash, db::Tx};

/// Which of these addresses are of people who were erased.
pub(super) async fn among(engine: &Engine, tx: &mut Tx, addresses: Vec<String>) -> Result<HashSet<String>> {
    let (tenant, mut by_hash) = (tx.actor.tenant, HashMap::new());
    let hashes = || {
        by_hash = addresses.into_iter().map(|address| (erased_hash(&engine.keys, tenant, &address), address)).collect();
        by_hash.keys().cloned().collect()
    };
    let erased = store::erased(tx.conn(), hashes).await?;
    Ok(erased.into_iter().filter_map(|hash| by_hash.remove(&hash)).collect())
}
