//! Records of a CSV text, from pieces of it: what a piece ends in is gone on with in the next. However long a record is,
//! only so much of it is kept. The text has `\n` for line ends, as `upload::text` leaves it.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use domain::import::MOST_COLUMNS;

/// The longest record that is kept, in bytes; what is longer is told as too long.
pub(super) const LONGEST: usize = 256 * 1024;

/// Reads records.
pub(super) struct Records {
    reader: Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
    filled: usize,
    fields: usize,
    is_open: bool,
    is_too_long: bool,
    row: u64,
    position: u64,
}

/// A record of a text.
pub(super) struct Record<'a> {
    /// Its row, as a spreadsheet counts: blank lines count.
    pub(super) row: u64,
    /// Where it ends in the text.
    pub(super) end: u64,
    /// It is longer than anybody means: its cells are not kept.
    pub(super) is_too_long: bool,
    text: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// Its cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        let (text, ends) = (self.text, self.ends);
        let cell = move |place: usize| {
            let begin = if place == 0 { 0 } else { ends[place - 1] };
            // The text was decoded before, and a delimiter is a character of its own.
            std::str::from_utf8(&text[begin..ends[place]]).unwrap_or_default()
        };
        (0..ends.len()).map(cell)
    }

    /// Whether nothing stands in it.
    pub(super) fn is_blank(&self) -> bool {
        !self.is_too_long && self.cells().all(|cell| cell.trim().is_empty())
    }
}

impl Records {
    /// Reads from a place at which a record begins; `row` rows are before it.
    pub(super) fn new(delimiter: u8, position: u64, row: u64) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter).build();
        let (text, ends) = (vec![0; 4096], vec![0; 64]);
        Self { reader, text, ends, filled: 0, fields: 0, is_open: false, is_too_long: false, row, position }
    }

    /// The next record, taken from the beginning of `input`; none when the rest of it is in the next piece.
    pub(super) fn next<'a>(&'a mut self, input: &mut &[u8], is_last: bool) -> Option<Record<'a>> {
        // To the reader beneath, no more input is the end.
        if input.is_empty() && !is_last {
            return None;
        }
        if !self.is_open {
            while input.first() == Some(&b'\n') {
                self.advance(input, 1);
                self.row += 1;
            }
            if input.is_empty() {
                return None;
            }
            (self.is_open, self.is_too_long, self.filled, self.fields) = (true, false, 0, 0);
            self.row += 1;
        }
        while !self.go_on(input) {
            if input.is_empty() && !is_last {
                return None;
            }
        }
        self.is_open = false;
        Some(self.record())
    }

    /// Reads as far as there is input and room; says whether the record has ended.
    fn go_on(&mut self, input: &mut &[u8]) -> bool {
        let (text, ends) = (&mut self.text[self.filled..], &mut self.ends[self.fields..]);
        let (result, read, written, ended) = self.reader.read_record(input, text, ends);
        self.advance(input, read);
        self.filled += written;
        self.fields += ended;
        match result {
            ReadRecordResult::Record | ReadRecordResult::End => return true,
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull if self.text.len() < LONGEST && !self.is_too_long => {
                self.text.resize(self.text.len() * 2, 0);
            }
            ReadRecordResult::OutputEndsFull if self.ends.len() <= MOST_COLUMNS && !self.is_too_long => {
                self.ends.resize(self.ends.len() * 2, 0);
            }
            // The rest is only read over.
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                (self.is_too_long, self.filled, self.fields) = (true, 0, 0);
            }
        }
        false
    }

    fn advance(&mut self, input: &mut &[u8], bytes: usize) {
        *input = &input[bytes..];
        self.position += bytes as u64;
    }

    fn record(&self) -> Record<'_> {
        let fields = if self.is_too_long { 0 } else { self.fields };
        let (text, ends) = (&self.text[..self.filled], &self.ends[..fields]);
        Record { row: self.row, end: self.position, is_too_long: self.is_too_long, text, ends }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Read = (u64, u64, Vec<String>);

    /// All records of a text that comes in pieces of this size.
    fn read(text: &str, size: usize, delimiter: u8) -> Vec<Read> {
        let mut records = Records::new(delimiter, 0, 0);
        let mut all = Vec::new();
        let pieces: Vec<_> = text.as_bytes().chunks(size.max(1)).collect();
        for (n, piece) in pieces.iter().enumerate() {
            // Nothing yet is not the end.
            assert!(records.next(&mut &b""[..], false).is_none());
            let mut input = *piece;
            while let Some(record) = records.next(&mut input, n + 1 == pieces.len()) {
                let cells = if record.is_too_long {
                    vec!["too long".into()]
                } else {
                    record.cells().map(str::to_owned).collect()
                };
                all.push((record.row, record.end, cells));
            }
        }
        all
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        read(text, 7, b',').into_iter().map(|(row, _, cells)| (row, cells)).collect()
    }

    #[test]
    fn blank_lines_count_and_quotes_hold_line_breaks() {
        let text = "a,b\n\n\"x\ny\",\"say \"\"hi\"\"\"\n1,2";
        let expected = [(1, vec!["a", "b"]), (3, vec!["x\ny", "say \"hi\""]), (4, vec!["1", "2"])];
        assert_eq!(rows(text), expected.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect())));
        assert_eq!(rows(""), []);
        assert_eq!(rows("\n\n"), []);
    }

    #[test]
    fn a_record_without_end_costs_no_more_than_one() {
        let text = format!("a\n\"{}\"\nb\n{}\nc", "x".repeat(LONGEST * 3), ",".repeat(5_000));
        let read = read(&text, 65_536, b',');
        let cells: Vec<_> = read.iter().map(|(row, _, cells)| (*row, cells[0].as_str())).collect();
        assert_eq!(cells, [(1, "a"), (2, "too long"), (3, "b"), (4, "too long"), (5, "c")]);
    }

    proptest! {
        /// However the text is cut into pieces, it is the same records; and it can be gone on with after each of them.
        #[test]
        fn pieces_do_not_matter(text in "([a-c,;\"\n]|é){0,60}", size in 1usize..20) {
            let whole = read(&text, usize::MAX, b',');
            prop_assert_eq!(&read(&text, size, b','), &whole);
            for (place, (row, end, _)) in whole.iter().enumerate() {
                let mut records = Records::new(b',', *end, *row);
                let mut input = &text.as_bytes()[*end as usize..];
                let mut rest = Vec::new();
                while let Some(record) = records.next(&mut input, true) {
                    rest.push((record.row, record.end, record.cells().map(str::to_owned).collect::<Vec<_>>()));
                }
                prop_assert_eq!(&rest, &whole[place + 1..]);
            }
        }
    }
}
