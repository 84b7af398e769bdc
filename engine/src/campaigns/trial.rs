//! Trying a campaign's message out before it is started.

use domain::{
    campaign::CampaignDetail,
    id::{CampaignId, ContactId},
    template::{NewTrial, Preview},
};

use super::{get, scope};
use crate::{
    Engine, Error, Result,
    db::Tx,
    templates::{self, Ready},
};

/// Writes a test message of what a campaign says, from its own sender unless another is named: commit, and then send it.
pub async fn ready_trial(engine: &Engine, tx: &mut Tx, id: CampaignId, new: &NewTrial) -> Result<Ready> {
    tx.allow(domain::access::Verb::SendCampaigns)?;
    let detail = get(tx, id).await?;
    has_content(&detail)?;
    let mut new = new.clone();
    if let (true, Some(own)) = (new.sender_id.trim().is_empty(), detail.sender_id) {
        new.sender_id = own.to_string();
    }
    let about = ("campaign", &*id.to_string(), &*detail.campaign.name);
    templates::ready_from(engine, tx, about, &detail.content.email, &new).await
}

/// What a contact would get of what a campaign says; a made-up person where none is named.
pub async fn preview(engine: &Engine, tx: &mut Tx, id: CampaignId, contact: Option<ContactId>) -> Result<Preview> {
    scope(tx)?;
    let detail = get(tx, id).await?;
    has_content(&detail)?;
    templates::preview(engine, tx, &detail.content.email, contact).await
}

fn has_content(campaign: &CampaignDetail) -> Result<()> {
    if campaign.content.email.html.is_empty() {
        let message = "This campaign says nothing yet: choose a template or write the message.";
        return Err(Error::conflict("no_content", message));
    }
    Ok(())
}
