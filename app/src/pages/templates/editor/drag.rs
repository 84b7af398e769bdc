//! Dragging with a pointer of any kind: a block by its grip, a new one from the palette. It begins after a few pixels, so
//! that a click stays a click.

use domain::block::{BlockId, Kind, Place};
use leptos::{
    ev::{self, PointerEvent},
    prelude::*,
};

use super::{dom, state::Editor};

/// How far a pointer must go before it drags, in px.
const SLACK: i32 = 6;

/// What is dragged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A block of the mail.
    Block(BlockId),
    /// A new one.
    New(Kind),
}

/// The dragging of one desk.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    editor: Editor,
    /// What was taken, and where the pointer was.
    taken: StoredValue<Option<(What, i32, i32)>>,
    /// Whether it has gone far enough.
    moving: StoredValue<bool>,
    /// The block beside which it would be put, and whether behind it.
    pub(super) over: RwSignal<Option<(BlockId, bool)>>,
    place: StoredValue<Option<Place>>,
}

impl Drag {
    /// Follows pointers over the whole window.
    pub(super) fn begin(editor: Editor) -> Self {
        let drag = Self {
            editor,
            taken: StoredValue::new(None),
            moving: StoredValue::new(false),
            over: RwSignal::new(None),
            place: StoredValue::new(None),
        };
        let listeners = [
            window_event_listener(ev::pointermove, move |event| drag.moved(&event)),
            window_event_listener(ev::pointerup, move |_| drag.dropped()),
            window_event_listener(ev::pointercancel, move |_| drag.end()),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
        drag
    }

    /// Takes something.
    pub(super) fn take(self, what: What, event: &PointerEvent) {
        if event.button() == 0 {
            self.taken.set_value(Some((what, event.client_x(), event.client_y())));
        }
    }

    fn moved(self, event: &PointerEvent) {
        let Some((what, x, y)) = self.taken.get_value() else { return };
        let far = (event.client_x() - x).abs().max((event.client_y() - y).abs());
        if !self.moving.get_value() && far < SLACK {
            return;
        }
        self.moving.set_value(true);
        event.prevent_default();
        let found = self.find(what, event.client_x(), event.client_y());
        self.place.set_value(found.map(|(place, _)| place));
        let over = found.and_then(|(_, over)| over);
        if self.over.get_untracked() != over {
            self.over.set(over);
        }
    }

    /// The place under the pointer, and the block that marks it.
    fn find(self, what: What, x: i32, y: i32) -> Option<(Place, Option<(BlockId, bool)>)> {
        let under = document().element_from_point(x as f32, y as f32)?;
        let document = self.editor.document();
        let mut block = under.closest("[data-block]").ok().flatten();
        while let Some(element) = block {
            let id: BlockId = element.get_attribute("data-block")?.parse().ok()?;
            let (top, height) = dom::top_and_height(&element)?;
            let behind = f64::from(y) > top + height / 2.0;
            match document.place_of(id) {
                _ if what == What::Block(id) => return None,
                Ok(place) => {
                    let index = place.index + usize::from(behind);
                    return Some((Place { index, ..place }, Some((id, behind))));
                }
                // The footer: what is dropped on it goes to the end.
                Err(_) => {
                    block = element.parent_element().and_then(|parent| parent.closest("[data-block]").ok().flatten());
                }
            }
        }
        let list = under.closest("[data-column], .bk-mail").ok().flatten()?;
        let column = list.get_attribute("data-column").unwrap_or_default();
        let column = column.split_once('-').and_then(|(id, i)| Some((id.parse().ok()?, i.parse().ok()?)));
        Some((Place { column, index: usize::MAX }, None))
    }

    fn dropped(self) {
        let (taken, place) = (self.taken.get_value(), self.place.get_value());
        let moving = self.moving.get_value();
        self.end();
        let Some(((what, ..), place)) = taken.zip(place).filter(|_| moving) else { return };
        match what {
            What::New(kind) => self.editor.insert_at(place, kind),
            What::Block(id) => {
                let from = self.editor.document().place_of(id);
                // Places are counted without the block that is moved.
                let index = match from {
                    Ok(from)
                        if from.column == place.column && from.index < place.index && place.index != usize::MAX =>
                    {
                        place.index - 1
                    }
                    _ => place.index,
                };
                self.editor.move_to(id, Place { index, ..place });
            }
        }
    }

    fn end(self) {
        self.taken.set_value(None);
        self.place.set_value(None);
        self.moving.set_value(false);
        if self.over.get_untracked().is_some() {
            self.over.set(None);
        }
    }

    /// Whether something is being dragged: then a click is the end of that.
    pub(super) fn is_moving(self) -> bool {
        self.moving.get_value()
    }
}
