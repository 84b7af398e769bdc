//! What a file is, by its first bytes and not by its name; and what parts the columns of a text.

use domain::error::Refused;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Text, perhaps of a table.
    Text,
    /// An archive, as a spreadsheet is one.
    Archive,
}

/// First bytes of files that people take for tables, and what they are.
const OTHERS: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture or a sound"),
    (b"BM6", "a picture (BMP)"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "a document of an old format (XLS or DOC)"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"7z\xbc\xaf", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document (RTF)"),
];
/// What may part columns, the most usual first.
const DELIMITERS: [u8; 4] = *b",;\t|";
/// Lines that are looked at.
const LINES: usize = 50;

/// What the file is, or why it is none that can be read.
pub(super) fn kind(head: &[u8]) -> Result<Kind, Refused> {
    if head.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Archive);
    }
    if let Some((_, what)) = OTHERS.iter().find(|(begin, _)| head.starts_with(begin)) {
        return Err(not_a_table(&format!("This is {what}")));
    }
    Ok(Kind::Text)
}

/// Refuses what is no text although it could be decoded.
pub(super) fn check_text(head: &str) -> Result<(), Refused> {
    let strange = |c: &char| (c.is_control() && !"\n\r\t\u{b}\u{c}\u{1a}".contains(*c)) || *c == '\u{fffd}';
    let count = head.chars().filter(strange).count();
    match count > 32 && count * 20 > head.chars().count() {
        true => Err(not_a_table("This is no text")),
        false => Ok(()),
    }
}

fn not_a_table(what: &str) -> Refused {
    Refused::new("not_a_table", format!("{what}, whatever its name says. Send a table of people as CSV or XLSX."))
}

/// The delimiter that the first line names (`sep=;`, as spreadsheets write and read it), and how long that line is.
pub(super) fn named_delimiter(head: &str) -> Option<(u8, usize)> {
    let line = head.split('\n').next()?;
    let name = line.strip_prefix("sep=").filter(|name| name.len() == 1)?;
    Some((name.as_bytes()[0], (line.len() + 1).min(head.len())))
}

/// The delimiter that parts most lines into the same number of columns.
pub(super) fn delimiter(head: &str) -> u8 {
    let score = |delimiter: &u8| {
        let counts = counts(head, *delimiter);
        let first = counts.first().copied().unwrap_or_default();
        let alike = counts.iter().filter(|count| **count == first).count();
        if first == 0 { (0, 0) } else { (alike * 100 / counts.len().max(1), first) }
    };
    // Of equals, the first.
    let best = DELIMITERS.iter().rev().max_by_key(|delimiter| score(delimiter));
    best.copied().unwrap_or(b',')
}

/// How many delimiters each of the first lines has outside of quotes.
fn counts(head: &str, delimiter: u8) -> Vec<usize> {
    let (mut counts, mut count, mut in_quotes, mut is_blank) = (Vec::new(), 0, false, true);
    for byte in head.bytes() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\n' if !in_quotes => {
                if !is_blank {
                    counts.push(count);
                }
                (count, is_blank) = (0, true);
                if counts.len() == LINES {
                    return counts;
                }
                continue;
            }
            byte if byte == delimiter && !in_quotes => count += 1,
            _ => {}
        }
        is_blank = false;
    }
    // The last line is whole only where nothing else is.
    if !is_blank && counts.len() < 2 {
        counts.push(count);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_none_whatever_its_name() {
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n....").unwrap_err().code, "not_a_table");
        assert_eq!(kind(b"PK\x03\x04...."), Ok(Kind::Archive));
        assert_eq!(kind(b"email\n"), Ok(Kind::Text));
        assert!(check_text(&"\u{1}\u{2}ab".repeat(30)).is_err());
        assert!(check_text("email,name\nnul\0@one.example,x\n").is_ok(), "a row is refused, not the file");
    }

    #[test]
    fn delimiters_are_those_that_part_alike() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3\n1,5;2;3\n"), b';');
        assert_eq!(delimiter("a\tb\n1,2\t3\n"), b'\t');
        assert_eq!(delimiter("name,\"a;b;c\"\n\"x;\ny\",2\n"), b',');
        assert_eq!(delimiter("email\na@b.co\n"), b',', "one column");
        assert_eq!(delimiter("name|note\nAda|a, b, c\n"), b'|');
        assert_eq!(named_delimiter("sep=;\na;b\n"), Some((b';', 6)));
        assert_eq!(named_delimiter("a;b\n"), None);
    }
}
