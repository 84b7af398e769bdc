//! Lines of CSV files that people open in a spreadsheet: what would be taken for a formula there is marked as text.

use crate::{Error, Result};

/// A line with these cells.
pub fn line(cells: &[&str]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let written = writer.write_record(cells.iter().map(|cell| as_text(cell)));
    written.map_err(|error| Error::internal("a line of CSV", error))?;
    writer.into_inner().map_err(|error| Error::internal("a line of CSV", error.into_error()))
}

/// A cell that no spreadsheet calculates: with an apostrophe before what begins a formula.
fn as_text(cell: &str) -> String {
    let mark = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("{mark}{cell}")
}

/// A cell as it was before [`line`] marked it.
pub fn as_typed(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_go_back() {
        let cells = ["=1+1", "+12125550123", "-x", "@sum", "a,b", "say \"x\"", "two\nlines", "'quoted", ""];
        let written = line(&cells).unwrap();
        let start = b"'=1+1,'+12125550123,'-x,'@sum,\"a,b\",\"say \"\"x\"\"\",";
        assert!(written.starts_with(start) && written.ends_with(b"\r\n"), "{}", String::from_utf8_lossy(&written));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&written[..]);
        let read = reader.records().next().unwrap().unwrap();
        assert_eq!(read.iter().map(as_typed).collect::<Vec<_>>(), cells);
    }
}
