//! Sender identities: in whose name messages go, and through which account.

use domain::{
    access::Verb,
    id::SenderId,
    provider::{NewSender, ProviderKind, Sender, SenderChange},
};

use super::store;
use crate::{
    Error, Result,
    accounts::audit,
    db::{Tx, new_id},
};

/// All senders, by address.
pub async fn senders(tx: &mut Tx) -> Result<Vec<Sender>> {
    tx.allow(Verb::ViewProviders)?;
    store::senders(tx.conn()).await
}

/// One sender.
pub async fn get_sender(tx: &mut Tx, id: SenderId) -> Result<Sender> {
    tx.allow(Verb::ViewProviders)?;
    sender(tx.conn(), id).await?.ok_or(Error::NotFound)
}

/// Adds a sender identity.
pub async fn create_sender(tx: &mut Tx, new: &NewSender) -> Result<Sender> {
    tx.allow(Verb::EditProviders)?;
    let id = SenderId(new_id(tx.now));
    let (sender, key) = checked(tx, new, id, tx.now).await?;
    store::insert_sender(tx, &sender, &key).await?;
    record(tx, "sender.created", &sender).await?;
    Ok(sender)
}

/// Changes a sender. Campaigns that are under way go on as they began.
pub async fn update_sender(tx: &mut Tx, id: SenderId, change: &SenderChange) -> Result<Sender> {
    tx.allow(Verb::EditProviders)?;
    let known = sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let (mut sender, key) = checked(tx, &change.over(&known), id, known.created_at).await?;
    // What is known of an address is not known of another one.
    if same_lines(&known, &sender) {
        (sender.dns, sender.dns_checked_at) = (known.dns, known.dns_checked_at);
    }
    sender.verified_at = known.verified_at.filter(|_| known.email.eq_ignore_ascii_case(&sender.email));
    store::update_sender(tx.conn(), &sender, &key).await?;
    record(tx, "sender.changed", &sender).await?;
    Ok(sender)
}

/// Whether a domain needs the same lines of the DNS as before.
fn same_lines(before: &Sender, after: &Sender) -> bool {
    let of = |sender: &Sender| (sender.email.to_lowercase(), sender.provider_id, sender.dkim_selector.clone());
    of(before) == of(after)
}

/// Deletes a sender that no draft names any more. Campaigns that went out keep its address and name.
pub async fn delete_sender(tx: &mut Tx, id: SenderId) -> Result<()> {
    tx.allow(Verb::EditProviders)?;
    let sender = sender(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let drafts = store::drafts_from(tx.conn(), id).await?;
    if let Some(first) = drafts.first() {
        let which = match drafts.len() {
            1 => format!("The draft “{first}” has"),
            several => format!("{several} drafts, “{first}” among them, have"),
        };
        let message = format!("{which} it as the sender. Choose another sender there first.");
        return Err(Error::conflict("in_use", message));
    }
    store::delete_sender(tx.conn(), id).await?;
    record(tx, "sender.deleted", &sender).await
}

/// A sender, for whoever asks on somebody else's behalf.
pub(crate) async fn sender(conn: &mut sqlx::PgConnection, id: SenderId) -> Result<Option<Sender>> {
    Ok(store::senders(conn).await?.into_iter().find(|sender| sender.id == id))
}

/// The address of the first sender, for previews.
pub(crate) async fn first_address(conn: &mut sqlx::PgConnection) -> Result<Option<String>> {
    Ok(store::senders(conn).await?.into_iter().next().map(|sender| sender.email))
}

/// The sender of mails to people who work here: the preferred one, else one whose address is known to be ours. None goes
/// through a sandbox, which lets everybody in the workspace read what it took.
pub(crate) async fn sender_for_letters(conn: &mut sqlx::PgConnection, preferred: &str) -> Result<Option<Sender>> {
    let providers = store::providers(conn).await?;
    let reaches = |sender: &Sender| {
        providers.iter().any(|known| known.id == sender.provider_id && known.kind != ProviderKind::Sandbox)
    };
    let senders = store::senders(conn).await?.into_iter().filter(reaches);
    let order = |sender: &Sender| {
        (!sender.email.eq_ignore_ascii_case(preferred), sender.verified_at.is_none(), sender.created_at)
    };
    Ok(senders.min_by_key(order))
}

/// What was typed as a sender, with the key of its address.
async fn checked(
    tx: &mut Tx,
    new: &NewSender,
    id: SenderId,
    created_at: chrono::DateTime<chrono::Utc>,
) -> Result<(Sender, String)> {
    let (email, name, provider, dkim_selector) = new.parse()?;
    let providers = store::providers(tx.conn()).await?;
    let provider = providers.into_iter().find(|known| known.id == provider);
    let provider = provider.ok_or_else(|| Error::field("provider_id", "unknown", "There is no such provider."))?;
    let sender = Sender {
        id,
        email: email.as_str().to_owned(),
        name,
        provider_id: provider.id,
        provider_name: provider.name,
        created_at,
        verified_at: None,
        dkim_selector,
        dns: None,
        dns_checked_at: None,
    };
    Ok((sender, email.key()))
}

async fn record(tx: &mut Tx, action: &str, sender: &Sender) -> Result<()> {
    let detail = serde_json::json!({ "name": sender.name, "provider": sender.provider_id });
    let id = sender.id.to_string();
    audit::record(tx, audit::Act { action, kind: "sender", id, name: &sender.email, detail }).await
}
