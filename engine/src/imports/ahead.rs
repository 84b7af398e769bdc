//! Two batches in flight: while one is written, the next one is, on a connection of its own. What the next one must know
//! of the one ahead of it is here, so that together they do what one after the other would.

use std::{collections::HashSet, time::Duration};

use tokio::{sync::watch, time::timeout};
use uuid::Uuid;

/// How long a batch that is written waits for the one ahead. Beyond that it lets go of all it holds: somebody may wait for
/// it for whom the one ahead waits, which the database cannot see.
const PATIENCE: Duration = Duration::from_secs(5);

/// A batch, for the one that comes after it.
#[derive(Default)]
pub(super) struct Ahead(watch::Sender<State>);

#[derive(Default)]
struct State {
    /// The contacts that it may be about.
    known: Option<HashSet<Uuid>>,
    /// Whether it is committed, and the import goes on; none while it is on its way.
    is_committed: Option<bool>,
}

impl Ahead {
    /// It has looked up whom it is about.
    pub(super) fn knows(&self, contacts: impl Iterator<Item = Uuid>) {
        self.0.send_modify(|state| state.known = Some(contacts.collect()));
    }

    /// It is committed, or is not: then what was done beside it is done anew. The first word counts.
    pub(super) fn is_over(&self, is_committed: bool) {
        self.0.send_modify(|state| state.is_committed = state.is_committed.or(Some(is_committed)));
    }

    /// Whether it is about none of these contacts, of whom a row of it may change more than the row names.
    pub(super) async fn leaves(&self, contacts: impl Iterator<Item = Uuid>) -> bool {
        let mut state = self.0.subscribe();
        let is_known = state.wait_for(|state| state.known.is_some() || state.is_committed.is_some()).await;
        is_known.is_ok_and(|state| {
            let mut contacts = contacts;
            state.known.as_ref().is_some_and(|known| !contacts.any(|contact| known.contains(&contact)))
        })
    }

    /// Waits until it is committed; no when it is not.
    pub(super) async fn is_committed(&self) -> bool {
        let mut state = self.0.subscribe();
        let over = timeout(PATIENCE, state.wait_for(|state| state.is_committed.is_some())).await;
        over.is_ok_and(|state| state.is_ok_and(|state| state.is_committed == Some(true)))
    }
}
