//! The suppression list (SPEC 2.7): addresses that nothing is sent to on a channel, whoever they belong to now or later.
//! The guards read it when a run is planned and again at the moment of sending.

mod lines;
mod store;

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    channel::Channel,
    csv,
    error::FieldErrors,
    id::TenantId,
    page::{Page, PageQuery},
    suppression::{Filter, Imported, Key, NewImport, NewSuppression, Suppression, SuppressionReason},
    text,
};
use sqlx::PgConnection;

use crate::{Error, Result, accounts::audit, db::Tx};

/// Rows of one piece of an export.
const PIECE: usize = 5_000;
/// Lines that are written in one statement.
const BATCH: usize = 10_000;

/// An address to suppress, with what is known.
pub(crate) struct Row {
    pub(crate) key: Key,
    pub(crate) reason: SuppressionReason,
    pub(crate) note: String,
    pub(crate) at: DateTime<Utc>,
}

/// A page of those that the filter lets through, by channel and address.
pub async fn list(tx: &mut Tx, filter: &Filter, query: &PageQuery) -> Result<Page<Suppression>> {
    tx.allow(Verb::ViewContacts)?;
    let after = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok());
    let limit = query.limit();
    let rows = some(tx, filter, after.as_ref(), limit + 1).await?;
    Ok(Page::cut(rows, limit, |row| row.key().to_string()))
}

/// Suppresses an address.
pub async fn add(tx: &mut Tx, new: &NewSuppression) -> Result<Suppression> {
    tx.allow(Verb::EditContacts)?;
    let new = new.parse()?;
    let row = Row { key: new.key.clone(), reason: new.reason, note: new.note, at: tx.now };
    if store::insert(tx, &[row]).await? == 0 {
        return Err(Error::field("address", "taken", "This address is suppressed already."));
    }
    let detail = serde_json::json!({ "reason": new.reason });
    record(tx, "suppression.added", &new.key, detail).await?;
    store::one(tx.conn(), &new.key).await?.ok_or(Error::NotFound)
}

/// Takes an address off the list, which needs a reason: from then on it may be written to again.
pub async fn remove(tx: &mut Tx, key: &Key, why: &str) -> Result<()> {
    tx.allow(Verb::EditContacts)?;
    let was = store::one(tx.conn(), key).await?.ok_or(Error::NotFound)?;
    let mut errors = FieldErrors::default();
    let why = errors.take("reason", text::required(why, 1000));
    let why = errors.finish(why)?;
    if !store::delete(tx.conn(), key).await? {
        return Err(Error::NotFound);
    }
    let was = serde_json::json!({ "reason": was.reason, "note": was.note, "since": was.since });
    record(tx, "suppression.removed", key, serde_json::json!({ "why": why, "was": was })).await
}

/// Suppresses many addresses. Those that are known stay as they are, so that the same lines twice change nothing; lines
/// that cannot be read are told and the others taken.
pub async fn import(tx: &mut Tx, new: &NewImport) -> Result<Imported> {
    tx.allow(Verb::EditContacts)?;
    let (channel, reason, note) = new.parse()?;
    let read = lines::read(&new.text, channel, reason, &note, tx.now)?;
    let mut added = 0;
    for batch in read.rows.chunks(BATCH) {
        added += store::insert(tx, batch).await?;
    }
    let imported = Imported { added, known: read.lines - added, rejected: read.rejected, bad_lines: read.bad_lines };
    let detail = serde_json::json!({
        "channel": channel, "reason": reason, "added": added, "known": imported.known, "rejected": imported.rejected,
    });
    let act = audit::Act { action: "suppression.imported", kind: "suppression", id: String::new(), name: "", detail };
    audit::record(tx, act).await?;
    Ok(imported)
}

/// A piece of the list as CSV, and where the next one begins. The first piece is asked for without a place; it begins
/// with the names of the columns, and the export is noted in the audit log.
pub async fn export(tx: &mut Tx, filter: &Filter, after: Option<&Key>) -> Result<(Vec<u8>, Option<Key>)> {
    tx.allow(Verb::ViewContacts)?;
    let mut piece = String::new();
    if after.is_none() {
        let detail = serde_json::json!({ "channel": filter.channel, "reason": filter.reason, "begins": filter.prefix });
        let act =
            audit::Act { action: "suppression.exported", kind: "suppression", id: String::new(), name: "", detail };
        audit::record(tx, act).await?;
        piece = csv::line(["address", "channel", "reason", "note", "since"]);
    }
    let page = Page::cut(some(tx, filter, after, PIECE + 1).await?, PIECE, |row| row.key().to_string());
    for row in &page.data {
        let since = row.since.to_rfc3339();
        piece.push_str(&csv::line([&*row.address, row.channel.word(), row.reason.word(), &row.note, &since]));
    }
    let next = page.next_cursor.and(page.data.last().map(Suppression::key));
    Ok((piece.into_bytes(), next))
}

/// Suppresses addresses because of what was reported of messages to them, in order of their addresses. Those that are
/// suppressed already stay as they are.
pub(crate) async fn reported(conn: &mut PgConnection, tenant: TenantId, mut rows: Vec<Row>) -> Result<()> {
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    rows.dedup_by(|one, other| one.key == other.key);
    store::insert_for(conn, tenant, &rows, None).await.map(drop)
}

/// So many of those that the filter lets through. Channel by channel: each is a range of the key, and so the statement
/// reads no more than it gives, whichever PostgreSQL runs it.
async fn some(tx: &mut Tx, filter: &Filter, after: Option<&Key>, limit: usize) -> Result<Vec<Suppression>> {
    let mut channels: Vec<_> = Channel::ALL.to_vec();
    channels.sort_by_key(|channel| channel.word());
    channels.retain(|channel| filter.channel.is_none_or(|only| only == *channel));
    channels.retain(|channel| after.is_none_or(|after| channel.word() >= after.channel.word()));
    let mut rows = Vec::new();
    for channel in channels {
        let begin = after.filter(|after| after.channel == channel).map_or("", |after| &after.address);
        let left = (limit - rows.len()) as i64;
        rows.extend(store::some(tx.conn(), channel, filter, begin, left).await?);
        if rows.len() == limit {
            break;
        }
    }
    Ok(rows)
}

async fn record(tx: &mut Tx, action: &str, key: &Key, detail: serde_json::Value) -> Result<()> {
    let act = audit::Act { action, kind: "suppression", id: key.to_string(), name: &key.address, detail };
    audit::record(tx, act).await
}
