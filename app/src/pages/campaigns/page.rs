//! A campaign's own page: as a draft a review before it goes, afterwards how it goes and how it went.

use domain::{
    campaign::{Blocker, Campaign, CampaignDetail, Estimate},
    stats::Grouped,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{draft, run::Run};
use crate::{address::param, error::Answer, load::load};

/// Everything on the page. Of the content only the subject: what recipients see is the preview.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sheet {
    /// The campaign.
    pub(super) detail: CampaignDetail,
    /// How long it is still held back, in seconds.
    pub(super) starts_in: Option<u64>,
    /// Of a draft: what is missing and whom it reaches.
    pub(super) review: Option<Review>,
    /// What a made-up person would get, or why that cannot be shown. None without content or permission.
    pub(super) preview: Option<Result<Shown, String>>,
}

/// A rendered message.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) subject: String,
    /// Where its HTML is served.
    pub(super) src: String,
}

/// What a draft is judged by.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(super) struct Review {
    pub(super) blockers: Vec<Blocker>,
    pub(super) reach: Estimate,
}

/// How a campaign stands that was started: what changes while it is sent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// The campaign with its figures.
    pub(super) campaign: Campaign,
    /// Why people were not sent to.
    pub(super) groups: Vec<Grouped>,
    /// How long it is still held back, in seconds.
    pub(super) starts_in: Option<u64>,
}

#[server(prefix = "/_fn", endpoint = "campaign")]
pub async fn get_campaign(campaign: String) -> Answer<Sheet> {
    let mut tx = crate::request::begin().await?;
    let campaign = crate::address::id(&campaign)?;
    let mut detail = engine::campaigns::get(&mut tx, campaign).await?;
    let review = if detail.campaign.status == domain::campaign::CampaignStatus::Draft {
        let blockers = engine::campaigns::blockers(&mut tx, campaign).await?;
        Some(Review { blockers, reach: engine::campaigns::estimate(&mut tx, campaign).await? })
    } else {
        None
    };
    let preview = preview(&mut tx, &detail.content.email).await?;
    detail.content.email.html.clear();
    detail.content.email.text.clear();
    let starts_in = held(&detail.campaign, tx.now);
    Ok(Sheet { detail, starts_in, review, preview })
}

#[server(prefix = "/_fn", endpoint = "campaign-progress")]
pub async fn get_progress(campaign: String) -> Answer<Progress> {
    let mut tx = crate::request::begin().await?;
    let (campaign, groups) = engine::reports::figures(&mut tx, crate::address::id(&campaign)?).await?;
    let starts_in = held(&campaign, tx.now);
    Ok(Progress { campaign, groups, starts_in })
}

#[cfg(feature = "ssr")]
async fn preview(
    tx: &mut engine::db::Tx,
    content: &domain::template::EmailContent,
) -> Answer<Option<Result<Shown, String>>> {
    if content.html.is_empty() || tx.allow(domain::access::Verb::ViewTemplates).is_err() {
        return Ok(None);
    }
    match engine::templates::preview(tx, content, None).await {
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

/// Seconds until the first message may go, rounded up; none once it may.
#[cfg(feature = "ssr")]
fn held(campaign: &Campaign, now: chrono::DateTime<chrono::Utc>) -> Option<u64> {
    let running = campaign.status == domain::campaign::CampaignStatus::Running;
    let begins = campaign.begins_at.filter(|_| running)?;
    let left = u64::try_from((begins - now).num_milliseconds()).ok()?;
    Some(left.div_ceil(1000)).filter(|seconds| *seconds > 0)
}

/// The page.
#[component]
pub fn CampaignPage() -> impl IntoView {
    let campaign = param("id");
    let sheet = Resource::new(move || campaign.get(), get_campaign);
    load(sheet, |sheet| {
        let title = sheet.detail.campaign.name.clone();
        let page = match sheet.review.clone() {
            Some(review) => draft::page(sheet, review),
            None => view! { <Run sheet/> }.into_any(),
        };
        view! { <Title text=title/> {page} }.into_any()
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use domain::{
        campaign::{CampaignStatus, CampaignType},
        channel::Channel,
        id::CampaignId,
        stats::Figures,
    };

    use super::*;

    #[test]
    fn a_campaign_is_held_only_while_it_waits_to_begin() {
        let now = DateTime::UNIX_EPOCH;
        let mut campaign = Campaign {
            id: CampaignId(Default::default()),
            name: "Autumn".into(),
            code: "A-001".into(),
            kind: CampaignType::Bulk,
            channels: vec![Channel::Email],
            status: CampaignStatus::Running,
            status_reason: None,
            owner_id: None,
            created_at: now,
            started_at: Some(now),
            finished_at: None,
            run_id: None,
            begins_at: Some(now + TimeDelta::milliseconds(29_001)),
            rate_per_second: None,
            not_after: None,
            figures: Figures::default(),
        };
        assert_eq!(held(&campaign, now), Some(30));
        assert_eq!(held(&campaign, now + TimeDelta::seconds(40)), None);
        campaign.status = CampaignStatus::Cancelled;
        assert_eq!(held(&campaign, now), None, "stopped while it was held");
    }
}
