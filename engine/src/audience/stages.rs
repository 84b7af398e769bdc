//! The pipeline (SPEC 2.4): a workspace's ordered list of stages.

use domain::{
    access::Verb,
    id::TenantId,
    stage::{self, NewStages, Stage},
};
use serde_json::json;
use sqlx::PgConnection;

use super::store::registry as store;
use crate::{Error, Result, accounts::audit, db::Tx};

/// All stages, in order.
pub async fn stages(tx: &mut Tx) -> Result<Vec<Stage>> {
    tx.allow(Verb::ViewContacts)?;
    store::stages(tx.conn()).await
}

/// Puts these stages in the place of those that were there. One at which somebody is cannot go.
pub async fn set_stages(tx: &mut Tx, new: &NewStages) -> Result<Vec<Stage>> {
    tx.allow(Verb::ManageWorkspace)?;
    let stages = new.parse()?;
    let before = store::stages(tx.conn()).await?;
    let stays = |key: &String| stages.iter().any(|stage| stage.key == *key);
    let gone: Vec<_> = before.iter().map(|stage| stage.key.clone()).filter(|key| !stays(key)).collect();
    if let Some(used) = store::stage_in_use(tx.conn(), &gone).await? {
        let name = before.iter().find(|stage| stage.key == used).map_or(used.clone(), |stage| stage.name.clone());
        let message = format!("Somebody is at the stage “{name}” ({used}). Move them to another one first.");
        return Err(Error::field("stages", "in_use", message));
    }
    let tenant = tx.tenant();
    store::set_stages(tx.conn(), tenant, &stages).await?;
    if before != stages {
        let detail = json!({ "before": before, "after": stages });
        let act = audit::Act { action: "pipeline.changed", kind: "pipeline", id: String::new(), name: "", detail };
        audit::record(tx, act).await?;
    }
    Ok(stages)
}

/// What a new workspace begins with.
pub(crate) async fn add_default_stages(conn: &mut PgConnection, tenant: TenantId) -> Result<()> {
    store::set_stages(conn, tenant.0, &stage::defaults()).await
}
