//! What the builder asks of the server: a new draft, a step to work on, and its saving.

use domain::{campaign::CampaignDetail, error::FieldErrors, id::CampaignId};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    audience::Reach,
    content::Preview,
    outline::Outline,
    step::Step,
    typed::{Choices, Draft},
};
use crate::error::Answer;
#[cfg(feature = "ssr")]
use crate::{error::AppError, pages::campaigns::words};

/// The code of a save that came after somebody else's.
pub(super) const CHANGED_MEANWHILE: &str = "changed_meanwhile";

/// What a step's page needs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Desk {
    pub(super) detail: CampaignDetail,
    pub(super) step: Step,
    pub(super) choices: Choices,
    /// What the step looked like: the save that follows names it.
    pub(super) stamp: String,
    /// What was typed and could not be saved, and why.
    pub(super) unsaved: Option<Unsaved>,
    pub(super) around: Around,
}

/// What stands around a step's form and follows from what is saved.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Around {
    pub(super) outline: Outline,
    /// Of the audience: whom it reaches.
    pub(super) reach: Option<Reach>,
    /// Of the content: how it looks.
    pub(super) preview: Option<Preview>,
}

/// What was typed into a step and could not be saved as it is.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Unsaved {
    pub(super) typed: Draft,
    pub(super) errors: FieldErrors,
    /// What the step looked like that it was typed over: whoever saves it later is told of what changed since.
    #[serde(default)]
    pub(super) seen: String,
}

#[server(prefix = "/_fn", endpoint = "campaign-step")]
pub async fn get_step(campaign: String, #[server(default)] step: String) -> Answer<Desk> {
    let step = Step::of(&step).ok_or(AppError::NotFound)?;
    let mut tx = crate::request::begin().await?;
    tx.allow(domain::access::Verb::EditCampaigns)?;
    let id = crate::address::id(&campaign)?;
    let detail = engine::campaigns::get(&mut tx, id).await?;
    let lists = engine::lists::list(&mut tx).await?;
    let templates = engine::templates::list(&mut tx).await?;
    let senders = engine::providers::senders(&mut tx).await?;
    let unsaved = match detail.campaign.status {
        domain::campaign::CampaignStatus::Draft => engine::campaigns::unsaved(&mut tx, id, step.part()).await?,
        _ => None,
    };
    let unsaved: Option<Unsaved> = unsaved.and_then(|kept| serde_json::from_value(kept).ok());
    let seen = unsaved.as_ref().map(|unsaved| unsaved.seen.clone()).filter(|seen| !seen.is_empty());
    let stamp = seen.unwrap_or_else(|| engine::campaigns::stamp(&detail, step.part()));
    let around = around_of(&mut tx, &detail, step).await?;
    Ok(Desk { detail, step, choices: Choices { lists, templates, senders }, stamp, unsaved, around })
}

/// The same anew, after a save.
#[server(prefix = "/_fn", endpoint = "campaign-around")]
pub async fn get_around(campaign: CampaignId, step: String) -> Answer<Around> {
    let step = Step::of(&step).ok_or(AppError::NotFound)?;
    let mut tx = crate::request::begin().await?;
    let detail = engine::campaigns::get(&mut tx, campaign).await?;
    around_of(&mut tx, &detail, step).await
}

#[cfg(feature = "ssr")]
async fn around_of(tx: &mut engine::db::Tx, detail: &CampaignDetail, step: Step) -> Answer<Around> {
    let blockers = engine::campaigns::blockers(tx, detail.campaign.id).await?;
    let reach = match step {
        Step::Audience => Some(super::audience::reach_of(tx, detail).await?),
        _ => None,
    };
    let preview = match step {
        Step::Content => Some(super::content::preview_of(tx, detail).await?),
        _ => None,
    };
    Ok(Around { outline: Outline::of(detail.clone(), blockers), reach, preview })
}

/// Makes a draft of a name; the rest comes step by step.
#[server(prefix = "/_fn", endpoint = "create-campaign")]
pub async fn create_campaign(#[server(flatten)] draft: Draft) -> Answer<()> {
    let new = domain::campaign::NewCampaign {
        name: draft.name,
        code: draft.code,
        goal: draft.goal,
        description: draft.description,
        ..Default::default()
    };
    let mut tx = crate::request::begin().await?;
    let made = engine::campaigns::create(&mut tx, &new).await.map_err(as_in_form)?;
    tx.commit().await?;
    crate::request::go(&format!("{}/edit/audience", words::path_of(made.campaign.id)));
    Ok(())
}

/// Saves a step, by itself or by a button, which names the step to go on to (`review` after the last, `here` to stay).
/// What cannot be saved is kept as it was typed. Answers with the stamp that the next save names.
#[server(prefix = "/_fn", endpoint = "save-campaign-step")]
pub async fn save_step(
    campaign: CampaignId,
    step: String,
    #[server(default)] seen: String,
    #[server(default)] go: String,
    #[server(flatten)] draft: Draft,
) -> Answer<String> {
    let step = Step::of(&step).ok_or(AppError::NotFound)?;
    let mut tx = crate::request::begin().await?;
    match save_typed(&mut tx, campaign, step, &seen, &draft).await {
        Ok(stamp) => {
            tx.commit().await?;
            if let Some(to) = page_after(campaign, step, &go) {
                crate::request::go(&to);
            }
            Ok(stamp)
        }
        Err(error) => {
            tx.rollback().await?;
            if let AppError::Invalid(errors) = &error {
                keep(campaign, step, Unsaved { typed: draft, errors: errors.clone(), seen }).await?;
            }
            Err(error)
        }
    }
}

#[cfg(feature = "ssr")]
async fn save_typed(
    tx: &mut engine::db::Tx,
    campaign: CampaignId,
    step: Step,
    seen: &str,
    draft: &Draft,
) -> Answer<String> {
    let before = engine::campaigns::get(tx, campaign).await?;
    let has_content = !before.content.email.html.is_empty();
    if let Some(gap) = draft.gap(step).filter(|_| has_content) {
        return Err(AppError::Invalid(gap));
    }
    let zone = engine::campaigns::own_workspace(tx).await?.time_zone;
    let change = draft.clone().with_moments_of(&before.campaign, &zone).change(step);
    let saved = engine::campaigns::change_seen(tx, campaign, &change, step.part(), seen).await;
    Ok(saved.map_err(as_in_form)?.stamp)
}

/// Keeps what was typed, with what it was typed over.
#[cfg(feature = "ssr")]
async fn keep(campaign: CampaignId, step: Step, mut unsaved: Unsaved) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    if unsaved.seen.is_empty() {
        let detail = engine::campaigns::get(&mut tx, campaign).await?;
        unsaved.seen = engine::campaigns::stamp(&detail, step.part());
    }
    let typed = serde_json::to_value(unsaved).or(Err(AppError::Internal))?;
    engine::campaigns::keep_unsaved(&mut tx, campaign, step.part(), &typed).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(feature = "ssr")]
fn page_after(campaign: CampaignId, step: Step, go: &str) -> Option<String> {
    let page = words::path_of(campaign);
    match go {
        "" => None,
        "here" => Some(format!("{page}/edit/{}?done=saved", step.word())),
        "review" => Some(page),
        word => Step::of(word).map(|step| format!("{page}/edit/{}", step.word())),
    }
}

/// The verb names fields as the API does, by their place in the body (`content.email.html`); in the form each has its
/// last name only. That somebody else was faster is told with the form, too.
#[cfg(feature = "ssr")]
fn as_in_form(error: engine::Error) -> AppError {
    if let engine::Error::Conflict { code: CHANGED_MEANWHILE, message } = error {
        return AppError::Invalid(FieldErrors::one("", CHANGED_MEANWHILE, message));
    }
    let mut error = AppError::from(error);
    if let AppError::Invalid(errors) = &mut error {
        for error in &mut errors.0 {
            error.field = error.field.rsplit('.').next().unwrap_or_default().to_owned();
        }
    }
    error
}
