//! Lists and their members (SPEC 3.1). Totals are kept by the same statements that change members.

mod store;

use domain::{
    access::Verb,
    contact::ListRef,
    id::{ContactId, ListId},
    list::{List, Member, NewList, NewMembers},
    page::{Page, PageQuery},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Error, Result,
    accounts::audit,
    db::{Tx, new_id},
};

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
    let list = List { id: ListId(new_id(tx.now)), name, description, kind, total: 0, active: 0, created_at: tx.now };
    store::insert(tx, &list).await?;
    let detail = serde_json::json!({ "type": list.kind });
    let act = audit::Act { action: "list.created", kind: "list", id: list.id.to_string(), name: &list.name, detail };
    audit::record(tx, act).await?;
    Ok(list)
}

/// A page of members, in order of contact id.
pub async fn members(tx: &mut Tx, id: ListId, query: &PageQuery) -> Result<Page<Member>> {
    tx.allow(Verb::ViewContacts)?;
    get(tx, id).await?;
    let after = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok()).unwrap_or_default();
    let limit = query.limit();
    let rows = store::members(tx.conn(), id, after, limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, |member| member.contact_id.to_string()))
}

/// Puts contacts on a list; those who are on it already stay as they are. Says how many are new.
pub async fn add_members(tx: &mut Tx, id: ListId, new: &NewMembers) -> Result<u64> {
    tx.allow(Verb::EditLists)?;
    let contacts = new.parse()?;
    let list = get(tx, id).await?;
    let added = put(tx, id, &contacts).await?;
    let detail = serde_json::json!({ "added": added });
    let act = audit::Act { action: "list.members_added", kind: "list", id: id.to_string(), name: &list.name, detail };
    audit::record(tx, act).await?;
    Ok(added)
}

/// Takes a contact off a list. The row stays, as removed.
pub async fn remove_member(tx: &mut Tx, id: ListId, contact: ContactId) -> Result<()> {
    tx.allow(Verb::EditLists)?;
    let list = get(tx, id).await?;
    if !store::remove(tx.conn(), id, contact).await? {
        return Err(Error::NotFound);
    }
    let detail = serde_json::json!({ "contact": contact });
    let act = audit::Act { action: "list.member_removed", kind: "list", id: id.to_string(), name: &list.name, detail };
    audit::record(tx, act).await
}

/// Puts contacts on a list as part of another act (a new contact, an import).
pub(crate) async fn put(tx: &mut Tx, id: ListId, contacts: &[ContactId]) -> Result<u64> {
    if !store::lock(tx.conn(), id).await? {
        return Err(Error::NotFound);
    }
    store::put(tx, id, contacts).await
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
