//! A text on its way in: decoded, looked at (delimiter, header, sample, how many rows) and cut into pieces to be kept. No
//! more of it than a piece is in memory.

use domain::{
    error::Refused,
    import::{Found, MOST_COLUMNS, MOST_ROWS, SAMPLE, guess},
};

use super::{sniff, text::Text};
use crate::imports::{
    PIECE,
    records::{Record, Records},
};

/// How much is looked at before the delimiter is told, in bytes.
const HEAD: usize = 64 * 1024;
/// The longest name of a column and cell of the sample that is kept, in characters.
const SHORT: usize = 100;
/// Decoded at once, in bytes.
const AT_ONCE: usize = 64 * 1024;

/// A text on its way in.
pub(super) struct Intake {
    text: Text,
    head: Option<String>,
    records: Records,
    found: Found,
    rows: u64,
    piece: Vec<u8>,
}

impl Intake {
    /// Begins with the first bytes, which tell the character set.
    pub(super) fn begin(head: &[u8]) -> (Self, usize) {
        let (text, mark) = Text::begin(head);
        let (found, records) = (Found::default(), Records::new(b',', 0, 0));
        (Self { text, head: Some(String::new()), records, found, rows: 0, piece: Vec::new() }, mark)
    }

    /// Takes more of it; whole pieces are pushed to `pieces`.
    pub(super) fn push(&mut self, bytes: &[u8], is_last: bool, pieces: &mut Vec<Vec<u8>>) -> Result<(), Refused> {
        let mut chunks = bytes.chunks(AT_ONCE).peekable();
        if chunks.peek().is_none() && is_last {
            self.decode(&[], true)?;
        }
        while let Some(chunk) = chunks.next() {
            self.decode(chunk, is_last && chunks.peek().is_none())?;
        }
        while self.piece.len() >= PIECE || (is_last && !self.piece.is_empty()) {
            let rest = self.piece.split_off(self.piece.len().min(PIECE));
            pieces.push(std::mem::replace(&mut self.piece, rest));
        }
        Ok(())
    }

    /// What was found, and how many rows of people there are.
    pub(super) fn finish(mut self) -> Result<(Found, u64), Refused> {
        if self.found.header.is_empty() {
            return Err(Refused::new("empty", "The file is empty: there is nothing to import."));
        }
        if self.rows == 0 {
            return Err(Refused::new("empty", "The file has a header and no rows: there is nobody to import."));
        }
        self.found.charset = self.text.charset().to_owned();
        self.found.is_damaged = self.text.is_damaged();
        Ok((self.found, self.rows))
    }

    fn decode(&mut self, bytes: &[u8], is_last: bool) -> Result<(), Refused> {
        let mut decoded = self.head.take().unwrap_or_default();
        let was_head = self.found.delimiter.is_empty();
        self.text.push(bytes, is_last, &mut decoded);
        if was_head && decoded.len() < HEAD && !is_last {
            self.head = Some(decoded);
            return Ok(());
        }
        let mut skipped = 0;
        if was_head {
            skipped = self.look(&decoded)?;
        }
        self.read(&decoded.as_bytes()[skipped..], is_last)?;
        self.piece.extend_from_slice(decoded.as_bytes());
        Ok(())
    }

    /// Tells the delimiter; says how many bytes name it and are no row of the table.
    fn look(&mut self, head: &str) -> Result<usize, Refused> {
        sniff::check_text(head)?;
        let (delimiter, skipped) = match sniff::named_delimiter(head) {
            Some((delimiter, line)) => (delimiter, line),
            None => (sniff::delimiter(head), 0),
        };
        self.found.delimiter = char::from(delimiter).to_string();
        let row = u64::from(skipped > 0);
        self.records = Records::new(delimiter, skipped as u64, row);
        (self.found.begins_at, self.found.first_row) = (skipped as u64, row + 1);
        Ok(skipped)
    }

    fn read(&mut self, mut input: &[u8], is_last: bool) -> Result<(), Refused> {
        while let Some(record) = self.records.next(&mut input, is_last) {
            if record.is_blank() {
                continue;
            }
            if self.found.header.is_empty() && header(&mut self.found, &record)? {
                continue;
            }
            if self.found.sample.len() < SAMPLE && !record.is_too_long {
                self.found.sample.push(record.cells().take(self.found.header.len()).map(short).collect());
            }
            self.rows += 1;
        }
        if self.rows > MOST_ROWS {
            let message = "The file has more than 5 million rows. Cut it into several and import them one by one.";
            return Err(Refused::new("too_many_rows", message));
        }
        Ok(())
    }
}

/// Takes the names of columns from the first record; says whether it has them. Where it is a person already, columns
/// are numbered.
fn header(found: &mut Found, record: &Record<'_>) -> Result<bool, Refused> {
    let cells: Vec<String> = record.cells().map(short).collect();
    if record.is_too_long || cells.len() > MOST_COLUMNS {
        let message = format!("The first row is no header: it is very long, or has more than {MOST_COLUMNS} columns.");
        return Err(Refused::new("no_header", message));
    }
    found.has_header = !guess::is_data(&cells);
    if found.has_header {
        (found.begins_at, found.first_row) = (record.end, record.row + 1);
    }
    for (place, cell) in cells.iter().enumerate() {
        let name = match found.has_header && !cell.is_empty() {
            true => cell.clone(),
            false => format!("Column {}", place + 1),
        };
        let name = once(&found.header, name);
        found.header.push(name);
    }
    // Columns without a name and without a value at the end are none.
    Ok(found.has_header)
}

/// The name, or the name with the first number that makes it the only one.
fn once(taken: &[String], name: String) -> String {
    let same = |name: &str| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    if !same(&name) {
        return name;
    }
    let numbered = (2..).map(|n| format!("{name} ({n})")).find(|name| !same(name));
    numbered.unwrap_or(name)
}

fn short(cell: &str) -> String {
    let cell = cell.trim();
    let mut short: String = cell.chars().take(SHORT).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if cell.chars().nth(SHORT).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(bytes: &[u8], size: usize) -> Result<(Found, u64, Vec<u8>), Refused> {
        let (mut intake, mark) = Intake::begin(bytes);
        let mut pieces = Vec::new();
        for piece in bytes[mark..].chunks(size) {
            intake.push(piece, false, &mut pieces)?;
        }
        intake.push(&[], true, &mut pieces)?;
        let (found, rows) = intake.finish()?;
        Ok((found, rows, pieces.concat()))
    }

    #[test]
    fn a_file_is_looked_at_and_kept_as_it_is() {
        let text = "Name;E-Mail;E-Mail\r\nAda;ada@one.example;x\r\n\r\n\"Ben\nB.\";ben@two.example;\r\n";
        for size in [1, 7, 1000] {
            let (found, rows, kept) = take(text.as_bytes(), size).unwrap();
            assert_eq!(found.header, ["Name", "E-Mail", "E-Mail (2)"]);
            assert_eq!((found.delimiter.as_str(), found.charset.as_str(), found.has_header), (";", "UTF-8", true));
            assert_eq!((rows, found.first_row), (2, 2));
            assert_eq!(found.sample[1], ["Ben B.", "ben@two.example", ""]);
            assert_eq!(kept, text.replace("\r\n", "\n").into_bytes());
            assert_eq!(&kept[found.begins_at as usize..][..3], b"Ada");
        }
    }

    #[test]
    fn a_file_without_a_header_has_numbered_columns() {
        let (found, rows, _) = take(b"Ada,ada@one.example\nBen,ben@two.example\n", 100).unwrap();
        assert_eq!((found.header, found.has_header), (vec!["Column 1".to_owned(), "Column 2".into()], false));
        assert_eq!((rows, found.begins_at, found.first_row), (2, 0, 1));
        let (found, rows, _) = take(b"sep=;\nName;Mail\nAda;a@b.co\n", 100).unwrap();
        assert_eq!((rows, found.first_row, found.delimiter.as_str()), (1, 3, ";"));
    }

    #[test]
    fn what_holds_nobody_is_refused() {
        for empty in ["", "\n\n \n", "email,name\n", "email,name\n\n,\n"] {
            assert_eq!(take(empty.as_bytes(), 10).unwrap_err().code, "empty", "{empty:?}");
        }
        let wide = ",".repeat(600) + "\n1\n";
        assert_eq!(take(wide.as_bytes(), 100).unwrap_err().code, "no_header");
    }

    #[test]
    fn a_long_text_is_cut_into_pieces_of_one_size() {
        let text = format!("email\n{}", "someone@one.example\n".repeat(60_000));
        let (mut intake, _) = Intake::begin(text.as_bytes());
        let mut pieces = Vec::new();
        intake.push(text.as_bytes(), false, &mut pieces).unwrap();
        intake.push(&[], true, &mut pieces).unwrap();
        assert!(pieces.len() > 2 && pieces[..pieces.len() - 1].iter().all(|piece| piece.len() == PIECE));
        assert_eq!(pieces.concat(), text.into_bytes());
        assert_eq!(intake.finish().unwrap().1, 60_000);
    }
}
