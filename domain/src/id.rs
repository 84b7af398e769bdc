//! Ids: UUIDs (version 7, made by the engine) with a type for each noun, so that none can be taken for another.
//! Outside they are opaque strings.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A workspace.
    TenantId,
    /// A person who signs in.
    UserId,
    /// An API key.
    KeyId,
    /// An invitation to a workspace.
    InvitationId,
    /// A logo.
    LogoId,
    /// A person who receives.
    ContactId,
    /// A list of contacts.
    ListId,
    /// An imported file.
    ImportId,
    /// A proof of consent.
    ProofId,
    /// A template.
    TemplateId,
    /// A provider account.
    ProviderId,
    /// A sender identity.
    SenderId,
    /// A message in the outbox of the sandbox.
    MailId,
    /// A campaign.
    CampaignId,
    /// One occurrence of a campaign.
    RunId,
}
