//! The rows of a sheet, each written as a line of CSV. Rows and cells that are left out in the file are empty.

use domain::{error::Refused, import::MOST_COLUMNS};
use quick_xml::events::{BytesStart, Event};

use super::{
    parts::{Part, attribute, broken},
    strings::{Strings, add},
    styles,
};

/// The most rows that a sheet has.
const MOST_ROWS: u64 = 1_048_576;

/// A sheet being read.
pub(super) struct Sheet<'a> {
    part: Part<'a>,
    strings: Strings,
    /// Whether each style shows a day.
    days: Vec<bool>,
    /// The last row that was written.
    row: u64,
    buffer: Vec<u8>,
}

/// A cell being read.
#[derive(Default)]
struct Cell {
    column: usize,
    kind: String,
    is_day: bool,
    text: String,
    in_value: bool,
}

impl<'a> Sheet<'a> {
    /// A sheet with its shared texts and the styles that show days.
    pub(super) fn new(part: Part<'a>, strings: Strings, days: Vec<bool>) -> Self {
        Self { part, strings, days, row: 0, buffer: Vec::new() }
    }

    /// Writes the next row, and the empty ones before it; says whether there was one.
    pub(super) fn row(&mut self, out: &mut Vec<u8>) -> Result<bool, Refused> {
        loop {
            self.buffer.clear();
            match self.part.read_event_into(&mut self.buffer).map_err(|error| broken(&error))? {
                Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                    let number = attribute(&tag, "r").and_then(|number| number.parse().ok());
                    self.begin(number.unwrap_or(self.row + 1), out)?;
                    self.cells(out)?;
                    out.push(b'\n');
                    return Ok(true);
                }
                Event::End(tag) if tag.local_name().as_ref() == "sheetData" => return Ok(false),
                Event::Empty(tag) if tag.local_name().as_ref() == "sheetData" => return Ok(false),
                Event::Eof => return Err(broken(&"it is cut off")),
                _ => {}
            }
        }
    }

    fn begin(&mut self, number: u64, out: &mut Vec<u8>) -> Result<(), Refused> {
        if number <= self.row || number > MOST_ROWS {
            return Err(broken(&"its rows are out of order"));
        }
        out.extend((self.row + 1..number).map(|_| b'\n'));
        self.row = number;
        Ok(())
    }

    fn cells(&mut self, out: &mut Vec<u8>) -> Result<(), Refused> {
        let (mut cell, mut written) = (Cell::default(), 0);
        loop {
            self.buffer.clear();
            match self.part.read_event_into(&mut self.buffer).map_err(|error| broken(&error))? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "c" => cell = Cell::begin(&tag, written, &self.days)?,
                    "v" | "t" => cell.in_value = true,
                    _ => {}
                },
                // A cell that only has a look.
                Event::Empty(tag) if tag.local_name().as_ref() == "c" => {}
                Event::End(tag) => match tag.local_name().as_ref() {
                    "row" => return Ok(()),
                    "c" => {
                        let text = cell.shown(&mut self.strings)?;
                        out.extend((written.max(1)..cell.column).map(|_| b','));
                        write(&text, out);
                        written = cell.column;
                    }
                    "v" | "t" => cell.in_value = false,
                    _ => {}
                },
                Event::Eof => return Err(broken(&"it is cut off")),
                event if cell.in_value => add(&mut cell.text, &event),
                _ => {}
            }
        }
    }
}

impl Cell {
    fn begin(tag: &BytesStart<'_>, before: usize, days: &[bool]) -> Result<Self, Refused> {
        let column = attribute(tag, "r").and_then(|name| column(&name)).unwrap_or(before + 1);
        if column <= before {
            return Err(broken(&"its cells are out of order"));
        }
        if column > MOST_COLUMNS {
            let message =
                format!("The sheet has more than {MOST_COLUMNS} columns: leave out those that are not needed.");
            return Err(Refused::new("too_many_columns", message));
        }
        let style = attribute(tag, "s").and_then(|style| style.parse::<usize>().ok());
        let is_day = style.and_then(|style| days.get(style)).copied().unwrap_or_default();
        let kind = attribute(tag, "t").unwrap_or_default();
        Ok(Self { column, kind, is_day, ..Self::default() })
    }

    /// What the cell shows.
    fn shown(&self, strings: &mut Strings) -> Result<String, Refused> {
        Ok(match self.kind.as_str() {
            "s" => strings.get(self.text.trim().parse().map_err(|error| broken(&error))?)?.to_owned(),
            "b" => if self.text.trim() == "1" { "true" } else { "false" }.to_owned(),
            "inlineStr" | "str" | "e" | "d" => self.text.clone(),
            _ => self.number(),
        })
    }

    /// A day as a day, a whole number without exponent: phone numbers are kept as numbers by many.
    fn number(&self) -> String {
        match self.text.trim().parse::<f64>() {
            Ok(number) if self.is_day => styles::day(number).map_or(self.text.clone(), |day| day.to_string()),
            Ok(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
            Ok(number) => number.to_string(),
            Err(_) => self.text.clone(),
        }
    }
}

/// The number of a cell's column, from 1: `AB7` is in column 28.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).take(4);
    let number = letters.fold(0, |number, letter| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some(number).filter(|number| *number > 0)
}

/// A cell of CSV, in quotes where it needs them.
fn write(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', '"', '\n', '\r']) {
        return out.extend(text.as_bytes());
    }
    out.push(b'"');
    out.extend(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_numbers() {
        assert_eq!([column("A1"), column("Z9"), column("AB7"), column("7")], [Some(1), Some(26), Some(28), None]);
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut out = Vec::new();
        write("a,\"b\"", &mut out);
        assert_eq!(out, b"\"a,\"\"b\"\"\"");
    }
}
