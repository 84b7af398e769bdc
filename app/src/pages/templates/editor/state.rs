//! What the editor's parts share: the document with its history, what is selected, what is being typed into, and what
//! has been said aloud. Everything that changes the mail goes through here.

use domain::{
    block::{BlockId, Body, Document, Edit, FOOTER, History, Kind, NewBlocks, Offer, Place, Way},
    error::FieldErrors,
};
use leptos::prelude::*;

use super::{
    dom,
    words::{self, Told},
};
use crate::components::FieldError;

/// The editor's state; a copy leads to the same.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    /// The document.
    pub(super) history: RwSignal<History>,
    /// The template's name.
    pub(super) name: RwSignal<String>,
    /// The subject.
    pub(super) subject: RwSignal<String>,
    /// What there is to put in.
    pub(super) offer: StoredValue<Offer>,
    /// The selected block; none: the mail as a whole.
    pub(super) selected: RwSignal<Option<BlockId>>,
    /// The block whose text is edited in place.
    pub(super) typing: RwSignal<Option<BlockId>>,
    /// Counts what makes the fields of the selected block be drawn anew: not one's own typing into them.
    pub(super) drawn: RwSignal<u32>,
    /// Read aloud by screen readers.
    pub(super) said: RwSignal<String>,
    /// Whether what is wrong is shown: once saving was tried.
    pub(super) checked: RwSignal<bool>,
    /// What only the server knew to be wrong.
    pub(super) refused: RwSignal<Vec<Told>>,
    /// What was wrong when saving was tried: it stands above while it is mended.
    pub(super) summary: RwSignal<Vec<FieldError>>,
}

impl Editor {
    /// The editor of this mail.
    pub(super) fn new(content: NewBlocks, offer: Offer) -> Self {
        Self {
            history: RwSignal::new(History::new(content.blocks)),
            name: RwSignal::new(content.name),
            subject: RwSignal::new(content.subject),
            offer: StoredValue::new(offer),
            selected: RwSignal::new(None),
            typing: RwSignal::new(None),
            drawn: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            checked: RwSignal::new(false),
            refused: RwSignal::new(Vec::new()),
            summary: RwSignal::new(Vec::new()),
        }
    }

    /// The document, without following it.
    pub(super) fn document(self) -> Document {
        self.history.with_untracked(|history| history.now().clone())
    }

    /// What would be saved.
    pub(super) fn content(self) -> NewBlocks {
        let (name, subject) = (self.name.get_untracked(), self.subject.get_untracked());
        NewBlocks { name, subject, blocks: self.document() }
    }

    /// What is wrong, as far as it is to be shown.
    pub(super) fn told(self) -> Vec<Told> {
        if !self.checked.get() {
            return Vec::new();
        }
        let mut told = self.history.with(|history| words::faults(history.now()));
        told.extend(self.refused.get());
        told
    }

    /// Shows what the server found wrong.
    pub(super) fn refuse(self, errors: &FieldErrors) {
        let document = self.document();
        let (told, known) = (words::told(errors, &document), words::faults(&document));
        self.summary.set(words::lines(&told, &document));
        self.refused.set(told.into_iter().filter(|told| !known.contains(told)).collect());
        self.checked.set(true);
        self.redraw();
    }

    /// Everything is saved and nothing wrong.
    pub(super) fn accept(self) {
        self.checked.set(false);
        self.refused.set(Vec::new());
        self.summary.set(Vec::new());
        self.redraw();
    }

    /// Says something to screen readers.
    pub(super) fn say(self, what: impl Into<String>) {
        self.said.set(what.into());
    }

    /// Draws the fields of the selected block anew.
    pub(super) fn redraw(self) {
        self.drawn.update(|drawn| *drawn += 1);
    }

    /// A block's words, for announcements.
    pub(super) fn label(self, id: BlockId) -> String {
        match id {
            FOOTER => "Footer".into(),
            id => self
                .history
                .with_untracked(|history| history.now().find(id).map(|block| block.label()).unwrap_or_default()),
        }
    }

    /// Does an edit. What cannot be done is said, and nothing happens.
    pub(super) fn edit(self, edit: Edit) -> Option<BlockId> {
        let done = self.history.try_maybe_update(|history| {
            let done = history.edit(&edit);
            (done.is_ok(), done)
        })?;
        match done {
            Ok(block) => Some(block),
            Err(unfit) => {
                self.say(unfit.0);
                None
            }
        }
    }

    /// Changes a text or a field: one's own typing, which draws nothing anew.
    pub(super) fn change(self, id: BlockId, body: Body) {
        // What was refused may be mended now; the next save says.
        self.refused.update(|refused| refused.retain(|told| told.block != Some(id)));
        self.edit(Edit::Change(id, body));
    }

    /// Selects a block, or the mail as a whole.
    pub(super) fn select(self, id: Option<BlockId>) {
        if self.typing.get_untracked() != id {
            self.typing.set(None);
        }
        if self.selected.get_untracked() != id {
            self.history.update_untracked(History::rest);
            self.selected.set(id);
        }
    }

    /// Selects a block and takes the keyboard there.
    pub(super) fn go_to(self, id: BlockId) {
        self.select(Some(id));
        dom::focus_soon(format!("bk-{id}"));
    }

    /// Puts a new block behind the selected one, else at the end.
    pub(super) fn insert(self, kind: Kind) {
        let document = self.document();
        let selected = self.selected.get_untracked().and_then(|id| document.place_of(id).ok());
        let end = Place { column: None, index: document.blocks.len() };
        let behind = selected.map(|place| Place { index: place.index + 1, ..place });
        let place = match behind {
            // Columns cannot stand in columns: behind those that the selected block is in.
            Some(Place { column: Some((columns, _)), .. }) if kind == Kind::Columns => {
                document.place_of(columns).map_or(end, |place| Place { index: place.index + 1, ..place })
            }
            Some(place) => place,
            None => end,
        };
        self.insert_at(place, kind);
    }

    /// Puts a new block in its place.
    pub(super) fn insert_at(self, place: Place, kind: Kind) {
        let body = self.offer.with_value(|offer| kind.body(&offer.brand));
        if let Some(id) = self.edit(Edit::Insert(place, body)) {
            self.go_to(id);
            self.say(format!("{} put in.", kind.label()));
        }
    }

    /// Takes a block up or down.
    pub(super) fn shift(self, id: BlockId, way: Way) {
        if self.edit(Edit::Shift(id, way)).is_some() {
            self.moved(id);
        }
    }

    /// Takes a block to another place.
    pub(super) fn move_to(self, id: BlockId, place: Place) {
        if self.edit(Edit::Move(id, place)).is_some() {
            self.moved(id);
        }
    }

    fn moved(self, id: BlockId) {
        self.redraw();
        self.go_to(id);
        let document = self.document();
        let Ok(place) = document.place_of(id) else { return };
        let count = document.neighbours(place.column).map_or(0, Vec::len);
        let within = place.column.map(|(_, i)| format!(" in column {}", i + 1)).unwrap_or_default();
        self.say(format!("{} is now {} of {count}{within}.", self.label(id), place.index + 1));
    }

    /// Puts in the same block again.
    pub(super) fn duplicate(self, id: BlockId) {
        if let Some(copy) = self.edit(Edit::Duplicate(id)) {
            self.go_to(copy);
            self.say(format!("{} duplicated.", self.label(copy)));
        }
    }

    /// Takes a block out.
    pub(super) fn delete(self, id: BlockId) {
        let label = self.label(id);
        if let Some(next) = self.edit(Edit::Delete(id)) {
            self.go_to(next);
            self.say(format!("{label} deleted. Control Z brings it back."));
        }
    }

    /// Takes back the last step.
    pub(super) fn undo(self) {
        let done = self.step(History::undo);
        self.stepped(if done { "Undone." } else { "There is nothing to undo." });
    }

    /// Does again what was taken back.
    pub(super) fn redo(self) {
        let done = self.step(History::redo);
        self.stepped(if done { "Done again." } else { "There is nothing to do again." });
    }

    fn step(self, step: fn(&mut History) -> bool) -> bool {
        let done = self.history.try_maybe_update(|history| {
            let done = step(history);
            (done, done)
        });
        done.unwrap_or_default()
    }

    fn stepped(self, words: &'static str) {
        let gone =
            |id: BlockId| id != FOOTER && self.history.with_untracked(|history| history.now().find(id).is_none());
        if self.selected.get_untracked().is_some_and(gone) {
            self.select(None);
        }
        dom::keep_focus();
        self.redraw();
        self.say(words);
    }

    /// Begins to edit a block: its text in place, else its first field.
    pub(super) fn enter(self, id: BlockId) {
        self.select(Some(id));
        let document = self.document();
        match document.find(id).map(|block| &block.body) {
            Some(Body::Text(_) | Body::Heading(_)) => self.typing.set(Some(id)),
            _ => dom::focus_first_field(),
        }
    }

    /// Ends editing in place.
    pub(super) fn leave(self) {
        self.typing.set(None);
        self.history.update_untracked(History::rest);
        self.redraw();
    }
}
