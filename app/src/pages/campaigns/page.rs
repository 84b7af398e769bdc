//! A campaign's own page: as a draft a review before it goes, afterwards how it goes and how it went.

use domain::{
    campaign::{Blocker, CampaignDetail, CampaignStatus, Estimate},
    progress::Progress,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{review, run::Run, scheduled};
use crate::{address::param, error::Answer, load::load};

/// Everything on the page. Of the content only the subject: what recipients see is the preview.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sheet {
    /// The campaign.
    pub(super) detail: CampaignDetail,
    /// How it stands at this moment.
    pub(super) progress: Progress,
    /// Of one that has not begun: what is missing and whom it reaches.
    pub(super) review: Option<Review>,
    /// What a made-up person would get, or why that cannot be shown. None without content or permission.
    pub(super) preview: Option<Result<Shown, String>>,
}

/// A rendered message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    pub(super) subject: String,
    /// Where its HTML is served.
    pub(super) src: String,
}

/// What a draft is judged by.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Review {
    pub(super) blockers: Vec<Blocker>,
    pub(super) reach: Estimate,
    /// What the draft looks like: its button sends only this.
    pub(super) stamp: String,
    /// The year that it is by the campaign's clocks.
    pub(super) year: i32,
}

#[server(prefix = "/_fn", endpoint = "campaign")]
pub async fn get_campaign(campaign: String) -> Answer<Sheet> {
    let mut tx = crate::request::begin().await?;
    let campaign = crate::address::id(&campaign)?;
    let mut detail = engine::campaigns::get(&mut tx, campaign).await?;
    let review = match has_not_begun(&detail.campaign) {
        true => Some(review_of(&mut tx, &detail).await?),
        false => None,
    };
    let preview = preview(&mut tx, &detail.content.email).await?;
    detail.content.email.html.clear();
    detail.content.email.text.clear();
    let progress = engine::reports::progress(&crate::request::engine()?, &mut tx, campaign).await?;
    Ok(Sheet { detail, progress, review, preview })
}

/// A draft, or one that waits for its moment or missed it.
#[cfg(feature = "ssr")]
fn has_not_begun(campaign: &domain::campaign::Campaign) -> bool {
    matches!(campaign.status, CampaignStatus::Draft | CampaignStatus::Scheduled) || campaign.has_missed_its_start()
}

#[cfg(feature = "ssr")]
async fn review_of(tx: &mut engine::db::Tx, detail: &CampaignDetail) -> Answer<Review> {
    use chrono::Datelike;
    let id = detail.campaign.id;
    let own = detail.campaign.time_zone.clone();
    let zone = own.unwrap_or(engine::campaigns::own_workspace(tx).await?.time_zone);
    let now = tx.now;
    Ok(Review {
        blockers: engine::campaigns::blockers(tx, id).await?,
        reach: engine::campaigns::estimate(tx, id).await?,
        stamp: engine::campaigns::whole_stamp(detail),
        year: zone.parse::<chrono_tz::Tz>().map_or(now.year(), |zone| now.with_timezone(&zone).year()),
    })
}

#[server(prefix = "/_fn", endpoint = "campaign-progress")]
pub async fn get_progress(campaign: String) -> Answer<Progress> {
    let mut tx = crate::request::begin().await?;
    Ok(engine::reports::progress(&crate::request::engine()?, &mut tx, crate::address::id(&campaign)?).await?)
}

#[cfg(feature = "ssr")]
pub(super) async fn preview(
    tx: &mut engine::db::Tx,
    content: &domain::template::EmailContent,
) -> Answer<Option<Result<Shown, String>>> {
    if content.html.is_empty() || tx.allow(domain::access::Verb::ViewTemplates).is_err() {
        return Ok(None);
    }
    match engine::templates::preview(&crate::request::engine()?, tx, content, None).await {
        Ok(rendered) => {
            let src = crate::preview::keep(&rendered.html).await?;
            Ok(Some(Ok(Shown { subject: rendered.subject, src })))
        }
        Err(engine::Error::Invalid(errors)) => {
            let messages: Vec<_> = errors.0.into_iter().map(|error| error.message).collect();
            Ok(Some(Err(messages.join(" "))))
        }
        Err(error) => Err(error.into()),
    }
}

/// The page.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let campaign = param("id");
    let sheet = Resource::new(move || campaign.get(), get_campaign);
    let again = Callback::new(move |()| sheet.refetch());
    load(sheet, move |sheet| {
        let title = sheet.detail.campaign.name.clone();
        let page = match sheet.review.clone() {
            Some(review) if sheet.detail.campaign.status == CampaignStatus::Draft => review::page(sheet, review),
            Some(review) => scheduled::page(sheet, review, again),
            None => view! { <Run sheet/> }.into_any(),
        };
        view! { <Title text=title/> {page} }.into_any()
    })
}
