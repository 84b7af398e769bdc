//! Undo and redo: every state that the document was in, newest last. Typing into one block is one step, until something
//! else is done or the typing rests.

use super::{BlockId, Document, Edit, Unfit};

/// How many steps back are kept.
const DEPTH: usize = 200;

/// A document with where it came from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct History {
    now: Document,
    past: Vec<Document>,
    future: Vec<Document>,
    /// The block that is being typed into, while further typing belongs to the same step.
    typing: Option<Option<BlockId>>,
}

impl History {
    /// A document that nothing was done to yet.
    pub fn new(now: Document) -> Self {
        Self { now, ..Default::default() }
    }

    /// The document as it is.
    pub fn now(&self) -> &Document {
        &self.now
    }

    /// Does an edit and says which block to go on with.
    pub fn edit(&mut self, edit: &Edit) -> Result<BlockId, Unfit> {
        let (next, block) = self.now.edited(edit)?;
        if next == self.now {
            return Ok(block);
        }
        let typing = match edit {
            Edit::Change(id, _) => Some(Some(*id)),
            Edit::Footer(_) => Some(Some(super::FOOTER)),
            Edit::Settings(_) => Some(None),
            _ => None,
        };
        let before = std::mem::replace(&mut self.now, next);
        let goes_on = typing.is_some() && typing == self.typing;
        if !goes_on {
            self.past.push(before);
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.typing = typing;
        Ok(block)
    }

    /// Whatever is typed next is a step of its own.
    pub fn rest(&mut self) {
        self.typing = None;
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to do again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// Takes back the last step. Says whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.past.pop() else { return false };
        self.future.push(std::mem::replace(&mut self.now, before));
        self.typing = None;
        true
    }

    /// Does again what was taken back last. Says whether there was something.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.future.pop() else { return false };
        self.past.push(std::mem::replace(&mut self.now, after));
        self.typing = None;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{Body, Heading, Place};

    fn heading(text: &str) -> Body {
        Body::Heading(Heading { text: text.into(), ..Default::default() })
    }

    fn with_two() -> (History, BlockId, BlockId) {
        let mut history = History::new(Document::default());
        let mut put = |text| history.edit(&Edit::Insert(Place { column: None, index: 9 }, heading(text))).unwrap();
        let (first, second) = (put("one"), put("two"));
        (history, first, second)
    }

    fn steps(history: &mut History) -> usize {
        std::iter::from_fn(|| history.undo().then_some(())).count()
    }

    #[test]
    fn typing_into_one_block_is_one_step_until_it_rests_or_goes_on_elsewhere() {
        let (mut history, first, second) = with_two();
        for text in ["o", "on", "one more"] {
            history.edit(&Edit::Change(first, heading(text))).unwrap();
        }
        history.rest();
        history.edit(&Edit::Change(first, heading("rested"))).unwrap();
        history.edit(&Edit::Change(second, heading("elsewhere"))).unwrap();
        history.edit(&Edit::Change(first, heading("back"))).unwrap();
        assert_eq!(steps(&mut history), 2 + 1 + 1 + 1 + 1);
    }

    #[test]
    fn what_is_done_after_an_undo_leaves_nothing_to_do_again() {
        let (mut history, first, second) = with_two();
        history.edit(&Edit::Change(second, heading("gone"))).unwrap();
        assert!(history.undo() && history.can_redo());
        history.edit(&Edit::Change(first, heading("other"))).unwrap();
        assert!(!history.can_redo() && !history.redo());
    }

    #[test]
    fn so_many_steps_are_kept_and_no_more() {
        let (mut history, first, _) = with_two();
        for n in 0..DEPTH + 50 {
            history.edit(&Edit::Change(first, heading(&n.to_string()))).unwrap();
            history.rest();
        }
        assert_eq!(steps(&mut history), DEPTH);
    }
}
