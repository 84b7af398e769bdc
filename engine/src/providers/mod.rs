//! Provider accounts and sender identities (SPEC 9), and how a message is handed over.

mod account;
pub mod dns;
mod sandbox;
mod senders;
mod ses;
mod smtp;
mod store;
mod verify;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    channel::Channel,
    id::{ProviderId, TenantId},
    provider::{NewProvider, ParsedProvider, Provider, ProviderConfig, ProviderKind, SandboxConfig, Secret},
};
use sqlx::PgConnection;

use crate::{
    Engine, Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    webhooks,
};

pub(crate) use account::open;
pub use account::{Account, Mailing, OpenAccounts, Turn};
pub use senders::{create_sender, delete_sender, get_sender, senders, update_sender};
pub(crate) use senders::{first_address, sender, sender_for_letters};
pub use verify::{ask_code, verify_sender};

/// All provider accounts, by name, without their secrets.
pub async fn list(tx: &mut Tx) -> Result<Vec<Provider>> {
    tx.allow(Verb::ViewProviders)?;
    store::providers(tx.conn()).await
}

/// One provider account, without its secret.
pub async fn get(tx: &mut Tx, id: ProviderId) -> Result<Provider> {
    tx.allow(Verb::ViewProviders)?;
    store::provider(tx.conn(), id).await?.ok_or(Error::NotFound)
}

/// Adds a provider account; its secret is sealed before it reaches the database.
pub async fn create(engine: &Engine, tx: &mut Tx, new: &NewProvider) -> Result<Provider> {
    tx.allow(Verb::EditProviders)?;
    let parsed = new.parse()?;
    check_certificates(&parsed)?;
    let id = ProviderId(new_id(tx.now));
    let secret = parsed.secret.clone();
    let sealed = if let Secret::New(secret) = &secret { Some(engine.keys.seal(&place(id), secret)) } else { None };
    let provider = provider(id, parsed, tx.now);
    let tenant = tx.actor.tenant;
    store::insert_provider(tx.conn(), tenant, &provider, sealed.as_deref()).await?;
    if webhooks::has_address(provider.kind) {
        webhooks::make(engine, tx, id).await?;
        engine.webhooks.forget();
    }
    record(tx, "provider.created", &provider).await?;
    Ok(provider)
}

/// Changes a provider account. What is left out stays; so does the secret, where it may.
pub async fn update(engine: &Engine, tx: &mut Tx, id: ProviderId, change: &NewProvider) -> Result<Provider> {
    tx.allow(Verb::EditProviders)?;
    let known = store::locked(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let parsed = change.change(&known)?;
    check_certificates(&parsed)?;
    match &parsed.secret {
        Secret::Kept => {}
        Secret::None => store::set_secret(tx.conn(), id, None).await?,
        Secret::New(secret) => {
            let sealed = engine.keys.seal(&place(id), secret);
            store::set_secret(tx.conn(), id, Some(&sealed)).await?;
        }
    }
    let provider = provider(id, parsed, known.created_at);
    store::update_provider(tx.conn(), &provider).await?;
    engine.webhooks.forget();
    record(tx, "provider.changed", &provider).await?;
    Ok(provider)
}

/// Deletes a provider account that nothing goes through any more.
pub async fn delete(tx: &mut Tx, id: ProviderId) -> Result<()> {
    tx.allow(Verb::EditProviders)?;
    let provider = store::locked(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let senders = store::senders_through(tx.conn(), id).await?;
    if let Some(first) = senders.first() {
        let who = match senders.len() {
            1 => format!("The sender {first} goes"),
            several => format!("{several} senders, {first} among them, go"),
        };
        let message = format!("{who} out through it. Give them another provider, or delete them, first.");
        return Err(Error::conflict("in_use", message));
    }
    if store::has_open_run(tx.conn(), id).await? {
        let message = "A campaign that is not finished goes out through it. Wait for its end, or stop it, first.";
        return Err(Error::conflict("in_use", message));
    }
    store::delete_provider(tx.conn(), id).await?;
    record(tx, "provider.deleted", &provider).await
}

/// Opens an account to be tested: commit, and then ask it, so that nothing is held while the provider thinks.
pub async fn for_test(engine: &Engine, tx: &mut Tx, id: ProviderId) -> Result<std::sync::Arc<Account>> {
    tx.allow(Verb::EditProviders)?;
    open(engine, tx.conn(), id).await
}

/// The account that each new workspace has: with it everything can be tried before anything can leave.
pub(crate) async fn add_sandbox(conn: &mut PgConnection, tenant: TenantId, now: DateTime<Utc>) -> Result<()> {
    let sandbox = Provider {
        id: ProviderId(new_id(now)),
        channel: Channel::Email,
        kind: ProviderKind::Sandbox,
        name: "Sandbox".into(),
        rate_per_second: None,
        config: ProviderConfig::Sandbox(SandboxConfig::default()),
        has_password: false,
        created_at: now,
    };
    store::insert_provider(conn, tenant, &sandbox, None).await
}

fn provider(id: ProviderId, parsed: ParsedProvider, created_at: DateTime<Utc>) -> Provider {
    Provider {
        id,
        channel: parsed.channel,
        kind: parsed.config.kind(),
        name: parsed.name,
        rate_per_second: parsed.rate_per_second,
        config: parsed.config,
        has_password: parsed.secret != Secret::None,
        created_at,
    }
}

/// That there is a certificate in what was given as one.
fn check_certificates(parsed: &ParsedProvider) -> Result<()> {
    match &parsed.config {
        ProviderConfig::Smtp(config) => smtp::trusted(config.ca_certificate.as_deref()).map(drop),
        ProviderConfig::Ses(_) | ProviderConfig::Sandbox(_) => Ok(()),
    }
}

async fn record(tx: &mut Tx, action: &str, provider: &Provider) -> Result<()> {
    let detail = serde_json::json!({ "kind": provider.kind, "place": provider.place() });
    let (id, name) = (provider.id.to_string(), &*provider.name);
    audit::record(tx, audit::Act { action, kind: "provider", id, name, detail }).await
}

/// Where a provider's secret belongs: it opens nowhere else.
fn place(id: ProviderId) -> String {
    format!("provider/{id}")
}
