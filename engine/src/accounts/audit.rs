//! The audit log (SPEC 1.4): written in the transaction of what it tells, only ever added to.

use domain::{
    access::Verb,
    audit::Entry,
    page::{Page, PageQuery},
};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::store;
use crate::{
    Result,
    accounts::Actor,
    db::{Tx, new_id},
};

/// What was done, to what.
pub struct Act<'a> {
    /// `noun.verb`: `list.created`.
    pub action: &'a str,
    /// The kind of thing: `list`.
    pub kind: &'a str,
    /// Its id.
    pub id: String,
    /// Its name, as it is then.
    pub name: &'a str,
    /// What else there is to say: before and after.
    pub detail: Value,
}

/// Writes an entry.
pub async fn record(tx: &mut Tx, act: Act<'_>) -> Result<()> {
    let (actor, now) = (tx.actor.clone(), tx.now);
    record_for(tx.conn(), &actor, now, act).await
}

/// Writes an entry for somebody who has no transaction of their own yet (signing in, first start).
pub(super) async fn record_for(
    conn: &mut PgConnection,
    actor: &Actor,
    now: chrono::DateTime<chrono::Utc>,
    act: Act<'_>,
) -> Result<()> {
    store::insert_audit(conn, new_id(now), actor, now, &act).await
}

/// The log, newest first; `search` finds actions that begin with it.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Entry>> {
    tx.allow(Verb::ViewAudit)?;
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let rows = store::audit_page(tx.conn(), before, query.search().as_deref(), limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, |entry| entry.id.clone()))
}
