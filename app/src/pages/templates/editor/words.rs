//! Where an error of the server belongs: it names a place in the document, people look for a block.

use domain::{
    block::{BlockId, Document},
    error::FieldErrors,
};

use crate::components::FieldError;

/// An error with the block and the field that it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Told {
    /// The block; none for the settings and for name and subject.
    pub(super) block: Option<BlockId>,
    /// The field of the block, or `name`, `subject`.
    pub(super) field: String,
    /// What to do.
    pub(super) message: String,
}

/// The errors of an answer, each with its block.
pub(super) fn told(errors: &FieldErrors, document: &Document) -> Vec<Told> {
    let tell = |error: &domain::error::FieldError| {
        let path = error.field.strip_prefix("blocks.").unwrap_or(&error.field);
        let field = path.rsplit('.').next().unwrap_or_default().to_owned();
        Told { block: document.block_at(path), field, message: error.message.clone() }
    };
    errors.0.iter().map(tell).collect()
}

/// What is wrong with the blocks by themselves, without asking the server.
pub(super) fn faults(document: &Document) -> Vec<Told> {
    let faults = document.faults().into_iter();
    faults.map(|fault| Told { block: fault.block, field: fault.field.into(), message: fault.message }).collect()
}

/// The id of a field in the form: `b3.text`, `s.width`, `subject`.
pub(super) fn field_id(told: &Told) -> String {
    match (told.block, told.field.as_str()) {
        (Some(block), field) => format!("{}.{field}", domain::block::name_of(block)),
        (None, "name" | "subject" | "") => told.field.clone(),
        (None, field) => format!("s.{field}"),
    }
}

/// Lines for the summary above: which block, and what to do.
pub(super) fn lines(all: &[Told], document: &Document) -> Vec<FieldError> {
    let line = |told: &Told| {
        let about = match told.block {
            Some(domain::block::FOOTER) => "Footer".to_owned(),
            Some(block) => document.find(block).map(domain::block::Block::label).unwrap_or_default(),
            None if told.field == "name" => "Name".into(),
            None if told.field == "subject" => "Subject".into(),
            None => "The whole mail".into(),
        };
        FieldError::new(format!("{}-field", field_id(told)), format!("{about} — {}", told.message))
    };
    all.iter().map(line).collect()
}
