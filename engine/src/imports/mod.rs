//! Imports (SPEC 3.3): a file is taken in as it comes (`upload`), mapped, checked by a dry run, and then taken row by row in
//! the background (`work`), some thousand in a transaction (`batch`) that also says how far it has come. So any process
//! goes on after any crash, and the same file again changes nothing. What an import did can be taken back (`undo`).

mod ahead;
mod batch;
mod erased;
mod going;
mod records;
mod source;
mod store;
mod undo;
mod upload;
mod work;
mod xlsx;

use std::collections::BTreeMap;

use domain::{
    access::Verb,
    csv,
    custom_field::FieldKind,
    id::ImportId,
    import::{Import, ImportDetail, ImportStatus, ListChoice, NewMapping, Place, Reject, guess},
    page::{Page, PageQuery},
};
use serde_json::json;
use uuid::Uuid;

use crate::{Engine, Error, Result, accounts::audit, db::Tx, lists, live};

pub use upload::{LARGEST, Upload, abandon};
pub use work::{run_until_idle, work};

/// The size of the pieces in which a file lies in the database.
pub(crate) const PIECE: usize = 512 * 1024;

/// A page of imports, newest first.
pub async fn list(tx: &mut Tx, query: &PageQuery) -> Result<Page<Import>> {
    tx.allow(Verb::ViewContacts)?;
    let before = query.cursor.as_deref().and_then(|cursor| Uuid::parse_str(cursor).ok());
    let limit = query.limit();
    let rows = store::imports(tx.conn(), before, limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, |import| import.id.to_string()))
}

/// An import with everything on its page.
pub async fn get(tx: &mut Tx, id: ImportId) -> Result<ImportDetail> {
    tx.allow(Verb::ViewContacts)?;
    let mut detail = store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    if detail.mapping.is_none() {
        detail.columns = guess::columns(&detail.found.header, &detail.found.sample);
    }
    if !detail.import.status.is_busy() {
        detail.reasons = store::reasons(tx.conn(), id).await?;
    }
    Ok(detail)
}

/// Keys and labels of the custom fields that columns can fill.
pub async fn custom_fields(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.allow(Verb::ViewContacts)?;
    store::custom_labels(tx.conn()).await
}

/// How an import stands, for those who follow it.
pub async fn progress(tx: &mut Tx, id: ImportId) -> Result<Import> {
    tx.allow(Verb::ViewContacts)?;
    Ok(store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?.import)
}

/// Chooses what the columns are, and begins the dry run.
pub async fn map(engine: &Engine, tx: &mut Tx, id: ImportId, new: &NewMapping) -> Result<ImportDetail> {
    choose(tx, id, new, ImportStatus::Checking).await?;
    wake(engine, tx).await?;
    get(tx, id).await
}

/// Chooses what the columns are and starts at once, without a dry run: for programs that know their files.
pub async fn map_and_start(engine: &Engine, tx: &mut Tx, id: ImportId, new: &NewMapping) -> Result<ImportDetail> {
    choose(tx, id, new, ImportStatus::Queued).await?;
    record(tx, id, "import.started").await?;
    wake(engine, tx).await?;
    get(tx, id).await
}

async fn choose(tx: &mut Tx, id: ImportId, new: &NewMapping, next: ImportStatus) -> Result<()> {
    may_import(tx)?;
    let detail = store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let known = store::custom_fields(tx.conn()).await?;
    let known: BTreeMap<_, _> =
        known.into_iter().filter_map(|(key, k)| Some((key, FieldKind::from_word(&k)?))).collect();
    let mapping = new.parse(&detail.import.file, &detail.found, &known)?;
    if let ListChoice::Known(list) = mapping.list {
        lists::get(tx, list).await.map_err(|error| match error {
            Error::NotFound => Error::field("list_id", "unknown", "There is no such list."),
            other => other,
        })?;
    }
    match store::map(tx, id, &mapping, next).await? {
        true => Ok(()),
        false => Err(Error::conflict("started", "The import has begun: its columns cannot be changed any more.")),
    }
}

/// Starts an import that was checked, or goes on with one that was stopped.
pub async fn start(engine: &Engine, tx: &mut Tx, id: ImportId) -> Result<Import> {
    may_import(tx)?;
    let detail = store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let Some(mapping) = &detail.mapping else {
        return Err(Error::conflict("not_mapped", "Choose first what the columns of the file are."));
    };
    let is_queued = match detail.import.started_at {
        Some(_) => store::move_to(tx.conn(), id, ImportStatus::Queued).await?,
        // What the dry run has counted is not done yet.
        None => store::map(tx, id, mapping, ImportStatus::Queued).await?,
    };
    if !is_queued {
        return Err(Error::conflict("not_startable", format!("It cannot be started now: {}.", shown(&detail))));
    }
    record(tx, id, "import.started").await?;
    wake(engine, tx).await?;
    progress(tx, id).await
}

/// Stops an import at the end of the rows in hand, or a dry run at once.
pub async fn stop(engine: &Engine, tx: &mut Tx, id: ImportId) -> Result<Import> {
    may_import(tx)?;
    let detail = store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let stopped = store::move_to(tx.conn(), id, ImportStatus::Stopping).await?
        || store::stop_queued(tx.conn(), id).await?
        || store::stop_check(tx.conn(), id).await?;
    if !stopped {
        return Err(Error::conflict("not_running", format!("Nothing is to be stopped: {}.", shown(&detail))));
    }
    record(tx, id, "import.stopped").await?;
    wake(engine, tx).await?;
    progress(tx, id).await
}

/// Takes back what an import did, until one of its contacts has been messaged.
pub async fn undo(engine: &Engine, tx: &mut Tx, id: ImportId) -> Result<Import> {
    may_import(tx)?;
    let detail = store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let Some(began) = detail.import.started_at else {
        return Err(Error::conflict("not_started", "Nothing has been imported yet: there is nothing to take back."));
    };
    if store::messaged(tx.conn(), id, began).await? {
        let why = "One of its contacts has been sent a message since: it cannot be taken back any more.";
        return Err(Error::conflict("messaged", why));
    }
    if !store::move_to(tx.conn(), id, ImportStatus::Undoing).await? {
        return Err(Error::conflict("not_undoable", format!("It cannot be taken back now: {}.", shown(&detail))));
    }
    record(tx, id, "import.undone").await?;
    wake(engine, tx).await?;
    progress(tx, id).await
}

/// Throws away an import that was never started, with its file.
pub async fn discard(tx: &mut Tx, id: ImportId) -> Result<()> {
    may_import(tx)?;
    store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    record(tx, id, "import.discarded").await?;
    let unstarted = [ImportStatus::Uploaded, ImportStatus::Checking, ImportStatus::Checked];
    match store::delete(tx.conn(), id, &unstarted).await? {
        true => Ok(()),
        false => Err(Error::conflict("started", "The import has begun, and is kept with what it did.")),
    }
}

/// What is wrong with rows, in their order.
pub async fn rejects(tx: &mut Tx, id: ImportId, query: &PageQuery) -> Result<Page<Reject>> {
    tx.allow(Verb::ViewContacts)?;
    store::import(tx.conn(), id).await?.ok_or(Error::NotFound)?;
    let limit = query.limit();
    let first = Place { row: -1, column: -1, code: String::new() };
    let after = query.cursor.as_deref().and_then(|cursor| cursor.parse().ok()).unwrap_or(first);
    let rows = store::rejects(tx.conn(), id, &after, limit as i64 + 1).await?;
    Ok(Page::cut(rows, limit, Reject::cursor))
}

/// A page of a CSV of what is wrong, with its header when it is the first; where the next page begins.
pub async fn rejects_csv(tx: &mut Tx, id: ImportId, cursor: Option<String>) -> Result<(Vec<u8>, Option<String>)> {
    let mut text = String::new();
    if cursor.is_none() {
        text.push_str(&csv::line(["row", "column", "value", "kind", "code", "reason"]));
    }
    let page = rejects(tx, id, &PageQuery { cursor, limit: Some(200), ..Default::default() }).await?;
    for Reject { row, column, value, code, reason, warning, .. } in &page.data {
        let kind = if *warning { "warning" } else { "rejected" };
        text.push_str(&csv::line([&*row.to_string(), column, value, kind, code, reason]));
    }
    Ok((text.into_bytes(), page.next_cursor))
}

/// Refuses whoever may not import.
pub fn may_import(tx: &Tx) -> Result<()> {
    tx.allow(Verb::EditContacts)?;
    tx.allow(Verb::EditLists)
}

fn shown(detail: &ImportDetail) -> String {
    detail.import.status.shown().to_lowercase()
}

async fn wake(engine: &Engine, tx: &mut Tx) -> Result<()> {
    live::work(tx.conn()).await?;
    tx.wake_when_done(&engine.wake_imports);
    Ok(())
}

async fn record(tx: &mut Tx, id: ImportId, action: &str) -> Result<()> {
    let Some(detail) = store::import(tx.conn(), id).await? else { return Ok(()) };
    let import = &detail.import;
    let what = json!({
        "rows": import.rows_total, "done": import.rows_done, "counts": import.counts,
        "basis": detail.mapping.as_ref().map(|mapping| mapping.basis),
        "wording": detail.mapping.as_ref().map(|mapping| mapping.wording.clone()).filter(|wording| !wording.is_empty()),
    });
    let act = audit::Act { action, kind: "import", id: id.to_string(), name: &import.file, detail: what };
    audit::record(tx, act).await
}
