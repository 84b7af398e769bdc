//! The rows of a file, some at a time, from any place in it on.

use domain::{
    error::Refused,
    id::{ImportId, TenantId},
    import::{Row, RowReader},
};

use super::{PIECE, records::Records, store};
use crate::{Engine, Result};

/// Rows that are taken in one transaction.
const ROWS: usize = 4_000;
/// Bytes after which no further row is taken at once.
const BYTES: usize = 4 * 1024 * 1024;

/// A file being read.
pub(super) struct Source {
    import: ImportId,
    tenant: TenantId,
    records: Records,
    reader: RowReader,
    piece: Vec<u8>,
    at: usize,
    next_piece: i32,
    is_last: bool,
    /// What of the first piece is behind us already.
    skip: usize,
    /// Where the last record ended, and its row.
    ended: (i64, i64),
}

/// Rows of a file.
pub(super) struct Rows {
    /// Each with its number, as a spreadsheet counts.
    pub(super) rows: Vec<(i64, Row)>,
    /// Where they end in the file.
    pub(super) position: i64,
    /// The number of the last one.
    pub(super) row_at: i64,
    /// The file ends there.
    pub(super) is_last: bool,
}

impl Source {
    /// Reads from this place on; `row_at` rows are before it.
    pub(super) fn new(
        (tenant, import): (TenantId, ImportId),
        delimiter: u8,
        (position, row_at): (u64, u64),
        reader: RowReader,
    ) -> Self {
        let (next_piece, skip) = ((position / PIECE as u64) as i32, (position % PIECE as u64) as usize);
        let records = Records::new(delimiter, position, row_at);
        let ended = (position as i64, row_at as i64);
        Self { import, tenant, records, reader, piece: Vec::new(), at: 0, next_piece, is_last: false, skip, ended }
    }

    /// The next batches, fewer at the end.
    pub(super) async fn some(&mut self, engine: &Engine, batches: usize) -> Result<Vec<Rows>> {
        let mut some: Vec<Rows> = Vec::with_capacity(batches);
        while some.len() < batches && some.last().is_none_or(|rows| !rows.is_last) {
            some.push(self.read(engine).await?);
        }
        Ok(some)
    }

    /// The next rows; perhaps none, at the end.
    async fn read(&mut self, engine: &Engine) -> Result<Rows> {
        let (position, row_at) = self.ended;
        let mut taken = Rows { rows: Vec::new(), position, row_at, is_last: false };
        let begun = self.next_piece;
        loop {
            if self.take(&mut taken) || (self.next_piece - begun) as usize * PIECE > BYTES {
                return Ok(taken);
            }
            if self.is_last {
                taken.is_last = true;
                return Ok(taken);
            }
            self.fetch(engine).await?;
        }
    }

    /// Takes rows from what is there; says whether that is enough.
    fn take(&mut self, taken: &mut Rows) -> bool {
        let mut input = self.piece.get(self.at..).unwrap_or_default();
        while let Some(record) = self.records.next(&mut input, self.is_last) {
            self.ended = (record.end as i64, record.row as i64);
            (taken.position, taken.row_at) = self.ended;
            let row = match record.is_too_long {
                true => Some(too_long()),
                false => self.reader.read(record.cells()),
            };
            taken.rows.extend(row.map(|row| (record.row as i64, row)));
            if taken.rows.len() == ROWS {
                self.at = self.piece.len() - input.len();
                return true;
            }
        }
        self.at = self.piece.len() - input.len();
        false
    }

    async fn fetch(&mut self, engine: &Engine) -> Result<()> {
        let mut tx = engine.db.begin_for(self.tenant).await?;
        let piece = store::piece(&mut tx, self.import, self.next_piece).await?;
        tx.rollback().await?;
        match piece {
            Some(piece) => {
                (self.piece, self.at, self.next_piece) = (piece, std::mem::take(&mut self.skip), self.next_piece + 1);
            }
            None => self.is_last = true,
        }
        Ok(())
    }
}

fn too_long() -> Row {
    let mut row = Row::default();
    let reason = "The row is longer than 256 kB or has far too many columns: perhaps a quotation mark is not closed.";
    row.mistake(0, "", Refused::new("too_long", reason));
    row
}
