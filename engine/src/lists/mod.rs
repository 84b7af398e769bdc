//! Lists and their members (SPEC 3.1). Totals are kept by the same statements that change members, never counted on a
//! page. Whoever changes members holds the rows of their lists, taken in order of their ids: so one after another knows
//! what the last one left, and nobody waits for the other.

mod members;
mod store;
#[cfg(test)]
mod tests;

use domain::{
    access::Verb,
    contact::ListRef,
    id::{ContactId, ListId},
    list::{List, ListChange, Member, NewList},
    page::{Page, PageQuery},
};
use sqlx::PgConnection;

use crate::{
    Error, Result,
    accounts::audit,
    campaigns,
    db::{Tx, new_id},
};

pub(crate) use members::{Marks, mark, put};
pub use members::{add_by_address, add_members, export, put_back, remove_member};

/// All lists, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<List>> {
    tx.allow(Verb::ViewLists)?;
    store::lists(tx.conn()).await
}

/// One list.
pub async fn get(tx: &mut Tx, id: ListId) -> Result<List> {
    tx.allow(Verb::ViewLists)?;
    store::list(tx.conn(), id).await?.ok_or(Error::NotFound)
}

/// Makes a list.
pub async fn create(tx: &mut Tx, new: &NewList) -> Result<List> {
    tx.allow(Verb::EditLists)?;
    let (name, description, kind) = new.parse()?;
    let (id, created_at) = (ListId(new_id(tx.now)), tx.now);
    let list = List { id, name, description, kind, total: 0, active: 0, bounced: 0, unsubscribed: 0, created_at };
    store::insert(tx, &list).await?;
    record(tx, "list.created", &list, serde_json::json!({ "type": list.kind })).await?;
    Ok(list)
}

/// Changes a list's name or description.
pub async fn update(tx: &mut Tx, id: ListId, change: &ListChange) -> Result<List> {
    tx.allow(Verb::EditLists)?;
    let was = get(tx, id).await?;
    let (name, description) = change.parse()?;
    let list = List {
        name: name.unwrap_or_else(|| was.name.clone()),
        description: description.unwrap_or_else(|| was.description.clone()),
        ..was.clone()
    };
    if list != was {
        store::update(tx.conn(), &list).await?;
        let words = |list: &List| serde_json::json!({ "name": list.name, "description": list.description });
        record(tx, "list.changed", &list, serde_json::json!({ "was": words(&was), "is": words(&list) })).await?;
    }
    Ok(list)
}

/// Deletes a list with who is on it; the contacts themselves stay. Refused while a campaign that is not over needs it.
pub async fn delete(tx: &mut Tx, id: ListId) -> Result<()> {
    tx.allow(Verb::EditLists)?;
    store::lock(tx.conn(), &[id.0]).await?;
    let list = get(tx, id).await?;
    let users = campaigns::open_with_list(tx.conn(), id).await?;
    if !users.is_empty() {
        let names: Vec<_> = users.iter().take(5).map(|name| format!("“{name}”")).collect();
        let more = if users.len() > 5 { format!(" and {} more", users.len() - 5) } else { String::new() };
        let message = format!("Campaigns use this list: {}{more}. Take it out of them first.", names.join(", "));
        return Err(Error::conflict("in_use", message));
    }
    store::delete(tx.conn(), id).await?;
    record(tx, "list.deleted", &list, serde_json::json!({ "members": list.total })).await
}

/// A page of members, in order of contact id: those in the state `status`, or all who were not taken off. `search` finds
/// addresses and names that begin with it.
pub async fn members(tx: &mut Tx, id: ListId, query: &PageQuery) -> Result<Page<Member>> {
    tx.allow(Verb::ViewContacts)?;
    get(tx, id).await?;
    let limit = query.limit();
    let rows = members::page(tx, id, query, limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, |member| member.contact_id.to_string()))
}

/// The lists that a contact is on.
pub(crate) async fn of_contact(conn: &mut PgConnection, contact: ContactId) -> Result<Vec<ListRef>> {
    store::of_contact(conn, contact).await
}

/// Names of some lists, in the order asked; none where a list does not exist.
pub(crate) async fn names(conn: &mut PgConnection, ids: &[ListId]) -> Result<Vec<Option<String>>> {
    let known = store::names(conn, &ids.iter().map(|id| id.0).collect::<Vec<_>>()).await?;
    Ok(ids.iter().map(|id| known.iter().find(|list| list.id == *id).map(|list| list.name.clone())).collect())
}

/// Writes what happened into the audit log.
async fn record(tx: &mut Tx, action: &str, list: &List, detail: serde_json::Value) -> Result<()> {
    audit::record(tx, audit::Act { action, kind: "list", id: list.id.to_string(), name: &list.name, detail }).await
}
