//! Lines of addresses as people have them: pasted, one a line, or a CSV file whose first line names its columns. What is
//! exported here can be imported there.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use csv::StringRecord;
use domain::{
    channel::Channel,
    csv::as_typed,
    error::Refused,
    suppression::{BadLine, Key, SuppressionReason, normal},
    text,
};

use super::Row;
use crate::{Error, Result};

/// The most lines of one import.
const MOST: u64 = 500_000;
/// Bad lines that are told; there may be more.
const TOLD: usize = 100;

/// What stands in the lines.
pub(super) struct Lines {
    /// The addresses, by channel and address, each once as it came first.
    pub(super) rows: Vec<Row>,
    /// How many lines named an address.
    pub(super) lines: u64,
    pub(super) rejected: u64,
    pub(super) bad_lines: Vec<BadLine>,
}

/// Reads the lines. `channel`, `reason` and `note` count for those that do not say it themselves.
pub(super) fn read(
    text: &str,
    channel: Channel,
    reason: SuppressionReason,
    note: &str,
    now: DateTime<Utc>,
) -> Result<Lines> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new();
    let reader = reader.has_headers(false).flexible(true).trim(csv::Trim::All).delimiter(delimiter(text));
    let defaults = Defaults { channel, reason, note, now };
    let (mut columns, mut rows) = (None, BTreeMap::new());
    let mut lines = Lines { rows: Vec::new(), lines: 0, rejected: 0, bad_lines: Vec::new() };
    for (i, record) in reader.from_reader(text.as_bytes()).records().enumerate() {
        let record = record.map_err(|error| Error::internal("lines in memory", error))?;
        if i == 0 {
            columns = Columns::named_by(&record);
            if columns.is_some() {
                continue;
            }
        }
        match row(&record, columns.as_ref(), &defaults) {
            Ok(row) => {
                lines.lines += 1;
                rows.entry(row.key.clone()).or_insert(row);
            }
            Err(refused) => lines.refuse(text, &record, refused),
        }
        if lines.lines + lines.rejected > MOST {
            return Err(Error::field("text", "too_long", "At most 500,000 lines at a time. Split the file."));
        }
    }
    lines.rows = rows.into_values().collect();
    Ok(lines)
}

impl Lines {
    fn refuse(&mut self, whole: &str, record: &StringRecord, refused: Refused) {
        self.rejected += 1;
        if self.bad_lines.len() < TOLD {
            let line = line_of(whole, record);
            let text = record.iter().collect::<Vec<_>>().join(", ");
            let text = text.chars().filter(|c| !c.is_control()).take(300).collect();
            self.bad_lines.push(BadLine { line, text, message: refused.message });
        }
    }
}

/// The number of a record's line. Where a record begins is known as before the empty lines in front of it.
fn line_of(whole: &str, record: &StringRecord) -> u64 {
    let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
    let (before, rest) = whole.as_bytes().split_at(begin.min(whole.len()));
    let empty = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
    let breaks = before.iter().chain(empty).filter(|byte| **byte == b'\n').count();
    breaks as u64 + 1
}

/// What counts for a line that does not say it itself.
struct Defaults<'a> {
    channel: Channel,
    reason: SuppressionReason,
    note: &'a str,
    now: DateTime<Utc>,
}

/// Where in a line what stands, in a file whose first line says so.
struct Columns {
    address: usize,
    channel: Option<usize>,
    reason: Option<usize>,
    note: Option<usize>,
    since: Option<usize>,
}

impl Columns {
    /// None where the first line names no column of addresses: then it is an address itself.
    fn named_by(first: &StringRecord) -> Option<Self> {
        let place = |names: &[&str]| first.iter().position(|cell| names.contains(&cell.to_lowercase().as_str()));
        Some(Self {
            address: place(&["address", "email", "e-mail", "email address", "phone", "phone number", "number"])?,
            channel: place(&["channel"]),
            reason: place(&["reason"]),
            note: place(&["note", "source", "comment"]),
            since: place(&["since", "at", "date", "created_at"]),
        })
    }
}

fn row(record: &StringRecord, columns: Option<&Columns>, defaults: &Defaults<'_>) -> Result<Row, Refused> {
    let Some(columns) = columns else {
        if record.iter().filter(|cell| !cell.is_empty()).count() > 1 {
            let message = "One address a line. A file with more columns needs a first line with their names, such as \
                           address, reason.";
            return Err(Refused::new("invalid", message));
        }
        let address = normal(defaults.channel, as_typed(record.get(0).unwrap_or_default()))?;
        let key = Key { channel: defaults.channel, address };
        return Ok(Row { key, reason: defaults.reason, note: defaults.note.to_owned(), at: defaults.now });
    };
    let cell = |place: Option<usize>| place.and_then(|i| record.get(i)).map(as_typed).filter(|cell| !cell.is_empty());
    let word = |cell: &str| cell.to_lowercase().replace([' ', '-'], "_");
    let channel = cell(columns.channel).map_or(Ok(defaults.channel), |cell| Channel::parse(&word(cell)))?;
    let reason = cell(columns.reason).map_or(Ok(defaults.reason), |cell| SuppressionReason::parse(&word(cell)))?;
    let note = text::optional(cell(columns.note).unwrap_or(defaults.note), 1000)?;
    let at = cell(columns.since).map_or(Ok(defaults.now), |cell| since(cell, defaults.now))?;
    let address = normal(channel, cell(Some(columns.address)).unwrap_or_default())?;
    Ok(Row { key: Key { channel, address }, reason, note, at })
}

fn since(cell: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refused> {
    let at = DateTime::parse_from_rfc3339(cell).map(|at| at.to_utc());
    match at {
        Ok(at) if at <= now => Ok(at),
        Ok(_) => Err(Refused::new("in_future", "The time lies in the future.")),
        Err(_) => Err(Refused::new("invalid", "Write the time as in 2026-05-14T09:30:00Z, or leave it empty.")),
    }
}

/// What separates the columns: whatever stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let most = [b',', b';', b'\t'].into_iter().rev().max_by_key(|c| first.bytes().filter(|byte| byte == c).count());
    most.unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(text: &str) -> Lines {
        let now = DateTime::from_timestamp(1_772_442_000, 0).unwrap();
        read(text, Channel::Email, SuppressionReason::Manual, "old list", now).unwrap()
    }

    fn told(lines: &Lines) -> Vec<(u64, &str)> {
        lines.bad_lines.iter().map(|bad| (bad.line, bad.text.as_str())).collect()
    }

    #[test]
    fn pasted_lines_are_addresses_and_bad_ones_are_told_by_number() {
        let lines = read_all("Ada@one.example\r\n\r\nnobody\nben@two.example\nADA@one.example\na@b.co, c@d.co\n");
        let keys: Vec<_> = lines.rows.iter().map(|row| row.key.to_string()).collect();
        assert_eq!(keys, ["email:ada@one.example", "email:ben@two.example"]);
        assert_eq!((lines.lines, lines.rejected), (3, 2));
        assert_eq!(told(&lines), [(3, "nobody"), (6, "a@b.co, c@d.co")]);
        assert_eq!(lines.rows[0].note, "old list");
    }

    #[test]
    fn a_file_says_itself_what_it_knows() {
        let file = "\u{feff}Reason;Address;Channel;Since;Note\nHard bounce;ada@one.example;;2026-01-02T03:04:05Z;x\n\
                    STOP;'+1 212 555 0123;SMS;;\n;ben@two.example;;2030-01-01T00:00:00Z;\nbored;c@d.co;;;\n";
        let lines = read_all(file);
        let rows: Vec<_> = lines.rows.iter().map(|row| (row.key.to_string(), row.reason, row.note.as_str())).collect();
        assert_eq!(
            rows,
            [
                ("email:ada@one.example".to_owned(), SuppressionReason::HardBounce, "x"),
                ("sms:+12125550123".to_owned(), SuppressionReason::Stop, "old list"),
            ]
        );
        assert_eq!(lines.rows[0].at.to_rfc3339(), "2026-01-02T03:04:05+00:00");
        assert_eq!(lines.bad_lines.iter().map(|bad| bad.line).collect::<Vec<_>>(), [4, 5]);
    }

    proptest! {
        #[test]
        fn whatever_is_pasted_every_line_is_counted(text in "[a@.,;\"'\t\n=+1 é]{0,120}") {
            let lines = read_all(&text);
            prop_assert!(lines.rows.len() as u64 <= lines.lines);
            prop_assert!(lines.rows.iter().all(|row| !row.key.address.is_empty()));
        }
    }
}
