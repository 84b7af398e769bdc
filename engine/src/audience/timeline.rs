//! What was sent to a contact and what they did with it, and what is to come (SPEC 2.9). Messages to those who were merged
//! into the contact are its own.

use domain::{
    access::Verb,
    contact::{Happening, Upcoming},
    id::ContactId,
    page::{Page, PageQuery},
};

use super::store::{merge, timeline as store};
use crate::{Result, db::Tx};

/// A page of a contact's history, newest first.
pub async fn events(tx: &mut Tx, id: ContactId, query: &PageQuery) -> Result<Page<Happening>> {
    tx.allow(Verb::ViewContacts)?;
    let ids = merge::ids_of(tx.conn(), id).await?;
    let before = query.cursor.as_deref().and_then(|cursor| cursor.parse::<store::Cursor>().ok());
    let limit = query.limit();
    let rows = store::happenings(tx.conn(), &ids, before.as_ref(), limit as i64 + 1).await?;
    let Page { data, next_cursor } = Page::cut(rows, limit, |(cursor, _)| cursor.to_string());
    Ok(Page { data: data.into_iter().map(|(_, happening)| happening).collect(), next_cursor })
}

/// Messages that are planned for a contact, the next one first (at most fifty).
pub async fn upcoming(tx: &mut Tx, id: ContactId) -> Result<Vec<Upcoming>> {
    tx.allow(Verb::ViewContacts)?;
    let ids = merge::ids_of(tx.conn(), id).await?;
    store::upcoming(tx.conn(), &ids).await
}
