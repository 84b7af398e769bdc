//! The draft is kept a second after the last change, and tried again until it is. While it is not, the browser asks
//! before the page is left; a link within the console takes it along.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};

use super::{Mail, Shown, post::keep_blocks, state::Editor};
use crate::error::{Answer, AppError};

/// How long the typing rests before it is kept.
const REST: Duration = Duration::from_secs(1);
/// How long to wait when keeping did not work.
const AGAIN: Duration = Duration::from_secs(5);

/// How far the writing is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Kept {
    /// Nothing was changed.
    Unchanged,
    /// Changed a moment ago.
    Waiting,
    /// Being sent.
    Sending,
    /// Kept, with nothing changed since.
    Stored,
    /// Not kept; why.
    Failed(String),
}

/// Keeps the draft.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    editor: Editor,
    template: StoredValue<String>,
    /// The version that the writing began with.
    pub(super) begun: RwSignal<i32>,
    /// How far it is kept.
    pub(super) kept: RwSignal<Kept>,
    /// Seconds since it was kept.
    pub(super) ago: RwSignal<u32>,
    /// How the mail reads.
    pub(super) shown: RwSignal<Answer<Shown>>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Counts changes, to see whether there were some while something was on its way.
    changes: StoredValue<u64>,
    /// Their count when a version was saved last.
    in_version: StoredValue<u64>,
}

impl Keeper {
    /// Begins to keep what is changed.
    pub(super) fn begin(editor: Editor, mail: &Mail) -> Self {
        let keeper = Self {
            editor,
            template: StoredValue::new(mail.template.clone()),
            begun: RwSignal::new(mail.begun),
            kept: RwSignal::new(Kept::Unchanged),
            ago: RwSignal::new(0),
            shown: RwSignal::new(mail.shown.clone()),
            timer: StoredValue::new(None),
            changes: StoredValue::new(0),
            in_version: StoredValue::new(0),
        };
        Effect::new(move |before: Option<()>| {
            editor.history.track();
            editor.name.track();
            editor.subject.track();
            if before.is_some() {
                keeper.changed();
            }
        });
        keeper.follow_time();
        keeper
    }

    fn follow_time(self) {
        let tick = move || {
            // The page may have been left meanwhile.
            let _ = self.ago.try_update(|ago| *ago += 1);
        };
        let second = set_interval_with_handle(tick, Duration::from_secs(1));
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if self.kept.with_untracked(|kept| matches!(kept, Kept::Waiting | Kept::Sending | Kept::Failed(_))) {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            leaving.remove();
            if let Ok(second) = second {
                second.clear();
            }
            self.stop_waiting();
            self.take_along();
        });
    }

    /// The page gives way to another one of the console: what is not kept yet is sent all the same, unless a version with
    /// it is on its way.
    fn take_along(self) {
        let is_open = self.kept.with_untracked(|kept| matches!(kept, Kept::Waiting | Kept::Failed(_)));
        if !is_open || self.changes.get_value() == self.in_version.get_value() {
            return;
        }
        let content = untrack(|| self.editor.content());
        let Ok(document) = serde_json::to_string(&content.blocks) else { return };
        let (template, begun) = (self.template.get_value(), self.begun.get_untracked());
        spawn_local(async move {
            // Whatever the answer is, the page that could show it is gone.
            drop(keep_blocks(template, begun, content.name, content.subject, document).await);
        });
    }

    /// Something was changed.
    pub(super) fn changed(self) {
        self.changes.update_value(|changes| *changes += 1);
        self.kept.set(Kept::Waiting);
        self.send_after(REST);
    }

    fn send_after(self, rest: Duration) {
        self.stop_waiting();
        let then = move || {
            if self.timer.try_get_value().is_some() {
                self.send();
            }
        };
        self.timer.set_value(set_timeout_with_handle(then, rest).ok());
    }

    fn stop_waiting(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
    }

    fn send(self) {
        // What is typed after a rest is a step of its own.
        self.editor.history.update_untracked(domain::block::History::rest);
        let (content, changes) = (self.editor.content(), self.changes.get_value());
        let Ok(document) = serde_json::to_string(&content.blocks) else { return };
        let (template, begun) = (self.template.get_value(), self.begun.get_untracked());
        self.kept.set(Kept::Sending);
        spawn_local(async move {
            let answer = keep_blocks(template, begun, content.name, content.subject, document).await;
            // The page may have been left meanwhile.
            if let Some(now) = self.changes.try_get_value() {
                self.heard(answer, changes == now);
            }
        });
    }

    fn heard(self, answer: Answer<Answer<Shown>>, all: bool) {
        match answer {
            Ok(shown) => {
                self.shown.set(shown);
                if all {
                    self.ago.set(0);
                    self.kept.set(Kept::Stored);
                }
            }
            Err(error) => {
                self.kept.set(Kept::Failed(error.to_string()));
                if matches!(error, AppError::Unreachable | AppError::Unavailable | AppError::RateLimited(_)) {
                    self.send_after(AGAIN);
                }
            }
        }
    }

    /// A version is about to be saved: no draft may come after it.
    pub(super) fn hold(self) {
        self.stop_waiting();
        self.in_version.set_value(self.changes.get_value());
    }

    /// It is in a version now, but for what was typed meanwhile.
    pub(super) fn saved(self, version: i32) {
        self.begun.set(version);
        if self.changes.get_value() == self.in_version.get_value() {
            self.kept.set(Kept::Unchanged);
        } else {
            self.send_after(REST);
        }
    }

    /// It is in no version: the draft is kept as before.
    pub(super) fn not_saved(self) {
        self.in_version.set_value(0);
        if self.kept.with_untracked(|kept| *kept == Kept::Waiting) {
            self.send_after(REST);
        }
    }

    /// Whether a draft is on its way.
    pub(super) fn is_sending(self) -> bool {
        self.kept.with(|kept| *kept == Kept::Sending)
    }

    /// "Saved 3 s ago".
    pub(super) fn words(self) -> String {
        let ago = self.ago.get();
        match self.kept.get() {
            Kept::Unchanged => String::new(),
            Kept::Waiting | Kept::Sending => "Saving the draft…".into(),
            Kept::Stored if ago < 60 => format!("Draft saved {ago} s ago"),
            Kept::Stored => format!("Draft saved {} min ago", ago / 60),
            Kept::Failed(why) => format!("Draft not saved: {why}"),
        }
    }
}
