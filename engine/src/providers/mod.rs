//! Provider accounts and sender identities (SPEC 9), and how a message is handed over.

pub mod smtp;
mod store;

use domain::{
    access::Verb,
    id::{ProviderId, SenderId},
    provider::{NewProvider, NewSender, Provider, Sender, SmtpConfig},
};

use crate::{
    Engine, Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    secrets::Keys,
};

/// All provider accounts, by name, without their secrets.
pub async fn list(tx: &mut Tx) -> Result<Vec<Provider>> {
    tx.allow(Verb::ViewProviders)?;
    store::providers(tx.conn()).await
}

/// Adds a provider account; its password is sealed before it reaches the database.
pub async fn create(engine: &Engine, tx: &mut Tx, new: &NewProvider) -> Result<Provider> {
    tx.allow(Verb::EditProviders)?;
    let parsed = new.parse()?;
    let id = ProviderId(new_id(tx.now));
    let sealed = parsed.password.as_deref().map(|password| engine.keys.seal(&place(id), password));
    let provider = Provider {
        id,
        channel: parsed.channel,
        kind: parsed.kind,
        name: parsed.name,
        config: parsed.config,
        has_password: sealed.is_some(),
        created_at: tx.now,
    };
    store::insert_provider(tx, &provider, sealed.as_deref()).await?;
    let detail =
        serde_json::json!({ "kind": provider.kind, "host": provider.config.host, "port": provider.config.port });
    let act =
        audit::Act { action: "provider.created", kind: "provider", id: id.to_string(), name: &provider.name, detail };
    audit::record(tx, act).await?;
    Ok(provider)
}

/// Connects and signs in as for sending, and says in words what the server answered. Sends nothing.
pub async fn test(engine: &Engine, tx: &mut Tx, id: ProviderId) -> Result<Result<String, String>> {
    tx.allow(Verb::EditProviders)?;
    let (config, password) = credentials(&engine.keys, tx.conn(), id).await?;
    Ok(smtp::Smtp::new(config, password)?.test().await)
}

/// How to reach a provider, with its secret opened.
pub(crate) async fn credentials(
    keys: &Keys,
    conn: &mut sqlx::PgConnection,
    id: ProviderId,
) -> Result<(SmtpConfig, Option<String>)> {
    let (config, sealed) = store::credentials(conn, id).await?.ok_or(Error::NotFound)?;
    let password = sealed.map(|sealed| keys.open(&place(id), &sealed)).transpose()?;
    Ok((config, password))
}

/// All senders, by address.
pub async fn senders(tx: &mut Tx) -> Result<Vec<Sender>> {
    tx.allow(Verb::ViewProviders)?;
    store::senders(tx.conn()).await
}

/// Adds a sender identity.
pub async fn create_sender(tx: &mut Tx, new: &NewSender) -> Result<Sender> {
    tx.allow(Verb::EditProviders)?;
    let (email, name, provider) = new.parse()?;
    let providers = store::providers(tx.conn()).await?;
    let provider = providers.into_iter().find(|known| known.id == provider);
    let provider = provider.ok_or_else(|| Error::field("provider_id", "unknown", "There is no such provider."))?;
    let sender = Sender {
        id: SenderId(new_id(tx.now)),
        email: email.as_str().to_owned(),
        name,
        provider_id: provider.id,
        provider_name: provider.name,
        created_at: tx.now,
    };
    store::insert_sender(tx, &sender, &email.key()).await?;
    let detail = serde_json::json!({ "name": sender.name, "provider": sender.provider_id });
    let id = sender.id.to_string();
    audit::record(tx, audit::Act { action: "sender.created", kind: "sender", id, name: &sender.email, detail }).await?;
    Ok(sender)
}

/// One sender.
pub(crate) async fn sender(conn: &mut sqlx::PgConnection, id: SenderId) -> Result<Option<Sender>> {
    Ok(store::senders(conn).await?.into_iter().find(|sender| sender.id == id))
}

/// Where a provider's secret belongs: it opens nowhere else.
fn place(id: ProviderId) -> String {
    format!("provider/{id}")
}
