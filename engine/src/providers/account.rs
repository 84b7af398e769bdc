//! Provider accounts, opened: one value for all kinds, which delivers. Open accounts are shared by everybody in this
//! process, so that what is counted by account (connections, calls at once) is counted together.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{
    delivery::Outcome,
    dns,
    id::{ProviderId, RunId, TenantId},
    provider::ProviderConfig,
};
use lettre::Address;
use sqlx::PgConnection;

use super::{place, sandbox::Sandbox, ses::Ses, smtp::Smtp, store};
use crate::{Engine, Error, Result};

/// A message ready to go: whose it is, envelope and bytes.
pub struct Mailing {
    /// The workspace.
    pub tenant: TenantId,
    /// The run it belongs to.
    pub run: RunId,
    /// Its public id: letters, digits, `_` and `-`.
    pub message: String,
    /// Which attempt this is, 1 for the first.
    pub attempt: u16,
    /// Return path.
    pub from: Address,
    /// Recipient.
    pub to: Address,
    /// Its subject, which stands in the bytes too.
    pub subject: String,
    /// The whole message with its headers.
    pub bytes: Vec<u8>,
}

/// An account that messages can be handed to.
pub struct Account {
    rate_per_second: Option<NonZeroU32>,
    way: Way,
}

enum Way {
    Smtp(Smtp),
    Ses(Ses),
    Sandbox(Sandbox),
}

/// Asked each time a message is about to be begun, when everything else is ready: with a provider that counts, what
/// waits for a connection has not gone yet, and what is begun again on another one goes twice.
pub trait Turn: Sync {
    /// Waits for it; false when it comes too late, and nothing may be begun any more.
    fn comes(&self) -> impl Future<Output = bool> + Send;
}

/// For whoever hands over a single message, beside all rates.
struct AtOnce;

impl Turn for AtOnce {
    async fn comes(&self) -> bool {
        true
    }
}

impl Account {
    /// Hands a message over and says how that ended; none when its turn came too late and nothing was begun.
    pub async fn deliver_in_turn(&self, mailing: &Mailing, turn: &impl Turn) -> Option<Outcome> {
        match &self.way {
            Way::Smtp(smtp) => smtp.deliver(mailing, turn).await,
            Way::Ses(ses) if turn.comes().await => Some(ses.deliver(mailing).await),
            Way::Sandbox(sandbox) if turn.comes().await => Some(sandbox.deliver(mailing).await),
            Way::Ses(_) | Way::Sandbox(_) => None,
        }
    }

    /// Hands a message over now and says how that ended.
    pub async fn deliver(&self, mailing: &Mailing) -> Outcome {
        let too_late = || Outcome::Retry { after: None, code: "turn".into(), text: "It was not begun.".into() };
        self.deliver_in_turn(mailing, &AtOnce).await.unwrap_or_else(too_late)
    }

    /// Connects and signs in as for sending, and says in words what came of it. Sends nothing.
    pub async fn test(&self) -> std::result::Result<String, String> {
        match &self.way {
            Way::Smtp(smtp) => smtp.test().await,
            Way::Ses(ses) => ses.test().await,
            Way::Sandbox(_) => Ok("The sandbox is here. What it takes is shown in the outbox.".into()),
        }
    }

    /// What Amazon SES says of a domain, or of the organisation's that it belongs to; nobody else knows more than the DNS.
    pub(super) async fn ses_way(&self, domain: &str, organisation: &str) -> Option<dns::Way> {
        match &self.way {
            Way::Ses(ses) => Some(ses.way_of(domain, organisation).await),
            Way::Smtp(_) | Way::Sandbox(_) => None,
        }
    }

    /// The most messages a second that may be handed to it; none when it has no limit of its own.
    pub fn rate_per_second(&self) -> Option<NonZeroU32> {
        self.rate_per_second
    }
}

/// An account as it is stored.
pub(super) struct Stored {
    pub(super) tenant: TenantId,
    pub(super) version: i32,
    pub(super) rate_per_second: Option<NonZeroU32>,
    pub(super) config: ProviderConfig,
    pub(super) sealed: Option<Vec<u8>>,
}

/// The accounts that are open in this process, each in the version that it was opened in.
#[derive(Clone, Default)]
pub struct OpenAccounts(Arc<Mutex<ByProvider>>);

/// Each with its version.
type ByProvider = HashMap<ProviderId, (i32, Arc<Account>)>;

/// Open accounts before all are let go: a bound for an installation with very many.
const KEPT: usize = 256;

impl OpenAccounts {
    fn all(&self) -> MutexGuard<'_, ByProvider> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, id: ProviderId, version: i32) -> Option<Arc<Account>> {
        self.all().get(&id).filter(|(known, _)| *known == version).map(|(_, account)| account.clone())
    }

    fn add(&self, id: ProviderId, version: i32, account: Arc<Account>) {
        let mut all = self.all();
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(id, (version, account));
    }
}

/// The account as it is set up now: the one that is open already, unless it has been changed since.
pub(crate) async fn open(engine: &Engine, conn: &mut PgConnection, id: ProviderId) -> Result<Arc<Account>> {
    let stored = store::stored(conn, id).await?.ok_or(Error::NotFound)?;
    let version = stored.version;
    if let Some(account) = engine.accounts.find(id, version) {
        return Ok(account);
    }
    let account = Arc::new(opened(engine, id, stored)?);
    engine.accounts.add(id, version, account.clone());
    Ok(account)
}

fn opened(engine: &Engine, id: ProviderId, stored: Stored) -> Result<Account> {
    let secret = stored.sealed.map(|sealed| engine.keys.open(&place(id), &sealed)).transpose()?;
    let way = match stored.config {
        ProviderConfig::Smtp(config) => Way::Smtp(Smtp::new(config, secret, engine.clock.clone(), &engine.keys)?),
        ProviderConfig::Ses(config) => Way::Ses(Ses::new(config, secret.unwrap_or_default())),
        ProviderConfig::Sandbox(config) => Way::Sandbox(Sandbox::new(config, engine, stored.tenant)),
    };
    Ok(Account { rate_per_second: stored.rate_per_second, way })
}
