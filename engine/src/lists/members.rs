//! Who is on a list: put there, taken off, put back; and marked by what is reported of messages to them.

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    csv,
    error::FieldErrors,
    id::{ContactId, ListId, TenantId},
    list::{Member, MemberStatus, NewMembers, addresses_in},
    page::PageQuery,
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    get, record,
    store::{lock, members as store},
};
use crate::{Error, Result, db::Tx};

/// Members in one piece of an export.
const PIECE: i64 = 5_000;
/// Addresses that are told when nobody has them.
const TOLD: usize = 20;

/// Puts contacts on a list; those who are on it already, whose address bounced or who unsubscribed stay as they are. Says
/// how many are new.
pub async fn add_members(tx: &mut Tx, id: ListId, new: &NewMembers) -> Result<u64> {
    tx.allow(Verb::EditLists)?;
    let contacts = new.parse()?;
    let list = get(tx, id).await?;
    let added = put(tx, id, &contacts).await?;
    record(tx, "list.members_added", &list, serde_json::json!({ "added": added })).await?;
    Ok(added)
}

/// Puts the contacts with these addresses on a list. Says how many are new, and what was pasted that is no contact's
/// address.
pub async fn add_by_address(tx: &mut Tx, id: ListId, text: &str) -> Result<(u64, FieldErrors)> {
    tx.allow(Verb::EditLists)?;
    let list = get(tx, id).await?;
    let (known, strangers) =
        addresses_in(text).map_err(|refused| Error::field("addresses", refused.code, refused.message))?;
    let found = store::contacts_with(tx.conn(), &known).await?;
    let contacts: Vec<_> = found.iter().map(|(id, _)| *id).collect();
    let added = put(tx, id, &contacts).await?;
    record(tx, "list.members_added", &list, serde_json::json!({ "added": added })).await?;
    let has = |address: &String| found.iter().any(|(_, key)| key == address);
    let unknown: Vec<_> = known.into_iter().filter(|address| !has(address)).collect();
    let mut errors = FieldErrors::default();
    tell(&mut errors, "invalid_email", "No e-mail addresses", &strangers);
    tell(&mut errors, "unknown", "No contact has these addresses; add them as contacts first", &unknown);
    Ok((added, errors))
}

fn tell(errors: &mut FieldErrors, code: &str, what: &str, addresses: &[String]) {
    if addresses.is_empty() {
        return;
    }
    let told = addresses.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = addresses.len().saturating_sub(TOLD);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    errors.add("addresses", code, format!("{what}: {told}{more}."));
}

/// Takes a contact off a list. The row stays, as removed.
pub async fn remove_member(tx: &mut Tx, id: ListId, contact: ContactId) -> Result<()> {
    tx.allow(Verb::EditLists)?;
    let list = get(tx, id).await?;
    let status = store::status_of(tx.conn(), id, contact).await?;
    if status == Some(MemberStatus::Unsubscribed) {
        let message = "This person unsubscribed: nothing is sent to them from this list, and it stays known why.";
        return Err(Error::conflict("unsubscribed", message));
    }
    if !change(tx, id, contact, MemberStatus::Removed).await? {
        return Err(Error::NotFound);
    }
    record(tx, "list.member_removed", &list, serde_json::json!({ "contact": contact, "was": status })).await
}

/// Puts somebody back on a list who was taken off, whose address bounced or who unsubscribed. Who is active stays so.
pub async fn put_back(tx: &mut Tx, id: ListId, contact: ContactId) -> Result<()> {
    tx.allow(Verb::EditLists)?;
    let list = get(tx, id).await?;
    let was = store::status_of(tx.conn(), id, contact).await?.ok_or(Error::NotFound)?;
    if !change(tx, id, contact, MemberStatus::Active).await? {
        return Ok(());
    }
    record(tx, "list.member_put_back", &list, serde_json::json!({ "contact": contact, "was": was })).await
}

/// A piece of a list's members as CSV, and where the next one begins. The first piece is asked for without a place; it
/// begins with the names of the columns, and the export is noted in the audit log.
pub async fn export(tx: &mut Tx, id: ListId, after: Option<ContactId>) -> Result<(Vec<u8>, Option<ContactId>)> {
    tx.allow(Verb::ViewContacts)?;
    let list = get(tx, id).await?;
    let mut piece = String::new();
    if after.is_none() {
        record(tx, "list.exported", &list, serde_json::json!({ "members": list.total })).await?;
        let columns = ["email", "phone", "first_name", "last_name", "business_name", "status", "added_by", "added_at"];
        piece = csv::line(columns);
    }
    let rows = store::export(tx.conn(), id, after.map_or(Uuid::nil(), |after| after.0), PIECE).await?;
    for row in &rows {
        let added_at = row.added_at.to_rfc3339();
        let (email, phone) = (row.email.as_deref().unwrap_or_default(), row.phone.as_deref().unwrap_or_default());
        let name = [row.first_name.as_str(), &row.last_name, &row.business_name];
        let stands = [row.status.word(), row.added_by.word(), &added_at];
        piece.push_str(&csv::line([&[email, phone][..], &name, &stands].concat()));
    }
    let is_last = (rows.len() as i64) < PIECE;
    Ok((piece.into_bytes(), rows.last().map(|row| row.contact_id).filter(|_| !is_last)))
}

/// Members as a page asks for them.
pub(super) async fn page(tx: &mut Tx, id: ListId, query: &PageQuery, limit: i64) -> Result<Vec<Member>> {
    let after = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok()).unwrap_or_default();
    let statuses = match query.status.as_deref().map(str::trim).filter(|word| !word.is_empty()) {
        Some(word) => {
            let status = MemberStatus::parse(word);
            vec![status.map_err(|refused| Error::field("status", refused.code, refused.message))?]
        }
        None => vec![MemberStatus::Active, MemberStatus::Bounced, MemberStatus::Unsubscribed],
    };
    match query.search() {
        Some(search) => store::search(tx.conn(), id, &statuses, &search.to_lowercase(), after, limit).await,
        None => store::page(tx.conn(), id, &statuses, after, limit).await,
    }
}

/// Puts contacts on a list as part of another act (a new contact, an import).
pub(crate) async fn put(tx: &mut Tx, id: ListId, contacts: &[ContactId]) -> Result<u64> {
    if lock(tx.conn(), &[id.0]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    store::put(tx, id, contacts).await
}

/// What is reported of messages to people, as their lists are to know it.
#[derive(Default)]
pub(crate) struct Marks {
    /// Whose address does not work any more: in all their lists.
    pub(crate) bounced: Vec<Uuid>,
    /// Who wants nothing more.
    pub(crate) unsubscribed: Vec<Uuid>,
    /// In these lists.
    pub(crate) lists: Vec<Uuid>,
}

/// Marks members. Whoever is marked already, or is not on such a list, stays as they are.
pub(crate) async fn mark(conn: &mut PgConnection, tenant: TenantId, marks: &Marks, now: DateTime<Utc>) -> Result<()> {
    let theirs = match marks.bounced.is_empty() {
        true => Vec::new(),
        false => store::lists_of(conn, &marks.bounced).await?,
    };
    let left = if marks.unsubscribed.is_empty() { &[][..] } else { &marks.lists };
    // All of them at once, so that they come in order.
    lock(conn, &[&theirs, left].concat()).await?;
    for (lists, contacts, status) in
        [(&theirs[..], &marks.bounced, MemberStatus::Bounced), (left, &marks.unsubscribed, MemberStatus::Unsubscribed)]
    {
        if !lists.is_empty() {
            store::change(conn, tenant, lists, contacts, status, now).await?;
        }
    }
    Ok(())
}

async fn change(tx: &mut Tx, id: ListId, contact: ContactId, status: MemberStatus) -> Result<bool> {
    lock(tx.conn(), &[id.0]).await?;
    let (tenant, now) = (tx.actor.tenant, tx.now);
    Ok(store::change(tx.conn(), tenant, &[id.0], &[contact.0], status, now).await? == 1)
}
