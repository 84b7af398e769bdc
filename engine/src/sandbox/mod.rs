//! The outbox: what sandbox accounts took, shown as its recipients would see it.

mod mail;
mod store;
mod writer;

use domain::{
    access::Verb,
    id::MailId,
    page::{Page, PageQuery},
    sandbox::{Mail, MailLine},
};
use uuid::Uuid;

use crate::{Error, Result, db::Tx};

pub(crate) use writer::{Entry, Lost, Writer};

/// A page of what was taken, newest first; `search` finds recipients that begin with it.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<MailLine>> {
    tx.allow(Verb::ViewContacts)?;
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let rows = match query.search() {
        Some(search) => store::search(tx.conn(), &search.to_lowercase(), before, limit as i64 + 1).await?,
        None => store::page(tx.conn(), before, limit as i64 + 1).await?,
    };
    Ok(Page::cut(rows, limit, |line| line.id.to_string()))
}

/// One message with everything that its recipient would get.
pub async fn get(tx: &mut Tx, id: MailId) -> Result<Mail> {
    tx.allow(Verb::ViewContacts)?;
    let (line, raw) = store::mail(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    Ok(mail::read(line, &raw))
}
