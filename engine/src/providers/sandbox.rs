//! The sandbox: plays a provider's part and puts what it takes into the outbox, where it can be looked at.

use std::{sync::Arc, time::Duration};

use domain::{
    delivery::Outcome,
    id::TenantId,
    provider::{
        SandboxConfig,
        sandbox::{Play, play, reports},
    },
};

use super::Mailing;
use crate::{
    Engine,
    clock::Clock,
    sandbox::{Entry, Lost, Writer},
    sending,
};

/// A sandbox account with its way into the outbox.
pub(super) struct Sandbox {
    config: SandboxConfig,
    clock: Arc<dyn Clock>,
    outbox: Writer,
}

impl Sandbox {
    pub(super) fn new(config: SandboxConfig, engine: &Engine, tenant: TenantId) -> Self {
        Self { config, clock: engine.clock.clone(), outbox: Writer::new(engine.db.clone(), tenant) }
    }

    /// Does with a message what the settings, or its address, say.
    pub(super) async fn deliver(&self, mailing: &Mailing) -> Outcome {
        if self.config.latency_ms > 0 {
            tokio::time::sleep(Duration::from_millis(self.config.latency_ms.into())).await;
        }
        let second = self.clock.now().timestamp();
        match play(&self.config, &mailing.message, mailing.attempt, second, mailing.to.user()) {
            Play::Accept => self.take(mailing).await,
            Play::LoseAnswer => match self.take(mailing).await {
                Outcome::Accepted { .. } => unknown(),
                failed => failed,
            },
            Play::LoseMessage => unknown(),
            Play::Reject => {
                Outcome::Rejected { code: "sandbox".into(), text: "Refused for good, as the sandbox is set up.".into() }
            }
            Play::Retry => retry("Refused for now, as the sandbox is set up."),
            Play::SlowDown => {
                let text = "Too fast, as the sandbox is set up.".into();
                Outcome::SlowDown { after: None, code: "sandbox".into(), text }
            }
        }
    }

    /// Accepted means stored.
    async fn take(&self, mailing: &Mailing) -> Outcome {
        // What was only tried out counts nowhere, so there is nothing to report of it.
        let reports = match sending::is_trial(&mailing.message) {
            true => Vec::new(),
            false => reports(&self.config, &mailing.message, mailing.to.user()),
        };
        let entry = Entry {
            message: mailing.message.clone(),
            sender: mailing.from.to_string(),
            recipient: mailing.to.to_string(),
            subject: mailing.subject.clone(),
            raw: mailing.bytes.clone(),
            at: self.clock.now(),
            reports,
        };
        match self.outbox.add(entry).await {
            Ok(id) => Outcome::Accepted { provider_id: id.to_string() },
            Err(Lost::NotStored) => retry("The outbox could not be written."),
            Err(Lost::Unknown) => unknown(),
        }
    }
}

fn retry(text: &str) -> Outcome {
    Outcome::Retry { after: None, code: "sandbox".into(), text: text.into() }
}

fn unknown() -> Outcome {
    Outcome::Unknown { text: "The sandbox gave no answer.".into() }
}
