//! A step saves itself a second after the last change, and tries again until it is saved. While it is not, the browser
//! asks before the page is left. Without the script its button does the same.

use std::time::Duration;

use leptos::{
    ev,
    form::FromFormData,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

use super::save::SaveStep;
use crate::{
    components::{Glyph, Icon},
    error::AppError,
    form::FormState,
};

/// The id of a step's form.
pub(super) const FORM: &str = "step";
/// How long the typing rests before it is saved.
const REST: Duration = Duration::from_secs(1);
/// How long to wait when saving did not work.
const AGAIN: Duration = Duration::from_secs(5);

/// How far a step is saved.
#[derive(Clone, PartialEq, Eq, Debug)]
enum State {
    /// Nothing was changed.
    Unchanged,
    /// Changed a moment ago, or being sent.
    Waiting,
    /// Saved, with nothing changed since.
    Saved,
    /// Not saved; why.
    Failed(String),
}

/// Saves a step's form.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    action: ServerAction<SaveStep>,
    state: RwSignal<State>,
    /// What the step looked like when it was saved last.
    pub(super) seen: RwSignal<String>,
    /// Counts saves, for what follows from them elsewhere on the page.
    pub(super) saves: RwSignal<u32>,
    ago: RwSignal<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Counts changes, to see whether there were some while a save was on its way; and their count when it left.
    changes: StoredValue<u64>,
    sent: StoredValue<u64>,
}

impl Keeper {
    /// Begins to save what is changed. `is_typed`: something that was never saved stands there already.
    pub(super) fn begin(action: ServerAction<SaveStep>, stamp: String, is_typed: bool) -> Self {
        let keeper = Self {
            action,
            state: RwSignal::new(State::Unchanged),
            seen: RwSignal::new(stamp),
            saves: RwSignal::new(0),
            ago: RwSignal::new(0),
            timer: StoredValue::new(None),
            changes: StoredValue::new(0),
            sent: StoredValue::new(0),
        };
        Effect::new(move |_| {
            if let Some(answer) = action.value().get() {
                keeper.heard(answer);
            }
        });
        Effect::new(move |_| {
            keeper.follow_time();
            if is_typed {
                keeper.changed();
            }
        });
        keeper
    }

    fn follow_time(self) {
        let tick = move || {
            // The page may have been left meanwhile.
            let _ = self.ago.try_update(|ago| *ago += 1);
        };
        let second = set_interval_with_handle(tick, Duration::from_secs(1));
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            let open = |state: &State| matches!(state, State::Waiting | State::Failed(_));
            // A form on its way to the next step is no loss.
            if self.state.with_untracked(open) && !self.action.pending().get_untracked() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            leaving.remove();
            if let Ok(second) = second {
                second.clear();
            }
        });
    }

    /// Something was changed.
    pub(super) fn changed(self) {
        // A field that goes with its page tells of its change when there is nothing to keep it in any more.
        if self.state.try_set(State::Waiting).is_some() {
            return;
        }
        self.changes.update_value(|changes| *changes += 1);
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

    /// The form is being sent by its button: no save of its own may follow.
    pub(super) fn stop_waiting(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
    }

    /// Saves what stands in the form now.
    pub(super) fn send(self) {
        if self.action.pending().get_untracked() {
            return self.send_after(REST);
        }
        let form = document().get_element_by_id(FORM).and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let data = form.and_then(|form| FormData::new_with_form(&form).ok());
        if let Some(Ok(typed)) = data.map(|data| SaveStep::from_form_data(&data)) {
            self.sent.set_value(self.changes.get_value());
            self.action.dispatch(typed);
        }
    }

    /// Saves it although somebody else has changed it meanwhile.
    pub(super) fn overwrite(self) {
        self.seen.set(String::new());
        // The field follows the signal first.
        self.send_after(Duration::from_millis(50));
    }

    fn heard(self, answer: Result<String, AppError>) {
        match answer {
            Ok(stamp) => {
                self.seen.set(stamp);
                self.saves.update(|saves| *saves += 1);
                if self.changes.get_value() == self.sent.get_value() {
                    self.ago.set(0);
                    self.state.set(State::Saved);
                }
            }
            Err(error) => {
                self.state.set(State::Failed(error.to_string()));
                if matches!(error, AppError::Unreachable | AppError::Unavailable | AppError::RateLimited(_)) {
                    self.send_after(AGAIN);
                }
            }
        }
    }

    /// "Saved 3 s ago".
    pub(super) fn sign(self) -> AnyView {
        let words = move || {
            let ago = self.ago.get();
            match self.state.get() {
                State::Unchanged => None,
                State::Waiting => Some((Glyph::Clock, "Saving…".to_owned())),
                State::Saved if ago < 60 => Some((Glyph::Check, format!("Saved {ago} s ago"))),
                State::Saved => Some((Glyph::Check, format!("Saved {} min ago", ago / 60))),
                State::Failed(why) => Some((Glyph::Warning, format!("Not saved: {why}"))),
            }
        };
        // Read aloud when it changes, but not each second.
        let said = Memo::new(move |_| match self.state.get() {
            State::Saved => "Saved".to_owned(),
            State::Failed(why) => format!("Not saved: {why}"),
            State::Unchanged | State::Waiting => String::new(),
        });
        let shown = move || words().map(|(glyph, words)| view! { <Icon glyph small=true/> <span>{words}</span> });
        view! {
            <p class="rail__save" aria-hidden="true">{shown}</p>
            <p class="sr" role="status">{said}</p>
        }
        .into_any()
    }
}

/// Whether the form was refused because somebody else was faster.
pub(super) fn is_overtaken(form: FormState) -> bool {
    form.codes().iter().any(|code| code == super::save::CHANGED_MEANWHILE)
}
