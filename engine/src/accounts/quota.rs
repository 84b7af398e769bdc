//! How many requests each API key has left in this process; how many there are is `domain::quota`'s to say.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use domain::{
    id::KeyId,
    quota::{Quota, Verdict},
};

/// Keys remembered before those with a full quota are let go.
const KEPT: usize = 4096;

/// What is left to each key; clones share it.
#[derive(Clone, Default)]
pub struct Quotas(Arc<Mutex<HashMap<KeyId, Quota>>>);

impl Quotas {
    /// Takes one request of a key's, if there is one.
    pub fn take(&self, key: KeyId, now: DateTime<Utc>) -> Verdict {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.retain(|_, quota| !quota.is_full(now));
        }
        all.entry(key).or_insert_with(|| Quota::full(now)).take(now)
    }
}
