//! What a campaign lacks before it can start or be scheduled: the lines of its checklist.

use chrono::{DateTime, Utc};
use domain::{
    campaign::{Audience, Blocker, CampaignDetail, CampaignType},
    error::FieldErrors,
    id::CampaignId,
};

use super::{get, steps};
use crate::{
    Error, Result, accounts,
    db::Tx,
    templates::{self, render},
};

/// What is still missing before it can start, or be scheduled; empty when nothing is.
pub async fn blockers(tx: &mut Tx, id: CampaignId) -> Result<Vec<Blocker>> {
    let detail = get(tx, id).await?;
    let mut errors = FieldErrors::default();
    let begins_at = match detail.campaign.kind {
        CampaignType::Bulk => tx.now,
        CampaignType::Scheduled => moment(&detail, tx.now, &mut errors).unwrap_or(tx.now),
    };
    errors.0.splice(0..0, missing(tx, &detail, begins_at).await?.0);
    Ok(errors.0.into_iter().map(|error| Blocker { code: error.code, message: error.message }).collect())
}

/// The moment that a draft is to start at, or why there is none.
pub(super) fn moment(detail: &CampaignDetail, now: DateTime<Utc>, errors: &mut FieldErrors) -> Option<DateTime<Utc>> {
    let (code, message) = match detail.campaign.starts_at {
        Some(at) if at > now => return Some(at),
        Some(_) => ("moment_past", "The moment it is to start at is past: choose a later one."),
        None => ("no_moment", "Choose the moment it is to start at."),
    };
    errors.add("schedule.at", code, message);
    None
}

/// What is missing of a campaign that would begin then, and what was typed into it and could not be saved.
pub(super) async fn missing(tx: &mut Tx, detail: &CampaignDetail, begins_at: DateTime<Utc>) -> Result<FieldErrors> {
    let has_logo = accounts::workspace::has_logo(tx.conn()).await?;
    let mut errors = lacking(detail, has_logo, begins_at);
    errors.0.extend(steps::waiting(tx, detail.campaign.id).await?.0);
    Ok(errors)
}

fn lacking(detail: &CampaignDetail, has_logo: bool, begins_at: DateTime<Utc>) -> FieldErrors {
    let mut errors = FieldErrors::default();
    nobody_chosen(&detail.audience, &mut errors);
    if detail.content.email.html.is_empty() {
        errors.add("content.email", "no_content", "Choose a template or write the message.");
    } else if let Err(Error::Invalid(FieldErrors(wrong))) = render::compile(&detail.content.email, "content.email.") {
        // It could be rendered when it was saved; the names that there are may have changed since.
        errors.0.extend(wrong);
    } else if !has_logo {
        errors.take("content.email", templates::check_logo(&detail.content.email));
    }
    if detail.sender.is_none() {
        errors.add("sender_id", "no_sender", "Choose the sender it comes from.");
    }
    if detail.campaign.not_after.is_some_and(|end| end <= begins_at) {
        errors.add("schedule.not_after", "past", "The moment after which nothing is sent is past: set a later one.");
    }
    errors
}

/// What is missing before an audience can be anything.
fn nobody_chosen(audience: &Audience, errors: &mut FieldErrors) {
    if audience.include.is_empty() {
        errors.add("audience.include", "no_audience", "Choose at least one list to send to.");
    }
}
