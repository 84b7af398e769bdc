//! Taking single people out of a run before it is their turn (SPEC 5.10).

use domain::{access::Verb, id::CampaignId, message::MessageState};

use super::{brief, record, store};
use crate::{Error, Result, db::Tx, live, sending};

/// Takes somebody out of a campaign's newest run, by the public id of their message: it is skipped. Only while it was not
/// handed over; afterwards nothing can call it back.
pub async fn remove_recipient(tx: &mut Tx, id: CampaignId, message: &str) -> Result<()> {
    tx.allow(Verb::SendCampaigns)?;
    let campaign = brief(tx, id).await?;
    let (run, n) =
        sending::from_public_id(message).filter(|(run, _)| campaign.run_id == Some(*run)).ok_or(Error::NotFound)?;
    let (_, contact) = store::message(tx.conn(), run, n).await?.ok_or(Error::NotFound)?;
    if !store::remove_waiting(tx, run, n).await? {
        let (state, _) = store::message(tx.conn(), run, n).await?.ok_or(Error::NotFound)?;
        return Err(Error::conflict("not_pending", too_late(state)));
    }
    let tenant = tx.actor.tenant;
    live::changed(tx.conn(), tenant, run).await?;
    let detail = serde_json::json!({ "message": message, "contact": contact });
    record(tx, "campaign.recipient_removed", id, &campaign.name, detail).await
}

/// Why a message in this state cannot be taken out, and what can be done instead.
fn too_late(state: MessageState) -> String {
    let why = match state {
        MessageState::Planned => "This message is being handed over at this moment.",
        MessageState::Skipped => return "This person is left out already.".to_owned(),
        MessageState::Cancelled => return "The campaign was stopped before it was this person's turn.".to_owned(),
        MessageState::Failed => return "This message has failed already; it is not tried again.".to_owned(),
        MessageState::InDoubt => "This message was handed over and no answer came.",
        _ => "This message has been sent.",
    };
    format!("{why} It cannot be called back; only people who are pending can be removed.")
}
