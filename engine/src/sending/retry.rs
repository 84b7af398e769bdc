//! "Retry the retryable" (UX, after a campaign): who failed for a reason that may have passed is planned again, by a
//! person. Only what has failed still changes, so two who ask at the same time, or one who asks twice, send nothing twice;
//! that somebody asked is an event of the message. Of whom something came back all the same, a report of an earlier attempt
//! or an opening, is not sent to again: they have it, or it is known why not.

use domain::{
    access::Verb,
    campaign::CampaignStatus,
    id::{CampaignId, RunId},
    remedy,
};
use sqlx::PgConnection;

use super::{doubt, store};
use crate::{
    Engine, Error, Result,
    accounts::{Actor, audit},
    campaigns,
    db::Tx,
};

/// Messages planned again in one transaction.
const SLICE: i64 = 5_000;
/// Transactions of one call: a hundred thousand messages, which takes seconds.
const SLICES: usize = 20;

/// How many of a run failed for a reason that may have passed and are not known to have the message all the same: whom
/// [`retry_failed`] plans again.
pub(crate) async fn retryable(conn: &mut PgConnection, run: RunId) -> Result<i64> {
    let codes = retryable_codes(conn, run).await?;
    if codes.is_empty() { Ok(0) } else { store::count_failed_for(conn, run, &codes).await }
}

/// Plans again all messages of a campaign that failed for a reason that may have passed; says how many. What is left
/// after very many is planned by the next call.
pub async fn retry_failed(engine: &Engine, actor: &Actor, id: CampaignId) -> Result<i64> {
    let mut all = 0;
    for _ in 0..SLICES {
        let mut tx = engine.begin(actor).await?;
        let changed = retry_slice(engine, &mut tx, id).await?;
        tx.commit().await?;
        all += changed;
        if changed < SLICE {
            break;
        }
    }
    Ok(all)
}

async fn retry_slice(engine: &Engine, tx: &mut Tx, id: CampaignId) -> Result<i64> {
    tx.allow(Verb::SendCampaigns)?;
    let campaign = campaigns::get(tx, id).await?.campaign;
    let Some(run) = campaign.run_id else { return Ok(0) };
    let codes = retryable_codes(tx.conn(), run).await?;
    if codes.is_empty() {
        return Ok(0);
    }
    if campaign.status == CampaignStatus::Cancelled || !doubt::reopen(tx, run).await? {
        let message = "This campaign was stopped, so it is not sent to anybody any more. Make a copy of it, and a list \
                       of those who failed, to reach them.";
        return Err(Error::conflict("stopped", message));
    }
    let ns = store::failed_for(tx.conn(), run, &codes, SLICE).await?;
    let changed = store::plan_again(tx, run, &ns).await?;
    if changed > 0 {
        tx.wake_when_done(&engine.wake);
        let detail = serde_json::json!({ "messages": changed });
        let (action, id, name) = ("campaign.retried", campaign.id.to_string(), campaign.name.as_str());
        audit::record(tx, audit::Act { action, kind: "campaign", id, name, detail }).await?;
    }
    Ok(changed)
}

/// The codes of what failed for a reason that may have passed, by the counters.
async fn retryable_codes(conn: &mut PgConnection, run: RunId) -> Result<Vec<String>> {
    let failed = store::failed_codes(conn, run).await?;
    Ok(failed.into_iter().filter(|(code, text)| remedy::may_pass(code, text)).map(|(code, _)| code).collect())
}
