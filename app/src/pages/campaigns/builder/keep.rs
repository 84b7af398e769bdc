//! A step saves itself a second after the last change, at once when a field is left, and tries again until it is saved.
//! While it is not, the browser asks before the page is left; a link within the console takes it along. Without the script
//! its button does the same.

use std::time::Duration;

use leptos::{
    ev,
    form::FromFormData,
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement, SubmitEvent},
};

use super::{
    fields::is_half_typed,
    save::{SaveStep, save_step},
    sign::{State, sign},
};
use crate::{error::AppError, form::FormState};

/// The id of a step's form.
pub(super) const FORM: &str = "step";
/// How long the typing rests before it is saved.
const REST: Duration = Duration::from_secs(1);
/// How long to wait when saving did not work.
const AGAIN: Duration = Duration::from_secs(5);
/// Why a step is not sent while a field of it shows half a date: the browser would send nothing in its place.
const HALF_TYPED: &str = "a date or number is incomplete.";

/// Saves a step's form.
#[derive(Clone, Copy)]
pub(super) struct Keeper {
    action: ServerAction<SaveStep>,
    state: RwSignal<State>,
    /// What the step looked like when it was saved last.
    pub(super) seen: RwSignal<String>,
    /// Counts saves, for what follows from them elsewhere on the page.
    pub(super) saves: RwSignal<u32>,
    /// Counts answers, for what follows from a refusal, too.
    pub(super) answers: RwSignal<u32>,
    /// Whether a button of the form was pressed that is not answered yet.
    pub(super) going: RwSignal<bool>,
    ago: RwSignal<u32>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Counts changes, to see whether there were some while a save was on its way; and their count when it left.
    changes: StoredValue<u64>,
    sent: StoredValue<u64>,
    /// What stands in the form since the last change: when the page is left, its fields may be gone already.
    typed: StoredValue<Option<SaveStep>>,
    /// The button that was pressed while a save was on its way: where it leads.
    then: StoredValue<Option<String>>,
}

impl Keeper {
    /// Begins to save what is changed.
    pub(super) fn begin(action: ServerAction<SaveStep>, stamp: String) -> Self {
        let keeper = Self {
            action,
            state: RwSignal::new(State::Unchanged),
            seen: RwSignal::new(stamp),
            saves: RwSignal::new(0),
            answers: RwSignal::new(0),
            going: RwSignal::new(false),
            ago: RwSignal::new(0),
            timer: StoredValue::new(None),
            changes: StoredValue::new(0),
            sent: StoredValue::new(0),
            typed: StoredValue::new(None),
            then: StoredValue::new(None),
        };
        Effect::new(move |_| {
            if let Some(answer) = action.value().get() {
                keeper.heard(answer);
            }
        });
        Effect::new(move |_| keeper.follow_page());
        keeper
    }

    fn follow_page(self) {
        let tick = move || {
            // The page may have been left meanwhile.
            let _ = self.ago.try_update(|ago| *ago += 1);
        };
        let second = set_interval_with_handle(tick, Duration::from_secs(1));
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            // A form on its way to the next step is no loss.
            if self.is_open() && !self.action.pending().get_untracked() {
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

    fn is_open(self) -> bool {
        self.state.with_untracked(|state| matches!(state, State::Waiting | State::Failed(_) | State::Kept(_)))
    }

    /// The page gives way to another one of the console: what is on no way to the server yet is sent all the same.
    fn take_along(self) {
        let is_sent = self.changes.get_value() == self.sent.get_value();
        let is_there =
            self.action.pending().get_untracked() || self.state.with_untracked(|s| matches!(s, State::Kept(_)));
        if !self.is_open() || is_sent && is_there {
            return;
        }
        let Some(SaveStep { campaign, step, draft, .. }) = self.typed.get_value() else { return };
        let seen = self.seen.get_untracked();
        spawn_local(async move {
            // Whatever the answer is, the page that could show it is gone; what cannot be saved is kept by the server.
            drop(save_step(campaign, step, seen, String::new(), draft).await);
        });
    }

    /// Something was changed.
    pub(super) fn changed(self) {
        // A field that goes with its page tells of its change when there is nothing to keep it in any more.
        if self.state.try_set(State::Waiting).is_some() {
            return;
        }
        self.changes.update_value(|changes| *changes += 1);
        if let Some(typed) = self.read() {
            self.typed.set_value(Some(typed));
        }
        self.send_after(REST);
    }

    /// A field was left: what was changed in it does not wait any longer.
    pub(super) fn field_left(self) {
        // So does a field that goes with its page.
        let Some(changes) = self.changes.try_get_value() else { return };
        if changes != self.sent.get_value() && self.state.with_untracked(|state| *state == State::Waiting) {
            self.send();
        }
    }

    fn send_after(self, rest: Duration) {
        self.stop_waiting();
        let then = move || {
            if self.timer.try_get_value().is_some() {
                self.send();
            }
        };
        let _ = self.timer.try_set_value(set_timeout_with_handle(then, rest).ok());
    }

    fn stop_waiting(self) {
        // Nothing waits on a page that is gone.
        if let Some(timer) = self.timer.try_get_value().flatten() {
            timer.clear();
        }
    }

    /// A button sends the form: no save of its own may follow, and while one is on its way the button waits for it.
    pub(super) fn submits(self, event: SubmitEvent) {
        self.stop_waiting();
        // The browser sends what a page that is being left cannot any more.
        if self.state.is_disposed() {
            return;
        }
        if form().is_some_and(|form| is_half_typed(&form)) {
            event.prevent_default();
            return self.refuse_half_typed();
        }
        self.going.set(true);
        if self.action.pending().get_untracked() {
            event.prevent_default();
            self.then.set_value(event.submitter().and_then(|button| button.get_attribute("value")));
            return;
        }
        self.sent.set_value(self.changes.get_value());
    }

    fn refuse_half_typed(self) {
        self.going.set(false);
        self.state.set(State::Failed(HALF_TYPED.to_owned()));
    }

    /// Saves what stands in the form now.
    fn send(self) {
        self.send_to(String::new());
    }

    /// The same, to go on to a step then.
    fn send_to(self, go: String) {
        self.stop_waiting();
        if self.action.pending().get_untracked() {
            return self.send_after(REST);
        }
        if form().is_some_and(|form| is_half_typed(&form)) {
            return self.refuse_half_typed();
        }
        if let Some(typed) = self.read() {
            self.sent.set_value(self.changes.get_value());
            self.action.dispatch(SaveStep { go, ..typed });
        }
    }

    /// What stands in the form now.
    fn read(self) -> Option<SaveStep> {
        let data = FormData::new_with_form(&form()?).ok()?;
        let typed = SaveStep::from_form_data(&data).ok()?;
        // The field follows the signal a moment later.
        Some(SaveStep { seen: self.seen.get_untracked(), ..typed })
    }

    /// Saves it although somebody else has changed it meanwhile.
    pub(super) fn overwrite(self) {
        self.seen.set(String::new());
        self.send();
    }

    /// What stands here is given up: nothing is saved, and nobody is asked.
    pub(super) fn give_up(self) {
        self.stop_waiting();
        self.state.set(State::Unchanged);
    }

    fn heard(self, answer: Result<String, AppError>) {
        self.answers.update(|answers| *answers += 1);
        let then = self.then.try_update_value(Option::take).flatten();
        match answer {
            Ok(stamp) => {
                self.seen.set(stamp);
                self.saves.update(|saves| *saves += 1);
                if self.changes.get_value() == self.sent.get_value() {
                    self.ago.set(0);
                    self.state.set(State::Saved);
                }
                match then {
                    Some(go) => self.send_to(go),
                    None => self.going.set(false),
                }
            }
            Err(error) => {
                self.going.set(false);
                let why = error.to_string();
                self.state.set(match error {
                    AppError::Invalid(_) => State::Kept(why),
                    _ => State::Failed(why),
                });
                if matches!(error, AppError::Unreachable | AppError::Unavailable | AppError::RateLimited(_)) {
                    self.send_after(AGAIN);
                }
            }
        }
    }

    /// "Saved 3 s ago".
    pub(super) fn sign(self) -> AnyView {
        sign(self.state, self.ago)
    }
}

/// The form of the step.
fn form() -> Option<HtmlFormElement> {
    document().get_element_by_id(FORM)?.dyn_into().ok()
}

/// Whether the form was refused because somebody else was faster.
pub(super) fn is_overtaken(form: FormState) -> bool {
    form.codes().iter().any(|code| code == super::save::CHANGED_MEANWHILE)
}
