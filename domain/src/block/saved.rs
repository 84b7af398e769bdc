//! A template made of blocks as it is saved, and what is being written of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Document, html, text};
use crate::{
    brand::Brand,
    error::FieldErrors,
    template::{EmailContent, Template},
    text as texts,
};

/// A template made of blocks, as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewBlocks {
    /// Its name.
    pub name: String,
    /// Subject.
    pub subject: String,
    /// The mail.
    pub blocks: Document,
}

/// What has been written and is not a version yet: kept for the one who writes it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BlockDraft {
    /// What has been written.
    #[serde(flatten)]
    pub content: NewBlocks,
    /// The version that it was begun with.
    pub version: i32,
    /// When it was kept last.
    pub saved_at: DateTime<Utc>,
}

/// A template made of blocks, with its newest version.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockTemplate {
    /// The template.
    #[serde(flatten)]
    pub template: Template,
    /// The mail.
    pub blocks: Document,
}

/// What the editor puts in: the brand's look, and variables with their words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Offer {
    /// Colours and logo.
    pub brand: Brand,
    /// Variables that everybody has.
    pub variables: Vec<(String, String)>,
    /// Custom fields of the workspace, as `custom.size`.
    pub custom: Vec<(String, String)>,
}

impl NewBlocks {
    /// Name, the blocks with their numbers, and the mail that they are compiled to. What is wrong with a block is said at
    /// `blocks.blocks.2.url`: the list of blocks in the document.
    pub fn parse(&self) -> Result<(String, Document, EmailContent), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", texts::required_line(&self.name, 200));
        let subject = errors.take("subject", texts::required_line(&self.subject, 400));
        let mut blocks = self.blocks.clone();
        blocks.number();
        if let Err(FieldErrors(faults)) = blocks.check("blocks.") {
            errors.0.extend(faults);
        }
        let content = |subject| EmailContent { subject, html: html(&blocks), text: text(&blocks) };
        let parsed = name.zip(subject.map(content));
        errors.finish(parsed).map(|(name, content)| (name, blocks, content))
    }
}
