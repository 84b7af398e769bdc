//! Trying a campaign's message out before it is started.

use domain::{id::CampaignId, template::NewTrial};

use super::get;
use crate::{
    Engine, Error, Result,
    db::Tx,
    templates::{self, Ready},
};

/// Writes a test message of what a campaign says, from its own sender unless another is named: commit, and then send it.
pub async fn ready_trial(engine: &Engine, tx: &mut Tx, id: CampaignId, new: &NewTrial) -> Result<Ready> {
    tx.allow(domain::access::Verb::SendCampaigns)?;
    let detail = get(tx, id).await?;
    if detail.content.email.html.is_empty() {
        return Err(Error::conflict(
            "no_content",
            "This campaign says nothing yet: choose a template or write the message.",
        ));
    }
    let mut new = new.clone();
    if let (true, Some(own)) = (new.sender_id.trim().is_empty(), detail.sender_id) {
        new.sender_id = own.to_string();
    }
    let about = ("campaign", &*id.to_string(), &*detail.campaign.name);
    templates::ready_from(engine, tx, about, &detail.content.email, &new).await
}
