//! What a worker needs to send a run (a lane): its letterhead, kept over many messages, and its open account.

use std::{collections::HashMap, sync::Arc};

use domain::id::{ProviderId, RunId, TenantId};

use super::{mail::Letterhead, store};
use crate::{
    Engine, Error, Result,
    providers::{self, Account},
};

/// What a run needs to send, made once for it.
pub(super) struct Lane {
    pub(super) account: Arc<Account>,
    pub(super) letterhead: Arc<Letterhead>,
    provider: ProviderId,
}

/// Lanes by run. A run's content is frozen; its account's settings are read anew each time.
#[derive(Default)]
pub(super) struct Lanes(HashMap<RunId, Arc<Lane>>);

/// Lanes kept before all are let go: a bound for an installation with very many runs.
const KEPT: usize = 64;

impl Lanes {
    /// The lane of a run, with its account as it is set up now.
    pub(super) async fn of(&mut self, engine: &Engine, tenant: TenantId, run: RunId) -> Result<Arc<Lane>> {
        let mut tx = engine.db.begin_for(tenant).await?;
        let lane = match self.0.get(&run) {
            Some(known) => {
                let account = providers::open(engine, &mut tx, known.provider).await?;
                Lane { account, letterhead: known.letterhead.clone(), provider: known.provider }
            }
            None => {
                let frozen = store::frozen(&mut tx, run).await?.ok_or(Error::NotFound)?;
                let provider = frozen.provider;
                let account = providers::open(engine, &mut tx, provider).await?;
                let letterhead = Arc::new(Letterhead::new(engine, tenant, run, frozen)?);
                Lane { account, letterhead, provider }
            }
        };
        if self.0.len() >= KEPT {
            *self = Self::default();
        }
        let lane = Arc::new(lane);
        self.0.insert(run, lane.clone());
        Ok(lane)
    }

    /// Forgets the lane of a run that stands still.
    pub(super) fn forget(&mut self, run: RunId) {
        self.0.remove(&run);
    }
}
