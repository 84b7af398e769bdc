//! The connections of a worker: one for each provider account (a lane), kept over many messages.

use std::{collections::HashMap, sync::Arc};

use domain::id::{RunId, TenantId};

use super::{mail::Letterhead, store};
use crate::{
    Engine, Error, Result,
    providers::{self, smtp::Smtp},
};

/// What a run needs to send, made once for it.
pub(super) struct Lane {
    pub(super) smtp: Smtp,
    pub(super) letterhead: Letterhead,
}

/// Lanes by run. A run's content is frozen; its account's settings are read when the lane is made.
#[derive(Default)]
pub(super) struct Lanes(HashMap<RunId, Arc<Lane>>);

/// Lanes kept before all are let go: a bound for an installation with very many runs.
const KEPT: usize = 64;

impl Lanes {
    /// The lane of a run.
    pub(super) async fn of(&mut self, engine: &Engine, tenant: TenantId, run: RunId) -> Result<Arc<Lane>> {
        if let Some(lane) = self.0.get(&run) {
            return Ok(lane.clone());
        }
        if self.0.len() >= KEPT {
            *self = Self::default();
        }
        let mut tx = engine.db.begin_for(tenant).await?;
        let frozen = store::frozen(&mut tx, run).await?.ok_or(Error::NotFound)?;
        let (config, password) = providers::credentials(&engine.keys, &mut tx, frozen.provider).await?;
        let smtp = Smtp::new(config, password)?;
        let letterhead = Letterhead::new(engine, tenant, run, frozen)?;
        let lane = Arc::new(Lane { smtp, letterhead });
        self.0.insert(run, lane.clone());
        Ok(lane)
    }

    /// Forgets a run's lane: its account's settings may have changed by the time it goes on.
    pub(super) fn forget(&mut self, run: RunId) {
        self.0.remove(&run);
    }
}
