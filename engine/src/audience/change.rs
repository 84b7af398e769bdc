//! Changing contacts: their fields, their switches, their tags.

use domain::{
    access::Verb,
    contact::{
        Contact, ContactChange, NewContact,
        tag::{self, NewTagging},
    },
    error::FieldErrors,
    id::ContactId,
};
use serde_json::{Map, Value, json};

use super::{check, erase, record, store};
use crate::{Engine, Error, Result, accounts::audit, db::Tx, outbox};

/// Changes what is given and leaves the rest. The log has each field before and after; the switches have entries of their
/// own.
pub async fn update(engine: &Engine, tx: &mut Tx, id: ContactId, change: &ContactChange) -> Result<Contact> {
    tx.allow(Verb::EditContacts)?;
    let id = store::merge::current(tx.conn(), id).await?;
    let before = store::locked(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let mut parsed = change.on(&before).parse()?;
    check::known(tx, &mut parsed).await?;
    check::free(tx, &parsed, Some(id)).await?;
    erase::check_new_addresses(engine, tx, &before, &parsed).await?;
    store::update(tx, id, &parsed).await?;
    let after = store::contact(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    tell(tx, &before, &after).await?;
    Ok(after)
}

/// Writes what changed into the log, and says that the stage did to those who want to know (SPEC 2.4).
pub(super) async fn tell(tx: &mut Tx, before: &Contact, after: &Contact) -> Result<()> {
    let mut changed = differences(before, after);
    for (field, action) in [("do_not_contact", "contact.do_not_contact"), ("test", "contact.test_mark")] {
        if let Some(change) = changed.remove(field) {
            record(tx, action, after, change).await?;
        }
    }
    if !changed.is_empty() {
        record(tx, "contact.updated", after, Value::Object(changed)).await?;
    }
    if before.stage != after.stage {
        let (tenant, now) = (tx.actor.tenant, tx.now);
        let news = json!({ "contact_id": after.id, "before": before.stage, "after": after.stage });
        outbox::tell(tx.conn(), tenant, "contact.stage_changed", &news, now).await?;
    }
    Ok(())
}

/// Each field that is not as it was: `{"city": {"before": "Turin", "after": "Rome"}}`.
fn differences(before: &Contact, after: &Contact) -> Map<String, Value> {
    let fields = |contact| match serde_json::to_value(NewContact::from(contact)) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let was = fields(before);
    let changed = fields(after).into_iter().filter_map(|(field, after)| {
        let before = was.get(&field).cloned().unwrap_or_default();
        (before != after).then(|| (field, json!({ "before": before, "after": after })))
    });
    changed.collect()
}

/// Adds and takes away tags of some contacts; says of how many something changed.
pub async fn tag(tx: &mut Tx, new: &NewTagging) -> Result<u64> {
    tx.allow(Verb::EditContacts)?;
    let tagging = new.parse()?;
    let ids: Vec<_> = tagging.contacts.iter().map(|id| id.0).collect();
    if store::count_of(tx.conn(), &ids).await? < ids.len() as i64 {
        return Err(Error::field("contact_ids", "unknown", "There is no such contact."));
    }
    let change = (tagging.add.as_slice(), tagging.remove.as_slice());
    let changed = store::retag(tx, &ids, change, tag::MOST as i32).await?;
    check_all_fit(tx, &ids, &tagging.add).await?;
    if !changed.is_empty() {
        let name = if ids.len() == 1 {
            store::contact(tx.conn(), tagging.contacts[0]).await?.map(|contact| contact.label()).unwrap_or_default()
        } else {
            String::new()
        };
        let id = if ids.len() == 1 { ids[0].to_string() } else { String::new() };
        let detail = json!({ "added": tagging.add, "removed": tagging.remove, "contacts": changed.len() });
        audit::record(tx, audit::Act { action: "contact.tagged", kind: "contact", id, name: &name, detail }).await?;
    }
    Ok(changed.len() as u64)
}

/// Refuses tags that somebody has no room for.
async fn check_all_fit(tx: &mut Tx, ids: &[uuid::Uuid], add: &[String]) -> Result<()> {
    let contacts = store::by_ids(tx.conn(), ids).await?;
    let full = contacts.into_iter().find(|contact| add.iter().any(|tag| !contact.tags.contains(tag)));
    let Some(full) = full else { return Ok(()) };
    let message = format!("{} would have more than {} tags.", full.label(), tag::MOST);
    Err(FieldErrors::one("add", "too_many", message).into())
}
