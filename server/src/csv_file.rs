//! What says that an answer is a CSV file to be kept.

use axum::http::{HeaderName, header};

/// The headers of a CSV file of this name (letters, digits, hyphens, dots).
pub(crate) fn csv_file(name: &str) -> [(HeaderName, String); 2] {
    let disposition = format!("attachment; filename=\"{name}\"");
    [(header::CONTENT_TYPE, "text/csv; charset=utf-8".into()), (header::CONTENT_DISPOSITION, disposition)]
}
