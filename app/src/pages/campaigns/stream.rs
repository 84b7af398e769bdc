//! A campaign's page in the browser while something is sent: fed by the server's stream of events, one for a page that is
//! looked at, closed while it is hidden. It connects anew by itself; where streams do not come through, the page asks
//! every few seconds.

use domain::{id::CampaignId, progress::Progress};
use leptos::prelude::*;

/// Keeps `progress` up to date until it is over. Says whether the server was reached lately.
pub(super) fn follow(progress: RwSignal<Progress>, campaign: CampaignId) -> ReadSignal<bool> {
    let (reached, set_reached) = signal(true);
    begin(progress, set_reached, campaign);
    reached
}

/// On the server there is nothing to follow: the page is drawn once.
#[cfg(not(feature = "hydrate"))]
fn begin(_: RwSignal<Progress>, _: WriteSignal<bool>, _: CampaignId) {}

#[cfg(feature = "hydrate")]
fn begin(progress: RwSignal<Progress>, reached: WriteSignal<bool>, campaign: CampaignId) {
    let (stream, asking) = (StoredValue::new_local(None), StoredValue::new(false));
    let follower = browser::Follower { progress, reached, campaign, stream, asking };
    Effect::new(move |_| follower.begin());
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use leptos::{
        reactive::owner::LocalStorage,
        task::spawn_local,
        wasm_bindgen::{JsCast, closure::Closure},
        web_sys::{EventSource, MessageEvent},
    };

    use super::*;
    use crate::pages::campaigns::{page::get_progress, words::path_of};

    /// How often to see whether the stream is there, and to ask where it is not.
    const EVERY: Duration = Duration::from_secs(4);

    /// An open stream; it closes when it is let go.
    pub(super) struct Stream {
        source: EventSource,
        _progress: Closure<dyn FnMut(MessageEvent)>,
        _end: Closure<dyn FnMut()>,
    }

    impl Drop for Stream {
        fn drop(&mut self) {
            self.source.close();
        }
    }

    #[derive(Clone, Copy)]
    pub(super) struct Follower {
        pub(super) progress: RwSignal<Progress>,
        pub(super) reached: WriteSignal<bool>,
        pub(super) campaign: CampaignId,
        pub(super) stream: StoredValue<Option<Stream>, LocalStorage>,
        pub(super) asking: StoredValue<bool>,
    }

    impl Follower {
        pub(super) fn begin(self) {
            self.look_after();
            let seen = window_event_listener_untyped("visibilitychange", move |_| self.look_after());
            let timer = set_interval_with_handle(move || self.tick(), EVERY);
            on_cleanup(move || {
                seen.remove();
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        }

        /// Opens or closes the stream. One that the server has refused is given up, to be tried again.
        fn look_after(self) {
            let wanted = !document().hidden()
                && self.progress.try_with_untracked(|progress| !progress.is_over()).unwrap_or_default();
            let _ = self.stream.try_update_value(|stream| {
                let given_up = |stream: &Stream| stream.source.ready_state() == EventSource::CLOSED;
                if !wanted || stream.as_ref().is_some_and(given_up) {
                    *stream = None;
                }
                if wanted && stream.is_none() {
                    *stream = self.open();
                }
            });
        }

        fn open(self) -> Option<Stream> {
            let source = EventSource::new(&format!("{}/live", path_of(self.campaign))).ok()?;
            let heard = move |event: MessageEvent| {
                let told = event.data().as_string().and_then(|told| serde_json::from_str(&told).ok());
                if let Some(told) = told {
                    self.learn(told);
                }
            };
            let progress = Closure::<dyn FnMut(MessageEvent)>::new(heard);
            // Or the browser would connect again.
            let ended = source.clone();
            let end = Closure::<dyn FnMut()>::new(move || ended.close());
            source.add_event_listener_with_callback("progress", progress.as_ref().unchecked_ref()).ok()?;
            source.add_event_listener_with_callback("end", end.as_ref().unchecked_ref()).ok()?;
            Some(Stream { source, _progress: progress, _end: end })
        }

        /// The page may have been left meanwhile; then there is nothing to write to.
        fn learn(self, told: Progress) {
            let _ = self.reached.try_set(true);
            let _ = self.progress.try_set(told);
        }

        fn tick(self) {
            self.look_after();
            let connected = |stream: &Option<Stream>| {
                stream.as_ref().map(|stream| stream.source.ready_state() == EventSource::OPEN)
            };
            // None: no stream is wanted.
            if self.stream.try_with_value(connected).flatten() == Some(false) && !self.asking.get_value() {
                self.ask();
            }
        }

        fn ask(self) {
            self.asking.set_value(true);
            spawn_local(async move {
                match get_progress(self.campaign.to_string()).await {
                    Ok(told) => self.learn(told),
                    Err(_) => drop(self.reached.try_set(false)),
                }
                let _ = self.asking.try_set_value(false);
            });
        }
    }
}
