//! The workspace's own settings (SPEC 1.1), for its admins.

use chrono::{DateTime, Utc};
use domain::{
    access::Verb,
    account::{NewSettings, Settings},
    doubt::Span,
};
use sqlx::PgConnection;

use super::{audit, store};
use crate::{Result, db::Tx};

/// The workspace with its settings.
pub async fn get(tx: &mut Tx) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    store::settings(tx.conn()).await
}

/// Changes the settings that are given.
pub async fn change(tx: &mut Tx, new: &NewSettings) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    let policy = new.parse()?;
    let (now, before) = (tx.now, store::settings(tx.conn()).await?);
    if let Some(policy) = policy
        && store::set_doubt_policy(tx.conn(), policy, now).await?
    {
        let detail = serde_json::json!({ "before": before.doubt_policy, "after": policy });
        let (id, name) = (before.workspace.id.to_string(), before.workspace.name.as_str());
        let act = audit::Act { action: "workspace.doubt_policy_changed", kind: "workspace", id, name, detail };
        audit::record(tx, act).await?;
    }
    store::settings(tx.conn()).await
}

/// Between which moments messages must have come into doubt for the workspace to want them sent again now.
pub(crate) async fn sends_again(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Span>> {
    let settings = store::settings(conn).await?;
    Ok(settings.doubt_policy.sends_again(settings.doubt_policy_since, now))
}
