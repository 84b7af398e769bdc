//! A campaign's results as a table (SPEC 14.2), newest sent first. Their order is read once, four bytes a person; then the
//! rows are read some thousand at a time, so that neither a million people nor a slow reader hold anything up.

use std::sync::Arc;

use domain::{
    access::Verb,
    campaign::Campaign,
    channel::Channel,
    id::{CampaignId, RunId},
    limits::Money,
};

use super::store::export as store;
use crate::{Result, accounts::audit, campaigns, db::Tx, limits};

pub use store::ResultRow;

/// Rows that are read at once.
const PIECE: usize = 5_000;

/// The names of the columns, in order.
pub const COLUMNS: [&str; 11] = [
    "first_name",
    "last_name",
    "phone",
    "email",
    "status",
    "channels_attempted",
    "channels_delivered",
    "sent_at",
    "delivered_at",
    "error",
    "cost",
];

/// An export that has begun: whose it is, in which order, and how far it has come.
#[derive(Clone)]
pub struct Results {
    /// The campaign.
    pub campaign: Campaign,
    run: Option<RunId>,
    order: Arc<[i32]>,
    done: usize,
    price: Money,
}

impl Results {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }
}

/// Begins an export, which the audit log notes.
pub async fn begin_export(tx: &mut Tx, id: CampaignId) -> Result<Results> {
    tx.allow(Verb::ViewContacts)?;
    let campaign = campaigns::brief(tx, id).await?;
    let now = tx.now;
    let (price, _) = limits::price(tx.conn(), Channel::Email, now).await?;
    let run = campaign.run_id;
    let order = match run {
        Some(run) => store::order(tx.conn(), run).await?,
        None => Vec::new(),
    };
    let detail = serde_json::json!({ "recipients": order.len() });
    let (action, id, name) = ("campaign.exported", campaign.id.to_string(), campaign.name.as_str());
    audit::record(tx, audit::Act { action, kind: "campaign", id, name, detail }).await?;
    Ok(Results { campaign, run, order: order.into(), done: 0, price })
}

/// The next rows of an export; none when it is over.
pub async fn next_rows(tx: &mut Tx, results: &mut Results) -> Result<Vec<ResultRow>> {
    let end = (results.done + PIECE).min(results.order.len());
    let Some(run) = results.run.filter(|_| results.done < end) else { return Ok(Vec::new()) };
    let rows = store::rows(tx.conn(), run, &results.order[results.done..end], results.price).await?;
    results.done = end;
    Ok(rows)
}
