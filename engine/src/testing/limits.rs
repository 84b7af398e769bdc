//! The limits of a test's workspace. It begins without frequency caps; all other limits are the defaults.

use domain::limits::{Caps, Limits, NewLimits, Standing};
use sqlx::types::Json;

use super::TestWorkspace;
use crate::{clock::Clock, limits};

impl TestWorkspace {
    /// Changes limits, as the API does.
    pub async fn limit(&self, typed: serde_json::Value) -> Standing {
        let new: NewLimits = serde_json::from_value(typed).expect("limits");
        self.act(async |tx| limits::change(tx, &new).await).await.expect("limits")
    }

    /// The limits of a workspace in which nobody has chosen any.
    pub async fn limits_of_a_new_workspace(&self) {
        let gone = sqlx::query("delete from workspace_limits where tenant_id = $1").bind(self.tenant.0);
        gone.execute(self.engine.db.owner()).await.expect("default limits");
    }

    /// Past the verb, so that the audit log of a new workspace is that of a new workspace.
    pub(super) async fn lift_caps(&self) {
        let limits = Limits { caps: Caps::NONE, ..Limits::default() };
        let set = sqlx::query("insert into workspace_limits (tenant_id, limits, changed_at) values ($1, $2, $3)");
        let set = set.bind(self.tenant.0).bind(Json(limits)).bind(self.clock.now());
        set.execute(self.engine.db.owner()).await.expect("limits");
    }
}
