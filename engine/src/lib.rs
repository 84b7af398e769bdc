//! What Carillon does: all SQL, all jobs, all providers. No HTTP server and no HTML.
//!
//! A write is one public function in a noun's folder, named as a user would say it (`lists::create`). It checks
//! permission, asks `domain` whether it may, changes rows and writes the audit entry, all in the transaction that it
//! is given; `store.rs` beside it holds its SQL. Pages, API, jobs and the command line only call these.

pub mod accounts;
pub mod audience;
pub mod campaigns;
pub mod clock;
pub mod db;
pub mod demo;
pub mod dns;
pub mod embedded;
pub mod error;
pub mod fetch;
pub mod home;
pub mod imports;
pub mod limits;
pub mod lists;
pub mod live;
pub mod outbox;
pub mod providers;
pub mod receipts;
pub mod reports;
pub mod sandbox;
pub mod secrets;
pub mod sending;
pub mod suppressions;
pub mod templates;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tracking;
pub mod webhooks;

use std::sync::Arc;

pub use error::{Error, Result};

use accounts::{Actor, quota::Quotas};
use clock::Clock;
use db::{Db, Tx};
use dns::Dns;
use fetch::Fetch;
use live::Live;
use providers::OpenAccounts;
use secrets::Keys;
use tracking::Hits;
use webhooks::Hooks;

/// Everything that the verbs need, made once at start and shared.
#[derive(Clone)]
pub struct Engine {
    /// The database.
    pub db: Db,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Seals secrets and signs links.
    pub keys: Keys,
    /// Where people and providers reach this installation, without a trailing slash.
    pub public_url: Arc<str>,
    /// Provider accounts that are open in this process.
    pub accounts: OpenAccounts,
    /// Wakes the sending worker of this process.
    pub wake: Arc<tokio::sync::Notify>,
    /// Wakes the worker of imports of this process.
    pub wake_imports: Arc<tokio::sync::Notify>,
    /// What changes while somebody looks.
    pub live: Live,
    /// Where the DNS is asked.
    pub dns: Dns,
    /// What API keys have left, in this process.
    pub quotas: Quotas,
    /// How certificates are got.
    pub fetch: Fetch,
    /// What is remembered from one report of a provider to the next, in this process.
    pub webhooks: Hooks,
    /// What has come back from messages, until it is written.
    pub hits: Hits,
}

impl Engine {
    /// Puts the parts together.
    pub fn new(db: Db, clock: Arc<dyn Clock>, keys: Keys, public_url: &str) -> Self {
        let public_url = public_url.trim_end_matches('/').into();
        let (accounts, wake, live) = (OpenAccounts::default(), Arc::default(), Live::default());
        let (wake_imports, quotas, dns) = (Arc::default(), Quotas::default(), Dns::default());
        let (fetch, webhooks) = (Fetch::default(), Hooks::default());
        let hits = Hits::default();
        Self { db, clock, keys, public_url, accounts, wake, wake_imports, live, dns, quotas, fetch, webhooks, hits }
    }

    /// Begins a transaction in the actor's workspace: it sees that workspace and nothing else.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx> {
        self.db.begin(actor.clone(), self.clock.now()).await
    }
}
