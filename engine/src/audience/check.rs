//! What the domain cannot know about a contact: which custom fields and stages there are, and who has its addresses.

use chrono::TimeDelta;
use domain::{contact::ParsedContact, custom_field, error::FieldErrors, id::ContactId};

use super::store;
use crate::{Error, Result, db::Tx};

/// Brings custom fields into the kinds of the registry, which learns those that it does not know; checks the stage, and
/// that nobody is born in the future.
pub(super) async fn known(tx: &mut Tx, contact: &mut ParsedContact) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut fresh = vec![];
    if let Some(custom) = contact.custom.as_object_mut().filter(|custom| !custom.is_empty()) {
        let known = store::registry::fields(tx.conn()).await?;
        fresh = custom_field::fit_all(custom, &known, &mut errors);
    }
    if let Some(stage) = &contact.stage {
        let stages = store::registry::stages(tx.conn()).await?;
        if !stages.iter().any(|known| known.key == *stage) {
            let keys: Vec<_> = stages.into_iter().map(|stage| stage.key).collect();
            errors.add("stage", "unknown", format!("Must be one of: {}.", keys.join(", ")));
        }
    }
    // A day more: it is tomorrow somewhere.
    if contact.birthday.is_some_and(|day| day > (tx.now + TimeDelta::days(1)).date_naive()) {
        errors.add("birthday", "in_future", "Lies in the future.");
    }
    errors.finish(Some(()))?;
    if !fresh.is_empty() {
        let (tenant, now) = (tx.tenant(), tx.now);
        store::registry::add_fields(tx.conn(), tenant, &fresh, now).await?;
    }
    Ok(())
}

/// Refuses an address that another contact has, with who it is. (Of two at the same moment the constraint refuses one.)
pub(super) async fn free(tx: &mut Tx, contact: &ParsedContact, but: Option<ContactId>) -> Result<()> {
    let Some(holder) = store::holder(tx.conn(), contact, but).await? else { return Ok(()) };
    let what = match holder.field.as_str() {
        "email" => "this e-mail address",
        "phone" => "this phone number",
        _ => "this id of this source",
    };
    let whose = store::contact(tx.conn(), holder.id).await?.map(|contact| contact.label()).unwrap_or_default();
    let message = format!("Another contact has {what}: {whose} (/contacts/{}).", holder.id);
    Err(Error::field(&holder.field, "taken", message))
}
