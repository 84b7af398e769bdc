//! What is over: put away, brought back, or begun anew as a draft (SPEC 5.2).

use domain::{
    access::Verb,
    campaign::{
        Audience, AudiencePart, CampaignDetail, CampaignStatus, CampaignType, ContentChoice, ParsedCampaign, Switches,
    },
    id::CampaignId,
    schedule::{Schedule, When},
    text, zone,
};
use serde_json::json;

use super::{draft, get, record, resolve::resolve, store};
use crate::{Error, Result, db::Tx, lists};

/// The longest name.
const NAME_MAX: usize = 200;

/// Makes a draft of the same kind, with the same audience, words, sender and pace, and no moment. Of a template that can
/// still be chosen the newest version is taken, not the one of then.
pub async fn duplicate(tx: &mut Tx, id: CampaignId, name: Option<&str>) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let from = get(tx, id).await?;
    let wrong = |refused: domain::error::Refused| Error::field("name", refused.code, refused.message);
    let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => text::required_line(name, NAME_MAX).map_err(wrong)?,
        None => format!("{}, copy", from.campaign.name.chars().take(NAME_MAX - 6).collect::<String>()),
    };
    let parsed = copy_of(tx, &from, name).await?;
    let content = match resolve(tx, &parsed).await {
        Ok(Some(newest)) => Some(newest),
        Ok(None) | Err(Error::Invalid(_)) => Some(from.content).filter(|content| !content.email.html.is_empty()),
        Err(error) => return Err(error),
    };
    let made = draft::insert(tx, &parsed, content.as_ref()).await?;
    record(tx, "campaign.duplicated", id, &from.campaign.name, json!({ "into": made.campaign.id })).await?;
    Ok(made)
}

async fn copy_of(tx: &mut Tx, from: &CampaignDetail, name: String) -> Result<ParsedCampaign> {
    let campaign = &from.campaign;
    let audience = Audience {
        include: still_there(tx, &from.audience.include).await?,
        exclude: still_there(tx, &from.audience.exclude).await?,
    };
    let when = if campaign.kind == CampaignType::Scheduled { When::At(None) } else { When::Now };
    let time_zone = campaign.time_zone.as_deref().and_then(|name| zone::parse(name).ok());
    // What an admin turned off was for that campaign alone.
    let is_admin = tx.allow(Verb::ManageWorkspace).is_ok();
    Ok(ParsedCampaign {
        name,
        code: None,
        description: campaign.description.clone(),
        goal: campaign.goal.clone(),
        kind: campaign.kind,
        channels: campaign.channels.clone(),
        content: from.content.template_id.map_or(ContentChoice::None, ContentChoice::Template),
        sender_id: from.sender_id.filter(|_| from.sender.is_some()),
        audience,
        schedule: Schedule { when, time_zone, not_after: None, late_minutes: Some(campaign.late_minutes) },
        rate_per_second: campaign.rate_per_second,
        switches: if is_admin { campaign.switches } else { Switches::default() },
    })
}

/// The lists that were not deleted since.
async fn still_there(tx: &mut Tx, parts: &[AudiencePart]) -> Result<Vec<AudiencePart>> {
    let ids: Vec<_> = parts.iter().map(|AudiencePart::List(id)| *id).collect();
    let names = lists::names(tx.conn(), &ids).await?;
    Ok(parts.iter().zip(names).filter(|(_, name)| name.is_some()).map(|(part, _)| *part).collect())
}

/// Puts a campaign away that is over: lists leave it out, and it stays as it is.
pub async fn archive(tx: &mut Tx, id: CampaignId) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let before = get(tx, id).await?.campaign;
    let message = match before.status {
        CampaignStatus::Completed | CampaignStatus::Cancelled | CampaignStatus::Failed => None,
        CampaignStatus::Draft => Some("A draft is not archived: delete it, or leave it.".to_owned()),
        _ => Some(format!("Only what is over can be archived; this one is {}. Stop it first.", before.status_shown())),
    };
    if let Some(message) = message {
        return Err(Error::conflict("not_over", message));
    }
    if store::set_archived(tx, id, true).await? {
        record(tx, "campaign.archived", id, &before.name, json!({})).await?;
    }
    get(tx, id).await
}

/// Brings an archived campaign back into the lists.
pub async fn restore(tx: &mut Tx, id: CampaignId) -> Result<CampaignDetail> {
    tx.allow(Verb::EditCampaigns)?;
    let before = get(tx, id).await?.campaign;
    if store::set_archived(tx, id, false).await? {
        record(tx, "campaign.restored", id, &before.name, json!({})).await?;
    }
    get(tx, id).await
}
