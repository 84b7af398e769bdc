//! How imports are said.

use domain::import::{Import, ImportStatus};
use leptos::prelude::*;

use crate::components::{
    Badge, Glyph, Tone,
    format::{count, duration, plural},
};

/// The page of an import.
pub(super) fn path_of(id: domain::id::ImportId) -> String {
    format!("/imports/{id}")
}

/// Where it stands.
pub(super) fn badge(status: ImportStatus) -> AnyView {
    use ImportStatus::*;
    let (tone, glyph) = match status {
        Uploading | Uploaded | Checked => (Tone::Neutral, Glyph::Todo),
        Checking | Queued | Running | Stopping | Undoing => (Tone::Info, Glyph::Clock),
        Stopped => (Tone::Warning, Glyph::Pause),
        Completed => (Tone::Success, Glyph::Check),
        Failed => (Tone::Danger, Glyph::Failed),
        Undone => (Tone::Neutral, Glyph::Back),
    };
    view! { <Badge tone glyph text=status.shown()/> }.into_any()
}

/// A count, which is never below zero.
pub(super) fn number(count: i64) -> u64 {
    count.unsigned_abs()
}

pub(super) fn rows(rows: i64) -> String {
    plural(number(rows), "row", "rows")
}

/// "612,400 of 1,004,218 rows, 8,150 a second, 48 s left".
pub(super) fn pace(import: &Import) -> String {
    let mut line = format!("{} of {}", count(number(import.rows_done)), rows(import.rows_total));
    if let Some(per_second) = import.per_second {
        line.push_str(&format!(", {} a second", count(per_second.round() as u64)));
    }
    if let Some(left) = import.seconds_left {
        line.push_str(&format!(", {} left", duration(left)));
    }
    line
}

/// Which part of it is done.
pub(super) fn share(import: &Import) -> f64 {
    if import.rows_total > 0 { import.rows_done as f64 / import.rows_total as f64 } else { 0.0 }
}
