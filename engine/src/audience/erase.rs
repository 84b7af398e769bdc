//! Erasing a person (SPEC 2.8): what names them goes, figures stay, and keyed hashes of their addresses are kept, so that
//! no import revives them.

use std::fmt::Write;

use domain::{
    access::Verb,
    contact::{Contact, ParsedContact},
    id::{ContactId, TenantId},
};
use serde_json::json;

use super::store;
use crate::{Engine, Error, Result, accounts::audit, db::Tx, secrets::Keys};

/// What is kept of an address (`Email::key`, a number in the form E.164) or of what [`external_key`] makes. Another
/// workspace's of the same address is another one.
pub(crate) fn erased_hash(keys: &Keys, tenant: TenantId, address: &str) -> Vec<u8> {
    keys.fingerprint("erased address", &[tenant.0.as_bytes(), address.as_bytes()].concat())
}

/// Source and id there as one text: who was erased is not brought back by where they came from.
pub(crate) fn external_key(source: &str, id: &str) -> String {
    format!("{source}\u{1f}{id}")
}

/// Erases a contact. What is planned for them is skipped when its turn comes: they are gone.
pub async fn erase(engine: &Engine, tx: &mut Tx, id: ContactId) -> Result<()> {
    tx.allow(Verb::EditContacts)?;
    let id = store::merge::current(tx.conn(), id).await?;
    let contact = store::locked(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let ids = store::merge::ids_of(tx.conn(), id).await?;
    let addresses = store::erase::addresses_of(tx.conn(), &ids, keys_of(&contact)).await?;
    let hashes = hashes(engine, tx, &contact, &addresses);
    store::erase::keep_hashes(tx, &hashes).await?;
    let hidden: Vec<_> = addresses.iter().map(|address| hidden(engine, tx.actor.tenant, address)).collect();
    store::erase::rename_suppressions(tx.conn(), &addresses, &hidden).await?;
    store::erase::leave_lists(tx.conn(), id).await?;
    store::erase::delete(tx, id, &ids, &addresses).await?;
    // Nobody's name: the entry says that it was done, by whom and when.
    let act = audit::Act { action: "contact.erased", kind: "contact", id: id.to_string(), name: "", detail: json!({}) };
    audit::record(tx, act).await
}

/// The addresses that a contact has, as they are looked up.
pub(super) fn keys_of(contact: &Contact) -> Vec<String> {
    let email = contact.email.as_deref().map(str::to_lowercase);
    [email, contact.phone.clone(), contact.whatsapp.clone()].into_iter().flatten().collect()
}

fn hashes(engine: &Engine, tx: &Tx, contact: &Contact, addresses: &[String]) -> Vec<Vec<u8>> {
    let external = contact.source.as_deref().zip(contact.external_id.as_deref());
    let external = external.map(|(source, id)| external_key(source, id));
    let known = addresses.iter().chain(external.iter());
    known.map(|address| erased_hash(&engine.keys, tx.actor.tenant, address)).collect()
}

/// What stands in a suppression for an address that is not to be read any more.
fn hidden(engine: &Engine, tenant: TenantId, address: &str) -> String {
    let hash = erased_hash(&engine.keys, tenant, address);
    hash.iter().fold("erased:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Refuses a new contact with an address of somebody who was erased, unless they came back by themselves. Then what was
/// suppressed is suppressed again.
pub(super) async fn check_return(engine: &Engine, tx: &mut Tx, new: &ParsedContact, came_back: bool) -> Result<()> {
    let addresses = fields_of(new);
    let erased = erased_among(engine, tx, &addresses).await?;
    let Some(field) = erased.first() else { return Ok(()) };
    if !came_back {
        let message = "Belongs to somebody who was erased. Add them only if they came back by themselves, and say so (came_back).";
        return Err(Error::field(field, "erased", message));
    }
    let addresses: Vec<_> = addresses.into_iter().map(|(_, address)| address).collect();
    let tenant = tx.actor.tenant;
    let were: Vec<_> = addresses.iter().map(|address| hidden(engine, tenant, address)).collect();
    store::erase::rename_suppressions(tx.conn(), &were, &addresses).await
}

/// Refuses a change to an address of somebody who was erased.
pub(super) async fn check_new_addresses(
    engine: &Engine,
    tx: &mut Tx,
    before: &Contact,
    after: &ParsedContact,
) -> Result<()> {
    let known = keys_of(before);
    let fresh: Vec<_> = fields_of(after).into_iter().filter(|(_, address)| !known.contains(address)).collect();
    match erased_among(engine, tx, &fresh).await?.first() {
        Some(field) => Err(Error::field(field, "erased", "Belongs to somebody who was erased.")),
        None => Ok(()),
    }
}

fn fields_of(contact: &ParsedContact) -> Vec<(&'static str, String)> {
    let external = contact.external.as_ref().map(|(source, id)| external_key(source, id));
    let email = contact.email.as_ref().map(|email| email.key());
    let fields = [
        ("email", email),
        ("phone", contact.phone.clone()),
        ("whatsapp", contact.whatsapp.clone()),
        ("external_id", external),
    ];
    fields.into_iter().filter_map(|(field, address)| Some((field, address?))).collect()
}

/// The fields whose address is that of somebody who was erased.
async fn erased_among(engine: &Engine, tx: &mut Tx, addresses: &[(&'static str, String)]) -> Result<Vec<&'static str>> {
    if addresses.is_empty() {
        return Ok(vec![]);
    }
    let tenant = tx.actor.tenant;
    let hash = |address: &str| erased_hash(&engine.keys, tenant, address);
    let hashes: Vec<_> = addresses.iter().map(|(_, address)| hash(address)).collect();
    let erased = store::erase::erased(tx.conn(), &hashes).await?;
    let of = addresses.iter().zip(&hashes).filter(|(_, hash)| erased.contains(hash));
    Ok(of.map(|((field, _), _)| *field).collect())
}
