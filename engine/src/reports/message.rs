//! One message of a campaign with all that happened to it (SPEC 5.10): what the page of a recipient shows.

use domain::{id::CampaignId, report::MessageHistory};

use super::store::message as store;
use crate::{Error, Result, campaigns, db::Tx, sending};

/// A message by its public id. That of another campaign is not found.
pub async fn message(tx: &mut Tx, id: CampaignId, message: &str) -> Result<MessageHistory> {
    let campaign = campaigns::brief(tx, id).await?;
    let (run, n) = sending::from_public_id(message).ok_or(Error::NotFound)?;
    if campaign.run_id != Some(run) {
        return Err(Error::NotFound);
    }
    store::history(tx.conn(), run, n).await?.ok_or(Error::NotFound)
}

/// A message by its public id alone, of whichever campaign and run.
pub async fn any_message(tx: &mut Tx, message: &str) -> Result<MessageHistory> {
    campaigns::scope(tx)?;
    let (run, n) = sending::from_public_id(message).ok_or(Error::NotFound)?;
    let campaign = sending::campaign_of(tx.conn(), run).await?.ok_or(Error::NotFound)?;
    // Who may not see the campaign does not see what it sent.
    campaigns::brief(tx, campaign).await?;
    store::history(tx.conn(), run, n).await?.ok_or(Error::NotFound)
}
