//! Whose address it is that something came to. Asked for every request, and so remembered for a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::{ProviderId, TenantId},
    provider::ProviderKind,
    webhook::Refusal,
};

use super::{Turned, hash, store};
use crate::{Engine, Result};

/// What other processes change is known here after so long.
const REMEMBERED: TimeDelta = TimeDelta::seconds(5);
/// Answers that are remembered: whoever asks for others fills it for nothing.
const MOST: usize = 1_000;

/// An account that something came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Account {
    pub(super) tenant: TenantId,
    pub(super) provider: ProviderId,
    pub(super) kind: ProviderKind,
    /// The topic that it names.
    pub(super) topic: Option<String>,
    /// Whether the subscription of that topic was confirmed for it.
    pub(super) is_confirmed: bool,
}

impl Account {
    /// Turns something away, and counts it.
    pub(super) fn refuse(&self, engine: &Engine, why: Refusal) -> Turned {
        engine.webhooks.refusals.count(engine, (self.tenant, self.provider), why);
        Turned::Refused(why)
    }
}

type Answer = (DateTime<Utc>, Arc<[Account]>);

/// Answers of a moment ago.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<Vec<u8>, Answer>>);

impl Known {
    fn all(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn forget(&self) {
        self.all().clear();
    }

    /// The account whose address has this secret. It is looked up by its HMAC, so that how long that takes tells nothing.
    pub(super) async fn by_key(&self, engine: &Engine, key: &str) -> Result<Option<Account>> {
        let hash = hash(&engine.keys, key);
        let found = self.remembered(engine, hash.clone(), store::by_key(engine, &hash)).await?;
        Ok(found.first().cloned())
    }

    /// The accounts that name a topic.
    pub(super) async fn by_topic(&self, engine: &Engine, topic: &str) -> Result<Arc<[Account]>> {
        self.remembered(engine, topic.as_bytes().to_vec(), store::by_topic(engine, topic)).await
    }

    async fn remembered(
        &self,
        engine: &Engine,
        name: Vec<u8>,
        asked: impl Future<Output = Result<Vec<Account>>>,
    ) -> Result<Arc<[Account]>> {
        let now = engine.clock.now();
        if let Some((until, found)) = self.all().get(&name)
            && now < *until
        {
            return Ok(found.clone());
        }
        let found: Arc<[Account]> = asked.await?.into();
        let mut all = self.all();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(name, (now + REMEMBERED, found.clone()));
        Ok(found)
    }
}
