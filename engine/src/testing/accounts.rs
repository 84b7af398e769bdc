//! Provider accounts of a test's workspace.

use std::sync::Arc;

use domain::{
    delivery::Outcome,
    id::{MailId, ProviderId},
    provider::{NewConfig, NewProvider, Provider, ProviderKind},
};

use super::{Sink, TestWorkspace, mailing};
use crate::{
    Result,
    providers::{self, Account},
};

impl TestWorkspace {
    /// A provider account at the sink.
    pub async fn provider(&self, sink: &Sink) -> Provider {
        self.provider_named("Post office", sink, None).await
    }

    /// A provider account at the sink; with a password it signs in as `nora`.
    pub async fn provider_named(&self, name: &str, sink: &Sink, password: Option<&str>) -> Provider {
        self.account("smtp", name, sink.config(password)).await
    }

    /// A provider account.
    pub async fn account(&self, kind: &str, name: &str, config: NewConfig) -> Provider {
        let (channel, kind, name) = ("email".into(), kind.into(), name.into());
        let new = NewProvider { channel, kind, name, config, ..Default::default() };
        self.act(async |tx| providers::create(&self.engine, tx, &new).await).await.expect("a provider")
    }

    /// The sandbox that every workspace has.
    pub async fn sandbox(&self) -> Provider {
        let all = self.act(async |tx| providers::list(tx).await).await.expect("providers");
        all.into_iter().find(|provider| provider.kind == ProviderKind::Sandbox).expect("the sandbox")
    }

    /// A provider account, open, as sending has it.
    pub async fn open(&self, id: ProviderId) -> Result<Arc<Account>> {
        self.act(async |tx| providers::for_test(&self.engine, tx, id).await).await
    }

    /// A message in the outbox.
    pub async fn sandbox_mail(&self, to: &str) -> MailId {
        let account = self.open(self.sandbox().await.id).await.expect("the sandbox");
        match account.deliver(&mailing(1, to, "We are open.")).await {
            Outcome::Accepted { provider_id } => provider_id.parse().expect("the id of a mail"),
            other => panic!("{other:?}"),
        }
    }
}
