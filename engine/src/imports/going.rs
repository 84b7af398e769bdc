//! An import or a dry run on its way: batch after batch, each committed with how far the file has come. Of an import two
//! are written side by side, and committed in the order of the file.

use domain::{
    import::{Counts, ImportStatus, Row},
    pace::Pace,
};
use serde_json::json;

use super::{
    ahead::Ahead,
    batch::{self, Job, Seen, Written},
    record,
    source::{Rows, Source},
    store::{self, Progress},
    work::{Hand, lease},
};
use crate::{Error, Result, clock::Steady, db::Tx, outbox};

/// How often a batch is done anew because somebody changed the same people meanwhile.
const TRIES: usize = 5;

/// An import or dry run on its way.
pub(super) struct Going<'a> {
    hand: &'a Hand<'a>,
    job: &'a Job,
    is_check: bool,
    seen: Seen,
    pace: Pace,
    steady: Steady,
    rows_done: i64,
}

impl<'a> Going<'a> {
    /// Begins with what is in hand.
    pub(super) fn new(hand: &'a Hand<'a>, job: &'a Job, is_check: bool) -> Self {
        let (pace, steady) = (Pace::default(), Steady::begin());
        Self { hand, job, is_check, seen: Seen::new(), pace, steady, rows_done: 0 }
    }

    /// While batches are written, the next ones are read.
    pub(super) async fn go(&mut self, source: &mut Source) -> Result<()> {
        let (engine, at_once) = (self.hand.engine, if self.is_check { 1 } else { 2 });
        self.pace.read(self.steady.now(), 0);
        let mut rows = source.some(engine, at_once).await?;
        loop {
            let is_last = rows.last().is_none_or(|rows| rows.is_last);
            let read_on = async { if is_last { Ok(None) } else { source.some(engine, at_once).await.map(Some) } };
            let (status, next) = tokio::join!(self.take(&rows), read_on);
            match (status?, next?) {
                (Some(ImportStatus::Running | ImportStatus::Checking), Some(next)) => rows = next,
                _ => return Ok(()),
            }
            // A dry run is not left half way: it would have to begin anew.
            if self.hand.stop.is_cancelled() || (self.hand.is_over() && !self.is_check) {
                return Ok(());
            }
        }
    }

    /// Takes batches; says where the import stands then, or nothing when it is not ours any more.
    async fn take(&mut self, rows: &[Rows]) -> Result<Option<ImportStatus>> {
        match rows {
            [first, second] if !batch::is_shared(&first.rows, &second.rows) => self.both(first, second).await,
            _ => {
                let mut status = None;
                for rows in rows {
                    status = self.batch(rows, &Ahead::default()).await?;
                    if !matches!(status, Some(ImportStatus::Running)) {
                        break;
                    }
                }
                Ok(status)
            }
        }
    }

    /// Two batches side by side. The second is committed when the first is; where it cannot be, it is done anew.
    async fn both(&mut self, first: &Rows, second: &Rows) -> Result<Option<ImportStatus>> {
        let (hand, job, ahead) = (self.hand, self.job, Ahead::default());
        let in_order = async {
            let status = self.batch(first, &ahead).await;
            ahead.is_over(matches!(status, Ok(Some(ImportStatus::Running))));
            status
        };
        let (status, written) = tokio::join!(in_order, beside(hand, job, second, &ahead));
        let status = status?;
        if status != Some(ImportStatus::Running) {
            return Ok(status);
        }
        match written {
            Some((tx, written)) => self.end(tx, second, &written).await,
            None => self.batch(second, &Ahead::default()).await,
        }
    }

    /// One transaction.
    async fn batch(&mut self, rows: &Rows, ahead: &Ahead) -> Result<Option<ImportStatus>> {
        for _ in 0..TRIES {
            let mut tx = self.hand.begin().await?;
            if self.is_check {
                let counts = batch::check(self.hand.engine, &mut tx, self.job, &rows.rows, &mut self.seen).await?;
                return self.commit(tx, rows, counts).await;
            }
            if let Some(written) = passing(write(self.hand, self.job, &mut tx, &rows.rows, ahead).await)? {
                return self.end(tx, rows, &written).await;
            }
            ahead.is_over(false);
            tx.rollback().await?;
        }
        Err(Error::conflict("contended", "The same people are changed by others all the time"))
    }

    /// Adds what batches share, which is why it comes in the order of the file.
    async fn end(&mut self, mut tx: Tx, rows: &Rows, written: &Written) -> Result<Option<ImportStatus>> {
        written.count(&mut tx, self.job).await?;
        self.commit(tx, rows, written.counts).await
    }

    async fn commit(&mut self, mut tx: Tx, rows: &Rows, counts: Counts) -> Result<Option<ImportStatus>> {
        let status = self.note(&mut tx, rows, counts).await?;
        if status.is_none() {
            return Ok(None);
        }
        if status == Some(ImportStatus::Completed) {
            self.finish(&mut tx).await?;
        }
        tx.commit().await?;
        Ok(status)
    }

    async fn note(&mut self, tx: &mut Tx, rows: &Rows, counts: Counts) -> Result<Option<ImportStatus>> {
        self.rows_done += rows.rows.len() as i64;
        let now = self.steady.now();
        self.pace.read(now, self.rows_done);
        let pace = self.pace.per_second(now);
        let done =
            Progress { position: rows.position, row_at: rows.row_at, rows: rows.rows.len() as i64, counts, pace };
        let over = if self.is_check { ImportStatus::Checked } else { ImportStatus::Completed };
        let ends = rows.is_last.then_some(over);
        let moments = (tx.now, lease(self.hand.engine.clock.now()));
        store::progress(tx.conn(), self.hand.ids(), &done, ends, moments).await
    }

    /// The file is not needed any more; who wants to know is told.
    async fn finish(&self, tx: &mut Tx) -> Result<()> {
        let (import, now) = (self.hand.import, tx.now);
        store::drop_pieces(tx.conn(), import).await?;
        record(tx, import, "import.completed").await?;
        let body = json!({ "import_id": import });
        outbox::tell(tx.conn(), self.hand.tenant, "import.completed", &body, now).await
    }
}

/// Does what the rows say. None when somebody changed the same people meanwhile: it is to be done anew.
async fn write(hand: &Hand<'_>, job: &Job, tx: &mut Tx, rows: &[(i64, Row)], ahead: &Ahead) -> Result<Option<Written>> {
    let effect = batch::work_out(hand.engine, tx, job, rows).await?;
    ahead.knows(effect.known());
    effect.write(tx, job).await
}

/// What is in the way for a moment only is as if somebody had changed the same people.
fn passing(done: Result<Option<Written>>) -> Result<Option<Written>> {
    match done {
        Err(Error::Invalid(_)) => Ok(None),
        Err(Error::Unavailable(sqlx::Error::Database(error)))
            if error.code().is_some_and(|code| code.starts_with("40")) =>
        {
            Ok(None)
        }
        done => done,
    }
}

/// Writes a batch while the one ahead is on its way, and waits for that. None when it is to be done anew, alone: whatever
/// was in the way is told then, if it still is.
async fn beside(hand: &Hand<'_>, job: &Job, rows: &Rows, ahead: &Ahead) -> Option<(Tx, Written)> {
    let mut tx = hand.begin().await.ok()?;
    match write_beside(hand, job, &mut tx, rows, ahead).await {
        Ok(Some(written)) if ahead.is_committed().await => Some((tx, written)),
        _ => {
            // At once: what it holds would be in the way until the connection is used next.
            let _ = tx.rollback().await;
            None
        }
    }
}

async fn write_beside(hand: &Hand<'_>, job: &Job, tx: &mut Tx, rows: &Rows, ahead: &Ahead) -> Result<Option<Written>> {
    let effect = batch::work_out(hand.engine, tx, job, &rows.rows).await?;
    match ahead.leaves(effect.known()).await {
        true => effect.write(tx, job).await,
        false => Ok(None),
    }
}
