//! Imports (SPEC 3.3): a file of people, of which each row becomes a contact, changes one, or is refused with its reason.
//! Which column is which is guessed and can be changed; a dry run tells what would happen before anything does.

pub mod field;
pub mod guess;
mod mapping;
pub mod matching;
mod names;
mod person;
mod reader;
mod row;
mod shown;
mod value;

use serde::{Deserialize, Serialize};

use crate::words::words;

pub use field::{Field, FieldSet, Plain};
pub use mapping::{CustomField, ListChoice, Mapping, NewMapping};
pub use person::Person;
pub use reader::{PhoneParser, RowReader};
pub use row::{Issue, Row};
pub use shown::{Counts, Found, Import, ImportDetail, Place, ReasonCount, Reject};

/// The most rows of a file.
pub const MOST_ROWS: u64 = 5_000_000;
/// The most columns.
pub const MOST_COLUMNS: usize = 500;
/// Rows that are shown as a sample.
pub const SAMPLE: usize = 5;

words! {
    /// Where an import stands.
    ImportStatus {
        /// The file is on its way.
        Uploading = "uploading",
        /// The file is here; what its columns are is to be said.
        Uploaded = "uploaded",
        /// The dry run is on.
        Checking = "checking",
        /// The dry run is done: it can be started.
        Checked = "checked",
        /// Started; nothing done yet.
        Queued = "queued",
        /// Rows are taken.
        Running = "running",
        /// Stopped, at the end of the rows in hand.
        Stopping = "stopping",
        /// Stopped; can go on.
        Stopped = "stopped",
        /// All rows were taken or refused.
        Completed = "completed",
        /// Cannot go on.
        Failed = "failed",
        /// What it did is taken back.
        Undoing = "undoing",
        /// What it did was taken back.
        Undone = "undone",
    }
}

words! {
    /// What a file is.
    Format {
        /// Text with delimiters.
        Csv = "csv",
        /// A spreadsheet.
        Xlsx = "xlsx",
    }
}

words! {
    /// What becomes of people who are known already.
    Duplicates {
        /// They stay as they are.
        Skip = "skip",
        /// What the file has replaces what was there; empty cells change nothing.
        Update = "update",
        /// The columns of the file replace what was there, empty cells too.
        Overwrite = "overwrite",
    }
}

words! {
    /// On which legal basis people are kept.
    Basis {
        /// They agreed; the wording is kept.
        Consent = "consent",
        /// They are customers.
        Contract = "contract",
        /// Legitimate interest.
        LegitimateInterest = "legitimate_interest",
        /// None is stated.
        None = "none",
    }
}

impl ImportStatus {
    /// The moves that there are (DESIGN 2: each names where it comes from).
    pub fn may_become(self, next: Self) -> bool {
        use ImportStatus::*;
        match self {
            Uploading => next == Uploaded,
            Uploaded => matches!(next, Checking | Queued),
            Checking => matches!(next, Checking | Checked | Uploaded | Failed),
            Checked => matches!(next, Checking | Queued),
            Queued => matches!(next, Running | Stopped | Failed),
            Running => matches!(next, Completed | Stopping | Failed),
            Stopping => matches!(next, Stopped | Failed),
            Stopped | Failed => matches!(next, Queued | Undoing),
            Completed => next == Undoing,
            Undoing => next == Undone,
            Undone => false,
        }
    }

    /// Those from which it may become this one.
    pub fn before(next: Self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|status| status.may_become(next)).collect()
    }

    /// Whether somebody is at work on it, or should be.
    pub fn is_busy(self) -> bool {
        use ImportStatus::*;
        matches!(self, Checking | Queued | Running | Stopping | Undoing)
    }

    /// The word for people.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Uploading => "Uploading",
            Self::Uploaded => "To be mapped",
            Self::Checking => "Checking",
            Self::Checked => "Ready to import",
            Self::Queued => "About to start",
            Self::Running => "Importing",
            Self::Stopping => "Stopping",
            Self::Stopped => "Stopped",
            Self::Completed => "Finished",
            Self::Failed => "Failed",
            Self::Undoing => "Undoing",
            Self::Undone => "Undone",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_goes_forward_and_can_be_taken_back() {
        use ImportStatus::*;
        assert_eq!(ImportStatus::before(Queued), [Uploaded, Checked, Stopped, Failed]);
        assert_eq!(ImportStatus::before(Undoing), [Stopped, Completed, Failed]);
        assert!(!Undone.may_become(Queued) && !Completed.may_become(Queued) && !Running.may_become(Undoing));
        let stuck: Vec<_> =
            ImportStatus::ALL.iter().filter(|s| !ImportStatus::ALL.iter().any(|n| s.may_become(*n))).collect();
        assert_eq!(stuck, [&Undone], "everything else can go on");
    }
}
