//! An import or a dry run on its way: batch after batch, each committed with how far the file has come.

use domain::{
    import::{Counts, ImportStatus, Row},
    pace::Pace,
};
use serde_json::json;

use super::{
    batch::{self, Job, Seen},
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

    /// While a batch is written, the next one is read.
    pub(super) async fn go(&mut self, source: &mut Source) -> Result<()> {
        let engine = self.hand.engine;
        self.pace.read(self.steady.now(), 0);
        let mut rows = source.read(engine).await?;
        loop {
            let is_last = rows.is_last;
            let read_on = async { if is_last { Ok(None) } else { source.read(engine).await.map(Some) } };
            let (status, next) = tokio::join!(self.batch(&rows), read_on);
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

    /// One transaction; says where the import stands then, or nothing when it is not ours any more.
    async fn batch(&mut self, rows: &Rows) -> Result<Option<ImportStatus>> {
        for _ in 0..TRIES {
            let mut tx = self.hand.begin().await?;
            let counts = match self.is_check {
                true => Some(batch::check(self.hand.engine, &mut tx, self.job, &rows.rows, &mut self.seen).await?),
                false => self.apply(&mut tx, &rows.rows).await?,
            };
            let Some(counts) = counts else { continue };
            let status = self.note(&mut tx, rows, counts).await?;
            if status.is_none() {
                return Ok(None);
            }
            if status == Some(ImportStatus::Completed) {
                self.finish(&mut tx).await?;
            }
            tx.commit().await?;
            return Ok(status);
        }
        Err(Error::conflict("contended", "The same people are changed by others all the time"))
    }

    /// What is in the way for a moment only is as if somebody had changed the same people.
    async fn apply(&self, tx: &mut Tx, rows: &[(i64, Row)]) -> Result<Option<Counts>> {
        match batch::apply(self.hand.engine, tx, self.job, rows).await {
            Err(Error::Invalid(_)) => Ok(None),
            Err(Error::Unavailable(sqlx::Error::Database(error)))
                if error.code().is_some_and(|code| code.starts_with("40")) =>
            {
                Ok(None)
            }
            done => done,
        }
    }

    async fn note(&mut self, tx: &mut Tx, rows: &Rows, counts: Counts) -> Result<Option<ImportStatus>> {
        self.rows_done += rows.rows.len() as i64;
        let now = self.steady.now();
        self.pace.read(now, self.rows_done);
        let pace = self.pace.per_second(now);
        let done =
            Progress { position: rows.position, row_at: rows.row_at, rows: rows.rows.len() as i64, counts, pace };
        let over = if self.is_check { ImportStatus::Checked } else { ImportStatus::Completed };
        let (now, ends) = (tx.now, rows.is_last.then_some(over));
        store::progress(tx.conn(), self.hand.ids(), &done, ends, (now, lease(now))).await
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
