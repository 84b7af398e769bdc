//! Moves of a campaign that is not running: scheduled and taken back, copied, put away and brought back. Each is a form of
//! one button that the browser always sends by itself.

use domain::id::CampaignId;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{components::FieldError, error::Answer, form::plain_form_state};
#[cfg(feature = "ssr")]
use crate::{
    error::AppError,
    pages::campaigns::{
        actions::{as_a_whole, check_shown},
        words::path_of,
    },
};

/// Schedules a draft for its moment. `people` is how many the page said it reaches, `stamp` what it showed; above a
/// thousand that number is in `confirm` as well.
#[server(prefix = "/_fn", endpoint = "schedule-campaign")]
pub async fn schedule_campaign(
    campaign: CampaignId,
    people: u64,
    #[server(default)] stamp: String,
    #[server(default)] confirm: String,
) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    check_shown(&mut tx, campaign, people, &stamp, &confirm).await?;
    engine::campaigns::schedule(&mut tx, campaign, &Default::default()).await.map_err(as_a_whole)?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "unschedule-campaign")]
pub async fn unschedule_campaign(campaign: CampaignId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::unschedule(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

/// Makes a new draft with the same audience, content and sender.
#[server(prefix = "/_fn", endpoint = "copy-campaign")]
pub async fn copy_campaign(campaign: CampaignId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let made = engine::campaigns::duplicate(&mut tx, campaign, None).await?;
    tx.commit().await?;
    crate::request::go(&format!("{}/edit", path_of(made.campaign.id)));
    Ok(())
}

/// Puts a campaign away. `back` is the list that it was done from; else its own page follows.
#[server(prefix = "/_fn", endpoint = "archive-campaign")]
pub async fn archive_campaign(campaign: CampaignId, #[server(default)] back: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::archive(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&after(campaign, &back, "archived"));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "restore-campaign")]
pub async fn restore_campaign(campaign: CampaignId, #[server(default)] back: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::restore(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&after(campaign, &back, "restored"));
    Ok(())
}

/// Puts several away that were ticked on a list; those that are not over stay.
#[server(prefix = "/_fn", endpoint = "archive-campaigns")]
pub async fn archive_campaigns(#[server(default)] ids: Vec<String>, #[server(default)] back: String) -> Answer<()> {
    let mut done = 0;
    for id in ids {
        let id: CampaignId = crate::address::id(&id)?;
        let mut tx = crate::request::begin().await?;
        match engine::campaigns::archive(&mut tx, id).await.map_err(AppError::from) {
            Ok(_) => {
                tx.commit().await?;
                done += 1;
            }
            Err(AppError::Conflict(_)) => tx.rollback().await?,
            Err(error) => return Err(error),
        }
    }
    crate::request::go(&list_after(&back, "archived", done));
    Ok(())
}

#[cfg(feature = "ssr")]
fn after(campaign: CampaignId, back: &str, done: &str) -> String {
    if back.is_empty() { path_of(campaign) } else { list_after(back, done, 1) }
}

/// The list as it was, saying what was done. Anything but the list is not gone to.
#[cfg(feature = "ssr")]
pub(super) fn list_after(back: &str, done: &str, number: u32) -> String {
    let query = back.strip_prefix("/campaigns?").unwrap_or_default();
    let kept: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !["done=", "n=", "delete="].iter().any(|own| pair.starts_with(own)))
        .collect();
    let join = if kept.is_empty() { "" } else { "&" };
    format!("/campaigns?{}{join}done={done}&n={number}", kept.join("&"))
}

/// Why the last of these was refused, whichever it was.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    let paths = [
        ScheduleCampaign::PATH,
        UnscheduleCampaign::PATH,
        CopyCampaign::PATH,
        ArchiveCampaign::PATH,
        RestoreCampaign::PATH,
        ArchiveCampaigns::PATH,
    ];
    let all = paths.map(|path| plain_form_state(path).summary());
    Signal::derive(move || all.iter().flat_map(|one| one.get()).collect())
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::list_after;

    #[test]
    fn it_leads_back_to_the_same_list_and_nowhere_else() {
        let back = "/campaigns?status=draft&q=a%26b&delete=7&done=copied";
        assert_eq!(list_after(back, "archived", 2), "/campaigns?status=draft&q=a%26b&done=archived&n=2");
        for odd in ["", "/campaigns", "https://evil.example/campaigns?x", "//evil.example"] {
            assert_eq!(list_after(odd, "restored", 1), "/campaigns?done=restored&n=1", "{odd}");
        }
    }
}
