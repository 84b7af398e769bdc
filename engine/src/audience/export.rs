//! Everything that is held of a person (SPEC 2.8), for them to have.

use domain::{access::Verb, id::ContactId};
use serde_json::{Value, json};

use super::{erase::keys_of, record, store};
use crate::{Error, Result, db::Tx};

/// All of it as JSON. That it was given out is written into the log.
pub async fn export(tx: &mut Tx, id: ContactId) -> Result<Value> {
    tx.allow(Verb::EditContacts)?;
    let id = store::merge::current(tx.conn(), id).await?;
    let contact = store::contact(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let ids = store::merge::ids_of(tx.conn(), id).await?;
    let mut all = store::export::everything(tx.conn(), id.0, &ids, &keys_of(&contact)).await?;
    if let Some(all) = all.as_object_mut() {
        all.insert("exported_at".into(), json!(tx.now));
    }
    record(tx, "contact.exported", &contact, json!({})).await?;
    Ok(all)
}
