//! Where providers report to (SPEC 10): an address of each account, with a secret in it, and one for all topics of SNS,
//! which find their account by themselves. Nothing is kept that nobody proved to come from the account's provider: by the
//! signature of SNS, or by knowing the secret.

mod certificate;
mod known;
mod refusals;
mod sns;
mod store;

use std::sync::Arc;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{
    access::Verb,
    id::ProviderId,
    provider::{Provider, ProviderKind},
    webhook::{Arrival, Fate, Refusal, Refused, Webhook},
};

use crate::{
    Engine, Error, Result,
    accounts::audit,
    db::Tx,
    providers,
    receipts::{self, Intake, Kept},
    secrets::{Keys, fill_random},
};

pub use sns::ses;

/// What was kept lately is shown up to this.
const SHOWN: i64 = 50;
/// Refusals are shown for so long.
const REFUSED: TimeDelta = TimeDelta::days(7);

/// What is remembered between requests, in this process.
#[derive(Clone, Default)]
pub struct Hooks {
    pub(crate) intake: Intake,
    known: Arc<known::Known>,
    certificates: Arc<certificate::Certificates>,
    refusals: Arc<refusals::Refusals>,
}

impl Hooks {
    /// Accounts are looked up anew: one of them has changed.
    pub(crate) fn forget(&self) {
        self.known.forget();
    }
}

/// Why something was not taken.
#[derive(Debug)]
pub enum Turned {
    /// Nobody has this address, or no account names the topic.
    Away,
    /// It is not what it says it is.
    Refused(Refusal),
    /// Not now: it is to come again.
    Later(Error),
}

impl From<Error> for Turned {
    fn from(error: Error) -> Self {
        Self::Later(error)
    }
}

/// Takes mail that came back to an account's sender: kept when this returns.
pub async fn returned_mail(engine: &Engine, key: &str, mail: &[u8]) -> Result<(), Turned> {
    let account = engine.webhooks.known.by_key(engine, key).await?.ok_or(Turned::Away)?;
    if account.kind != ProviderKind::Smtp {
        return Err(Turned::Away);
    }
    if mail.trim_ascii().is_empty() {
        return Err(account.refuse(engine, Refusal::Unreadable));
    }
    let whose = Some((account.tenant, account.provider));
    Ok(receipts::keep_from(engine, receipts::BOUNCES, whose, mail).await?)
}

/// The address of an account, and what came there lately.
pub async fn get(engine: &Engine, tx: &mut Tx, id: ProviderId) -> Result<Webhook> {
    // The address is as good as a password.
    tx.allow(Verb::EditProviders)?;
    let provider = providers::get(tx, id).await?;
    let base = base(&provider)?;
    engine.webhooks.refusals.write(engine, tx.actor.tenant).await?;
    let stored = store::webhook(tx.conn(), id).await?;
    let key = stored.as_ref().map(|stored| engine.keys.open(&place(id), &stored.key)).transpose()?;
    let whose = (tx.actor.tenant, id);
    let kept = receipts::newest(tx.conn(), whose, SHOWN).await?;
    let day = (tx.now - REFUSED).date_naive();
    Ok(Webhook {
        url: key.map(|key| format!("{}/webhooks/{base}/{key}", engine.public_url)),
        made_at: stored.as_ref().map(|stored| stored.made_at),
        confirmed_topic: stored.as_ref().and_then(|stored| stored.confirmed_topic.clone()),
        confirmed_at: stored.as_ref().and_then(|stored| stored.confirmed_at),
        ended_at: stored.and_then(|stored| stored.ended_at),
        last_at: kept.first().map(|kept| kept.received_at),
        arrivals: kept.iter().map(|kept| arrival(&engine.keys, kept)).collect(),
        refused: store::refusals(tx.conn(), id, day).await?,
    })
}

/// Gives an account another address: what still goes to the old one is turned away.
pub async fn rotate(engine: &Engine, tx: &mut Tx, id: ProviderId) -> Result<()> {
    tx.allow(Verb::EditProviders)?;
    let provider = providers::get(tx, id).await?;
    base(&provider)?;
    make(engine, tx, id).await?;
    engine.webhooks.forget();
    let act = audit::Act {
        action: "provider.address_renewed",
        kind: "provider",
        id: id.to_string(),
        name: &provider.name,
        detail: serde_json::json!({}),
    };
    audit::record(tx, act).await
}

/// Makes the address of an account.
pub(crate) async fn make(engine: &Engine, tx: &mut Tx, id: ProviderId) -> Result<()> {
    let mut random = [0u8; 24];
    fill_random(&mut random);
    let key = BASE64_URL_SAFE_NO_PAD.encode(random);
    let (hash, sealed) = (hash(&engine.keys, &key), engine.keys.seal(&place(id), &key));
    store::set_key(tx, id, &hash, &sealed).await
}

/// Whether an account of this kind reports to an address.
pub(crate) fn has_address(kind: ProviderKind) -> bool {
    matches!(kind, ProviderKind::Ses | ProviderKind::Smtp)
}

/// The first part of the address; by kind of account.
fn base(provider: &Provider) -> Result<&'static str> {
    match provider.kind {
        ProviderKind::Ses => Ok("ses"),
        ProviderKind::Smtp => Ok("bounces"),
        ProviderKind::Sandbox => {
            Err(Error::conflict("no_address", "The sandbox reports by itself: it has no address to report to."))
        }
    }
}

/// By which a secret is found. Who could read the table could not make addresses of it.
fn hash(keys: &Keys, key: &str) -> Vec<u8> {
    keys.fingerprint("webhook", key.as_bytes())
}

/// Where the sealed secret belongs.
fn place(id: ProviderId) -> String {
    format!("webhook/{id}")
}

fn arrival(keys: &Keys, kept: &Kept) -> Arrival {
    let (kind, note) = receipts::described(keys, kept);
    let (fate, note) = match (&kept.fault, kept.waits, note) {
        (Some(fault), _, _) => (Fate::Failed, fault.clone()),
        (None, true, _) => (Fate::Waiting, String::new()),
        (None, false, Some(note)) => (Fate::Ignored, note),
        (None, false, None) => (Fate::Applied, String::new()),
    };
    Arrival { at: kept.received_at, kind, fate, note }
}

/// What was turned away, as it is stored.
fn refused(why: &str, count: i64, last_at: chrono::DateTime<chrono::Utc>) -> Option<Refused> {
    Some(Refused { why: Refusal::from_word(why)?, count, last_at })
}
