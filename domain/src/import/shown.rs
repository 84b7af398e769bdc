//! Imports as pages and the API show them: what was found, how far they are, what is wrong with rows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Field, Format, ImportStatus, Mapping};
use crate::{contact::ListRef, id::ImportId};

/// What was found in a file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Found {
    /// Its character set: `UTF-8`.
    pub charset: String,
    /// What parts its columns.
    pub delimiter: String,
    /// Names of the columns, each once.
    pub header: Vec<String>,
    /// Whether the file has them; otherwise they are numbers.
    pub has_header: bool,
    /// The first rows, cut short.
    pub sample: Vec<Vec<String>>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// Some characters were not of its character set, and stand as `�`.
    pub is_damaged: bool,
    /// The first row of people, as a spreadsheet counts.
    pub first_row: u64,
    /// Where it begins, in bytes.
    pub begins_at: u64,
}

impl Found {
    /// What to call the delimiter.
    pub fn delimiter_shown(&self) -> &'static str {
        match self.delimiter.as_str() {
            ";" => "semicolons",
            "\t" => "tabs",
            "|" => "bars",
            _ => "commas",
        }
    }
}

/// What became of rows; after a dry run, what would.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// New contacts.
    pub created: i64,
    /// Contacts that were changed.
    pub updated: i64,
    /// About contacts that stay as they are.
    pub unchanged: i64,
    /// Refused.
    pub rejected: i64,
    /// Warnings about rows that were taken.
    pub warned: i64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.rejected += more.rejected;
        self.warned += more.warned;
    }
}

/// An import as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file's name.
    pub file: String,
    /// What the file is.
    pub format: Format,
    /// Its size.
    pub bytes: i64,
    /// Where it stands.
    pub status: ImportStatus,
    /// Rows of people in the file.
    pub rows_total: i64,
    /// Rows that are behind it.
    pub rows_done: i64,
    /// What became of them.
    #[serde(flatten)]
    pub counts: Counts,
    /// Rows a second lately, while it is at work.
    pub per_second: Option<f64>,
    /// How long the rest takes at this pace, in seconds.
    pub seconds_left: Option<u64>,
    /// Contacts that an undo left, because they were changed since.
    pub kept: i64,
    /// Why it failed.
    pub fault: Option<String>,
    /// The list that people go on.
    pub list: Option<ListRef>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Started then.
    pub started_at: Option<DateTime<Utc>>,
    /// Ended then.
    pub finished_at: Option<DateTime<Utc>>,
}

/// An import with what belongs on its page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportDetail {
    /// The import.
    #[serde(flatten)]
    pub import: Import,
    /// What was found in the file.
    pub found: Found,
    /// What was chosen.
    pub mapping: Option<Mapping>,
    /// What a program would send to say the same; guessed while nothing is chosen.
    pub columns: Vec<Option<Field>>,
    /// Why rows were refused, or taken with a warning, most frequent first.
    pub reasons: Vec<ReasonCount>,
}

/// How many rows have the same thing wrong with them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReasonCount {
    /// Stable word.
    pub code: String,
    /// A sentence for people.
    pub reason: String,
    /// The column.
    pub column: String,
    /// Whether the rows were taken all the same.
    pub warning: bool,
    /// How many.
    pub count: i64,
}

/// Something wrong with a row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reject {
    /// The row, as a spreadsheet counts.
    pub row: i64,
    /// The column's name; empty for the whole row.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Stable word.
    pub code: String,
    /// A sentence for people.
    pub reason: String,
    /// Whether the row was taken all the same.
    pub warning: bool,
    /// Its place, for the next page.
    #[serde(skip)]
    pub place: i16,
}

/// Where in the list of what is wrong a page begins: after this row, column and code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The row.
    pub row: i64,
    /// The column.
    pub column: i16,
    /// The code.
    pub code: String,
}

impl std::str::FromStr for Place {
    type Err = &'static str;

    fn from_str(cursor: &str) -> Result<Self, Self::Err> {
        let parts = || cursor.split_once('.').and_then(|(row, rest)| Some((row, rest.split_once('.')?)));
        let (row, (column, code)) = parts().ok_or("no place")?;
        let (row, column) = (row.parse().or(Err("no row"))?, column.parse().or(Err("no column"))?);
        Ok(Self { row, column, code: code.to_owned() })
    }
}

impl Reject {
    /// Where the page after it begins.
    pub fn cursor(&self) -> String {
        format!("{}.{}.{}", self.row, self.place, self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_go_there_and_back() {
        let place = Place { row: 12, column: 3, code: "invalid_email".into() };
        assert_eq!("12.3.invalid_email".parse(), Ok(place));
        assert!("12".parse::<Place>().is_err() && "a.b.c".parse::<Place>().is_err());
    }
}
