//! The registry of custom fields (SPEC 4.2). It learns by itself what contacts come with; here it is looked at and put
//! in order.

use domain::{
    access::Verb,
    custom_field::{self, CustomField, CustomFieldChange, NewCustomField},
    error::FieldErrors,
    text,
};
use serde_json::json;

use super::store::registry as store;
use crate::{Error, Result, accounts::audit, db::Tx};

/// All custom fields, by what people call them.
pub async fn fields(tx: &mut Tx) -> Result<Vec<CustomField>> {
    tx.allow(Verb::ViewContacts)?;
    store::fields(tx.conn()).await
}

/// Adds a field.
pub async fn create_field(tx: &mut Tx, new: &NewCustomField) -> Result<CustomField> {
    tx.allow(Verb::EditContacts)?;
    let new = new.parse()?;
    let (tenant, now) = (tx.tenant(), tx.now);
    if store::add_fields(tx.conn(), tenant, std::slice::from_ref(&new), now).await? == 0 {
        return Err(Error::field("key", "taken", "There is a field of this name already."));
    }
    let field = CustomField { key: new.key, label: new.label, kind: new.kind, created_at: now };
    record(tx, "custom_field.created", &field.key, json!({ "label": field.label, "kind": field.kind })).await?;
    Ok(field)
}

/// Changes what people call a field.
pub async fn rename_field(tx: &mut Tx, key: &str, change: &CustomFieldChange) -> Result<CustomField> {
    tx.allow(Verb::EditContacts)?;
    let mut errors = FieldErrors::default();
    let label = errors.take("label", text::required_line(&change.label, 100));
    let label = errors.finish(label)?;
    let before = field(tx, key).await?;
    if before.label != label {
        store::rename_field(tx.conn(), key, &label).await?;
        record(tx, "custom_field.renamed", key, json!({ "before": before.label, "after": label })).await?;
    }
    Ok(CustomField { label, ..before })
}

/// Deletes a field with its values; says how many contacts had one.
pub async fn delete_field(tx: &mut Tx, key: &str) -> Result<u64> {
    tx.allow(Verb::EditContacts)?;
    if !custom_field::is_key(key) {
        return Err(Error::NotFound);
    }
    let emptied = store::delete_field(tx.conn(), key).await?.ok_or(Error::NotFound)?;
    record(tx, "custom_field.deleted", key, json!({ "contacts": emptied })).await?;
    Ok(emptied)
}

async fn field(tx: &mut Tx, key: &str) -> Result<CustomField> {
    store::fields(tx.conn()).await?.into_iter().find(|field| field.key == key).ok_or(Error::NotFound)
}

async fn record(tx: &mut Tx, action: &str, key: &str, detail: serde_json::Value) -> Result<()> {
    audit::record(tx, audit::Act { action, kind: "custom_field", id: key.to_owned(), name: key, detail }).await
}
