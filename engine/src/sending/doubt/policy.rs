//! What becomes of messages that stay in doubt, where the workspace does not want them held for a person: after a day
//! they are sent again, once (DESIGN 2). That a message was sent again before is an event of its own.

use domain::{
    doubt::{Decision, InDoubt, Span},
    id::TenantId,
};

use super::{SLICE, SLICES, store};
use crate::{
    Engine, Result,
    accounts::{Actor, Who, audit, workspace},
};

/// Sends again what workspaces want sent again. What is left after very many comes a minute later.
pub(in crate::sending) async fn apply_policies(engine: &Engine) -> Result<()> {
    for tenant in store::tenants_with_doubt(engine.db.global()).await? {
        let mut tx = engine.db.begin_for(tenant).await?;
        let Some(span) = workspace::sends_again(&mut tx, engine.clock.now()).await? else { continue };
        let campaigns = store::campaigns(&mut tx, None, None, None).await?;
        tx.commit().await?;
        for campaign in campaigns {
            send_again(engine, tenant, &campaign, span).await?;
        }
    }
    Ok(())
}

async fn send_again(engine: &Engine, tenant: TenantId, campaign: &InDoubt, span: Span) -> Result<()> {
    for _ in 0..SLICES {
        if !send_slice_again(engine, tenant, campaign, span).await? {
            break;
        }
    }
    Ok(())
}

/// One transaction; says whether there may be more.
async fn send_slice_again(engine: &Engine, tenant: TenantId, campaign: &InDoubt, span: Span) -> Result<bool> {
    let mut tx = engine.begin(&Actor { tenant, who: Who::Worker, address: None }).await?;
    let ns = store::first_time_between(tx.conn(), campaign.run_id, span, SLICE).await?;
    // A stopped run stays as it is.
    if ns.is_empty() || !store::reopen(tx.conn(), campaign.run_id).await? {
        return Ok(false);
    }
    let changed = store::decide(&mut tx, campaign.run_id, Decision::SendAgain, &ns).await?;
    let detail = serde_json::json!({ "messages": changed, "reason": "policy" });
    let action = format!("campaign.in_doubt_{}", Decision::SendAgain.done());
    let (id, name) = (campaign.campaign_id.to_string(), campaign.name.as_str());
    audit::record(&mut tx, audit::Act { action: &action, kind: "campaign", id, name, detail }).await?;
    tx.commit().await?;
    Ok(ns.len() as i64 == SLICE)
}
