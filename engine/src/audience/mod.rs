//! Contacts, consent and suppression (SPEC 2).

mod change;
mod check;
pub mod consent;
pub(crate) mod erase;
mod export;
mod fields;
mod merge;
pub mod proofs;
mod stages;
mod store;
mod timeline;

use domain::{
    access::Verb,
    channel::Channel,
    contact::{Contact, ContactDetail, ContactFilter, ContactQuery, Match, NewContact},
    id::ContactId,
    page::{Page, PageQuery},
};
use uuid::Uuid;

use crate::{
    Engine, Error, Result,
    accounts::audit,
    db::{Tx, new_id},
    lists,
};

pub use change::{tag, update};
pub use erase::erase;
pub use export::export;
pub use fields::{create_field, delete_field, fields, rename_field};
pub use merge::merge;
pub use stages::{set_stages, stages};
pub use store::timeline::Cursor as EventsCursor;
pub use timeline::{events, upcoming};

pub use consent::record as record_consent;
pub(crate) use consent::unsubscribe;
pub(crate) use stages::add_default_stages;
pub(crate) use store::{Lately, SendFacts, contact_fields, send_facts};

/// A page of contacts, newest first; `search` finds addresses, numbers and names that begin with it.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Contact>> {
    find(tx, &query.into()).await
}

/// A page of those contacts that fit, newest first. Where no address and no name begins with the text that is looked for,
/// those are found that contain it.
pub async fn find(tx: &mut Tx, query: &ContactQuery) -> Result<Page<Contact>> {
    tx.allow(Verb::ViewContacts)?;
    let filter = query.parse()?;
    let before = query.page.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.page.limit();
    let mut ids = store::ids(tx.conn(), &filter, before, limit as i64 + 1).await?;
    if ids.is_empty()
        && let Some(wider) = anywhere(&filter)
    {
        ids = store::ids(tx.conn(), &wider, before, limit as i64 + 1).await?;
    }
    let rows = store::by_ids(tx.conn(), &ids).await?;
    Ok(Page::cut(rows, limit, |contact| contact.id.to_string()))
}

/// The same filter for what contains the text, where it asks for what begins with it.
fn anywhere(filter: &ContactFilter) -> Option<ContactFilter> {
    let (text, how) = filter.search.clone()?;
    let wider = ContactFilter { search: Some((text, Match::Anywhere)), ..filter.clone() };
    (how == Match::Beginning).then_some(wider)
}

/// How many contacts fit, up to a thousand and one: pages say "more than 1,000" beyond.
pub async fn count_found(tx: &mut Tx, query: &ContactQuery) -> Result<i64> {
    tx.allow(Verb::ViewContacts)?;
    let filter = query.parse()?;
    match (store::count_some(tx.conn(), &filter, 1001).await?, anywhere(&filter)) {
        (0, Some(wider)) => store::count_some(tx.conn(), &wider, 1001).await,
        (count, _) => Ok(count),
    }
}

/// How many contacts there are, up to a thousand and one.
pub async fn count_some(tx: &mut Tx) -> Result<i64> {
    count_found(tx, &ContactQuery::default()).await
}

/// A contact with everything on its page. Who was merged into another is found as that one.
pub async fn get(tx: &mut Tx, id: ContactId) -> Result<ContactDetail> {
    tx.allow(Verb::ViewContacts)?;
    let id = store::merge::current(tx.conn(), id).await?;
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

/// Adds a contact with its consents and puts it on lists. Somebody who was erased is not added again, unless they came
/// back by themselves.
pub async fn create(engine: &Engine, tx: &mut Tx, new: &NewContact) -> Result<ContactId> {
    tx.allow(Verb::EditContacts)?;
    let mut contact = new.parse()?;
    check::known(tx, &mut contact).await?;
    check::free(tx, &contact, None).await?;
    erase::check_return(engine, tx, &contact, new.came_back).await?;
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
    let detail = serde_json::json!({
        "consents": contact.consents.len(), "lists": contact.lists, "came_back": new.came_back,
    });
    let act = audit::Act { action: "contact.created", kind: "contact", id: id.to_string(), name: &name, detail };
    audit::record(tx, act).await?;
    Ok(id)
}

/// Writes into the audit log what happened to a contact.
async fn record(tx: &mut Tx, action: &str, contact: &Contact, detail: serde_json::Value) -> Result<()> {
    let (id, name) = (contact.id.to_string(), contact.label());
    audit::record(tx, audit::Act { action, kind: "contact", id, name: &name, detail }).await
}
