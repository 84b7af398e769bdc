//! Contacts, consent and suppression (SPEC 2).

pub mod consent;
pub mod proofs;
mod store;

use domain::{
    access::Verb,
    channel::Channel,
    contact::{Contact, ContactDetail, NewContact},
    id::ContactId,
    page::{Page, PageQuery},
};
use uuid::Uuid;

use crate::{
    Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    lists,
};

pub use consent::record as record_consent;
pub(crate) use consent::unsubscribe;
pub(crate) use store::{SendFacts, contact_fields, send_facts};

/// A page of contacts, newest first; `search` finds e-mail addresses and names that begin with it.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Contact>> {
    tx.allow(Verb::ViewContacts)?;
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let rows = match query.search() {
        Some(search) => store::search(tx.conn(), &search.to_lowercase(), before, limit as i64 + 1).await?,
        None => store::page(tx.conn(), before, limit as i64 + 1).await?,
    };
    Ok(Page::cut(rows, limit, |contact| contact.id.to_string()))
}

/// How many contacts there are, up to a thousand and one: pages say "more than 1,000" beyond.
pub async fn count_some(tx: &mut Tx) -> Result<i64> {
    tx.allow(Verb::ViewContacts)?;
    store::count_some(tx.conn()).await
}

/// A contact with everything on its page.
pub async fn get(tx: &mut Tx, id: ContactId) -> Result<ContactDetail> {
    tx.allow(Verb::ViewContacts)?;
    let contact = store::contact(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let consents = consent::history(tx.conn(), id).await?;
    let lists = lists::of_contact(tx.conn(), id).await?;
    let suppressed = match &contact.email {
        Some(email) => store::suppression(tx.conn(), Channel::Email, &email.to_lowercase()).await?,
        None => None,
    };
    let messages = store::messages(tx.conn(), id).await?;
    Ok(ContactDetail { contact, consents, lists, suppressed, messages })
}

/// Adds a contact with its consents and puts it on lists.
pub async fn create(tx: &mut Tx, new: &NewContact) -> Result<ContactId> {
    tx.allow(Verb::EditContacts)?;
    let contact = new.parse()?;
    let id = ContactId(new_id(tx.now));
    store::insert(tx, id, &contact).await?;
    for entry in &contact.consents {
        consent::add(tx, id, entry).await?;
    }
    for list in &contact.lists {
        let added = lists::put(tx, *list, &[id]).await;
        added.map_err(|error| match error {
            Error::NotFound => Error::field("lists", "unknown", "There is no such list."),
            other => other,
        })?;
    }
    let name = contact.email.as_ref().map(|email| email.as_str().to_owned()).or(contact.phone).unwrap_or_default();
    let detail = serde_json::json!({ "consents": contact.consents.len(), "lists": contact.lists });
    let act = audit::Act { action: "contact.created", kind: "contact", id: id.to_string(), name: &name, detail };
    audit::record(tx, act).await?;
    Ok(id)
}
