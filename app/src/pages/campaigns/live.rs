//! Numbers that follow a send: asked for anew every second while the page is looked at and something is sent.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::error::Answer;

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Keeps `known` up to date while it is `moving`, in the browser only. Says whether the last answer came.
pub(crate) fn follow<T, F>(
    known: RwSignal<T>,
    moving: fn(&T) -> bool,
    ask: impl Fn() -> F + Clone + 'static,
) -> ReadSignal<bool>
where
    T: Send + Sync + 'static,
    F: Future<Output = Answer<T>> + 'static,
{
    let (reached, set_reached) = signal(true);
    let asking = StoredValue::new(false);
    Effect::new(move |_| {
        let ask = ask.clone();
        let tick = move || {
            if !known.with_untracked(moving) || document().hidden() || asking.get_value() {
                return;
            }
            asking.set_value(true);
            let answer = ask();
            spawn_local(async move {
                let answer = answer.await;
                // The page may have been left meanwhile; then there is nothing to write to.
                let _ = set_reached.try_set(answer.is_ok());
                if let Ok(answer) = answer {
                    let _ = known.try_set(answer);
                }
                let _ = asking.try_set_value(false);
            });
        };
        if let Ok(timer) = set_interval_with_handle(tick, EVERY) {
            on_cleanup(move || timer.clear());
        }
    });
    reached
}
