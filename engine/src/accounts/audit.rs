//! The audit log (SPEC 1.4): written in the transaction of what it tells, only ever added to.

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    audit::{AuditFilter, AuditQuery, Entry},
    csv,
    page::Page,
};
use futures::{Stream, stream};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{store, workspace};
use crate::{
    Engine, Result,
    accounts::Actor,
    db::{Tx, new_id},
};

/// Entries of an export that are read at once.
const BATCH: i64 = 1_000;

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
pub(super) async fn record_for(conn: &mut PgConnection, actor: &Actor, now: DateTime<Utc>, act: Act<'_>) -> Result<()> {
    store::insert_audit(conn, new_id(now), actor, now, &act).await
}

/// The entries that are asked for, newest first.
pub async fn list(tx: &mut Tx, query: &AuditQuery) -> Result<Page<Entry>> {
    tx.allow(Verb::ViewAudit)?;
    let filter = query.parse(workspace::zone(tx).await?)?;
    let cursor = query.page.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.page.limit();
    let (below, from) = bounds(&filter, cursor);
    let rows = store::audit_page(tx.conn(), below, from, &filter, limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, |entry| entry.id.clone()))
}

/// Begins an export, which is an act of consequence itself: commit, and then read it as [`lines`].
pub async fn begin_export(tx: &mut Tx, query: &AuditQuery) -> Result<AuditFilter> {
    tx.allow(Verb::ViewAudit)?;
    let filter = query.parse(workspace::zone(tx).await?)?;
    let asked = [
        ("action", &query.action),
        ("actor", &query.actor),
        ("subject", &query.subject),
        ("from", &query.from),
        ("to", &query.to),
        ("search", &query.page.search),
    ];
    let asked = asked.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into())));
    let (id, detail) = (tx.actor.tenant.to_string(), Value::Object(asked.collect()));
    record(tx, Act { action: "audit.exported", kind: "workspace", id, name: "Audit log", detail }).await?;
    Ok(filter)
}

/// The lines of an export as CSV, a thousand entries at a time, newest first; no transaction stays open between.
pub fn lines(engine: Engine, actor: Actor, filter: AuditFilter) -> impl Stream<Item = Result<String>> + Send {
    let head = csv::line(["at", "actor", "address", "action", "subject_kind", "subject_id", "subject_name", "detail"]);
    let first = (Some(head), bounds(&filter, None).0);
    stream::try_unfold(Some(first), move |state| {
        let (engine, actor, filter) = (engine.clone(), actor.clone(), filter.clone());
        async move {
            let Some((head, below)) = state else { return Ok(None) };
            let mut tx = engine.begin(&actor).await?;
            let entries = store::audit_page(tx.conn(), below, bounds(&filter, None).1, &filter, BATCH).await?;
            let next = match entries.last() {
                Some(last) if entries.len() as i64 == BATCH => Uuid::parse_str(&last.id).ok(),
                _ => None,
            };
            let text = head.into_iter().chain(entries.iter().map(line)).collect::<String>();
            Ok(Some((text, next.map(|below| (None, below)))))
        }
    })
}

fn line(entry: &Entry) -> String {
    let detail = match entry.detail.as_object() {
        Some(detail) if detail.is_empty() => String::new(),
        _ => entry.detail.to_string(),
    };
    csv::line([
        &*entry.at.to_rfc3339(),
        &entry.actor,
        entry.address.as_deref().unwrap_or_default(),
        &entry.action,
        &entry.subject_kind,
        &entry.subject_id,
        &entry.subject_name,
        &detail,
    ])
}

/// Ids are in order of time: those of the asked time, and of the page, are below the first and not below the second.
fn bounds(filter: &AuditFilter, cursor: Option<Uuid>) -> (Uuid, Uuid) {
    let before = filter.before.map_or(Uuid::max(), first_of);
    (cursor.map_or(before, |cursor| cursor.min(before)), filter.from.map_or(Uuid::nil(), first_of))
}

/// The smallest id of a moment, to the millisecond.
fn first_of(moment: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(moment.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}
