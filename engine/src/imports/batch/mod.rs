//! Some rows of a file in one transaction: who they are about, what they change, and where the file goes on. What is
//! committed is never done again, and what is not is as if it had never begun: so an import goes on after any crash.

mod effect;
mod keys;
mod people;
mod write;

use std::collections::HashSet;

use domain::{
    id::{ImportId, ListId},
    import::{Counts, FieldSet, Found, Mapping, Reject, Row},
};

use super::store;
use crate::{Engine, Result, db::Tx};
use people::People;

pub(super) use effect::Effect;
pub(super) use keys::is_shared;
pub(super) use write::Written;

/// What a batch belongs to.
pub(super) struct Job {
    /// The import.
    pub(super) import: ImportId,
    /// What was chosen.
    pub(super) mapping: Mapping,
    /// What was found.
    pub(super) found: Found,
    /// Fields that have a column.
    pub(super) named: FieldSet,
    /// The list that people go on; none in a dry run whose list is still to be made.
    pub(super) list: Option<ListId>,
    /// Whether they go on any.
    pub(super) joins: bool,
    /// The file, as evidence of consent.
    pub(super) evidence: String,
    /// Who made the import.
    pub(super) by: String,
}

/// Keys of people in earlier batches of a dry run, who are not in the database: their hashes.
pub(super) type Seen = HashSet<u64>;

/// Says what the rows would do, and keeps what is wrong with them.
pub(super) async fn check(
    engine: &Engine,
    tx: &mut Tx,
    job: &Job,
    rows: &[(i64, Row)],
    seen: &mut Seen,
) -> Result<Counts> {
    let mut effect = work_out(engine, tx, job, rows).await?;
    effect.count_repeated(job, seen);
    keep_rejects(tx, job.import, &effect.rejects).await?;
    Ok(effect.counts)
}

/// Looks up whom the rows are about, and decides what they do.
pub(super) async fn work_out(engine: &Engine, tx: &mut Tx, job: &Job, rows: &[(i64, Row)]) -> Result<Effect> {
    // Whatever the statistics say of tables that grow while they are written to, people are looked up by key.
    sqlx::query!("select set_config('enable_seqscan', 'off', true)").fetch_one(tx.conn()).await?;
    let people = People::load(engine, tx, job, rows).await?;
    Ok(Effect::of(people, job, rows, tx.now))
}

async fn keep_rejects(tx: &mut Tx, import: ImportId, rejects: &[Reject]) -> Result<()> {
    if rejects.is_empty() {
        return Ok(());
    }
    let tenant = tx.tenant();
    store::insert_rejects(tx.conn(), tenant, import, rejects).await
}
