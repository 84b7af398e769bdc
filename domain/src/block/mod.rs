//! E-mails made of blocks (SPEC 4.3), for people who don't write HTML. A document is plain data: blocks in their order,
//! settings for all of them, and a footer that is always there. Edits are pure (`edit`), can be undone (`history`), are
//! checked (`check`), and what is saved as a version is the HTML that is compiled from it (`html`).

mod branded;
mod check;
mod columns;
mod edit;
mod escape;
mod form;
mod history;
mod html;
mod kind;
mod link;
mod look;
mod markup;
mod paste;
mod plain;
mod rich;
mod saved;
mod texts;
mod unmark;

use serde::{Deserialize, Serialize};

pub use branded::LOGO;
pub use check::Fault;
pub use columns::Columns;
pub use edit::{Edit, Place, Unfit, Way};
pub use form::{apply, name_of};
pub use history::History;
pub use html::{block as block_html, footer_html, html};
pub use kind::{Align, Block, Body, Button, Divider, Footer, Heading, Image, Kind, Spacer, Text};
pub use link::is_link;
pub use look::{Font, Settings};
pub use plain::text;
pub use rich::{Paragraph, ParagraphKind, Rich, Run};
pub use saved::{BlockDraft, BlockTemplate, NewBlocks, Offer};

/// The number of a block, unique in its document.
pub type BlockId = u32;
/// Stands for the footer where blocks are named by their number.
pub const FOOTER: BlockId = 0;
/// The most blocks that a document holds, those in columns included.
pub const BLOCKS_MAX: usize = 200;

/// An e-mail made of blocks.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockDocument"))]
#[serde(default)]
pub struct Document {
    /// What holds for the whole mail.
    pub settings: Settings,
    /// The blocks from top to bottom.
    pub blocks: Vec<Block>,
    /// Who sends it and how to get no more: a marketing e-mail always has one, so it is no block that could be deleted.
    pub footer: Footer,
}

impl Document {
    /// Gives every block a number of its own, where one has none or shares it, and brings texts into their normal form:
    /// for documents from outside.
    pub fn number(&mut self) {
        let mut taken = Vec::new();
        let mut next = self.next_id();
        self.each_mut(&mut |block| {
            if block.id == FOOTER || taken.contains(&block.id) {
                block.id = next;
                next += 1;
            }
            taken.push(block.id);
            if let Body::Text(text) = &mut block.body {
                text.text = std::mem::take(&mut text.text).normal();
            }
        });
    }

    /// Every block from top to bottom; one of columns comes before what is in it.
    pub fn all(&self) -> Vec<&Block> {
        let mut all = Vec::new();
        for block in &self.blocks {
            all.push(block);
            if let Body::Columns(columns) = &block.body {
                all.extend(columns.columns.iter().flatten());
            }
        }
        all
    }

    /// The block of this number.
    pub fn find(&self, id: BlockId) -> Option<&Block> {
        self.all().into_iter().find(|block| block.id == id)
    }

    /// The block that a path of an error leads to (`blocks.2.columns.0.1.url`); [`FOOTER`] for the footer's.
    pub fn block_at(&self, path: &str) -> Option<BlockId> {
        let mut steps = path.split('.');
        let number = |steps: &mut std::str::Split<char>| steps.next()?.parse::<usize>().ok();
        match steps.next()? {
            "footer" => return Some(FOOTER),
            "blocks" => {}
            _ => return None,
        }
        let block = self.blocks.get(number(&mut steps)?)?;
        let Body::Columns(columns) = &block.body else { return Some(block.id) };
        let inside = (steps.next() == Some("columns")).then(|| {
            let column = columns.columns.get(number(&mut steps)?)?;
            column.get(number(&mut steps)?).map(|block| block.id)
        });
        Some(inside.flatten().unwrap_or(block.id))
    }

    /// A number that no block has.
    pub(crate) fn next_id(&self) -> BlockId {
        self.all().iter().map(|block| block.id).max().unwrap_or_default().saturating_add(1)
    }

    pub(crate) fn each_mut(&mut self, act: &mut impl FnMut(&mut Block)) {
        for block in &mut self.blocks {
            act(block);
            if let Body::Columns(columns) = &mut block.body {
                columns.columns.iter_mut().flatten().for_each(&mut *act);
            }
        }
    }
}
