//! Two contacts that are one person become one (SPEC 2.3: by hand, never by itself). The other's history is read as its
//! own; who was sent a campaign as the one is not sent it again as the other.

use domain::{
    access::Verb,
    contact::{
        Contact,
        merge::{MergeField, NewMerge, merged},
    },
    id::ContactId,
};
use serde_json::json;

use super::{change, check, record, store};
use crate::{Error, Result, db::Tx};

/// Merges `goes` into the contact that is named; answers that one as it is then.
pub async fn merge(tx: &mut Tx, goes: ContactId, new: &NewMerge) -> Result<Contact> {
    tx.allow(Verb::EditContacts)?;
    let (stays, take) = new.parse()?;
    if goes == stays {
        return Err(Error::field("into", "same", "Choose another contact: this is the same one."));
    }
    let (goes, stays) = lock_both(tx, goes, stays).await?;
    let mut parsed = merged(&stays, &goes, &take).parse()?;
    check::known(tx, &mut parsed).await?;
    store::merge::unite_consents(tx, goes.id, stays.id).await?;
    store::merge::unite_lists(tx, goes.id, stays.id).await?;
    store::merge::alias(tx, goes.id, stays.id).await?;
    store::merge::delete(tx.conn(), goes.id).await?;
    store::update(tx, stays.id, &parsed).await?;
    store::merge::unite_times(tx.conn(), stays.id, &goes).await?;
    let after = store::contact(tx.conn(), stays.id).await?.ok_or(Error::NotFound)?;
    tell(tx, &goes, &stays, &after, &take).await?;
    Ok(after)
}

/// Locks both rows, in order of their ids, so that two who merge the same people do not wait for each other.
async fn lock_both(tx: &mut Tx, goes: ContactId, stays: ContactId) -> Result<(Contact, Contact)> {
    let first = store::locked(tx.conn(), goes.min(stays)).await?;
    let second = store::locked(tx.conn(), goes.max(stays)).await?;
    let (goes, stays) = if goes < stays { (first, second) } else { (second, first) };
    let stays = stays.ok_or_else(|| Error::field("into", "unknown", "There is no such contact."))?;
    Ok((goes.ok_or(Error::NotFound)?, stays))
}

async fn tell(tx: &mut Tx, goes: &Contact, before: &Contact, after: &Contact, take: &[MergeField]) -> Result<()> {
    let detail = json!({ "merged": goes.id, "name": goes.label(), "taken": take });
    record(tx, "contact.merged", after, detail).await?;
    record(tx, "contact.merged_away", goes, json!({ "into": after.id })).await?;
    change::tell(tx, before, after).await
}
