//! What can be done to a campaign as a whole. Each is a form of one button that the browser always sends by itself, so
//! that the page that follows shows how things stand then.

#[cfg(feature = "ssr")]
use domain::error::FieldErrors;
use domain::id::CampaignId;
use leptos::{prelude::*, server_fn::ServerFn};

use super::moves;
use crate::{components::FieldError, error::Answer, form::plain_form_state};
#[cfg(feature = "ssr")]
use crate::{components::format::count, error::AppError, pages::campaigns::words::path_of};

/// Above so many people the number is typed to confirm (UX 3).
pub(super) const CONFIRM_ABOVE: u64 = 1_000;
/// How long the first message is held back after a start, in seconds (UX 3).
pub(super) const HOLD_SECONDS: u32 = 30;

/// Starts a draft. `people` is how many the page said it reaches, `stamp` what it showed; above a thousand that number is
/// in `confirm` as well.
#[server(prefix = "/_fn", endpoint = "start-campaign")]
pub async fn start_campaign(
    campaign: CampaignId,
    hold_seconds: u32,
    people: u64,
    #[server(default)] stamp: String,
    #[server(default)] confirm: String,
) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    check_shown(&mut tx, campaign, people, &stamp, &confirm).await?;
    engine::campaigns::start(&engine, &mut tx, campaign, Some(hold_seconds)).await.map_err(as_a_whole)?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

/// The same for one that missed its start.
#[server(prefix = "/_fn", endpoint = "start-missed-campaign")]
pub async fn start_missed_campaign(
    campaign: CampaignId,
    hold_seconds: u32,
    people: u64,
    #[server(default)] stamp: String,
    #[server(default)] confirm: String,
) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    check_shown(&mut tx, campaign, people, &stamp, &confirm).await?;
    engine::campaigns::resume(&engine, &mut tx, campaign, Some(hold_seconds)).await.map_err(as_a_whole)?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "pause-campaign")]
pub async fn pause_campaign(campaign: CampaignId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::pause(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "resume-campaign")]
pub async fn resume_campaign(campaign: CampaignId) -> Answer<()> {
    let engine = crate::request::engine()?;
    let mut tx = crate::request::begin().await?;
    engine::campaigns::resume(&engine, &mut tx, campaign, None).await?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

/// Stops it for good; while it is held back, that is the undo.
#[server(prefix = "/_fn", endpoint = "stop-campaign")]
pub async fn stop_campaign(campaign: CampaignId) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::cancel(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&path_of(campaign));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "delete-campaign")]
pub async fn delete_campaign(campaign: CampaignId, #[server(default)] back: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::delete(&mut tx, campaign).await?;
    tx.commit().await?;
    crate::request::go(&moves::list_after(&back, "deleted", 1));
    Ok(())
}

/// A form of one button.
pub(super) fn post<S: ServerFn>(campaign: CampaignId, button: AnyView) -> AnyView {
    view! {
        <form method="post" action=S::url()>
            <input type="hidden" name="campaign" value=campaign.to_string()/>
            {button}
        </form>
    }
    .into_any()
}

/// Why the last action was refused, whichever it was.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    let paths = [
        StartCampaign::PATH,
        StartMissedCampaign::PATH,
        PauseCampaign::PATH,
        ResumeCampaign::PATH,
        StopCampaign::PATH,
        DeleteCampaign::PATH,
    ];
    let all = paths.map(|path| plain_form_state(path).summary());
    let moved = moves::refusals();
    Signal::derive(move || all.iter().flat_map(|one| one.get()).chain(moved.get()).collect())
}

/// Checks that what goes is what the page showed, to as many people, and that a large number was typed. The draft is locked
/// from here on.
#[cfg(feature = "ssr")]
pub(super) async fn check_shown(
    tx: &mut engine::db::Tx,
    campaign: CampaignId,
    people: u64,
    stamp: &str,
    confirm: &str,
) -> Answer<()> {
    check_confirmed(people, confirm)?;
    let people = i64::try_from(people).unwrap_or(i64::MAX);
    Ok(engine::campaigns::check_seen(tx, campaign, &engine::campaigns::Seen { stamp, people }).await?)
}

/// Checks that a large number was typed as it was shown; separators do not matter.
#[cfg(feature = "ssr")]
fn check_confirmed(people: u64, confirm: &str) -> Answer<()> {
    let digits: String = confirm.chars().filter(char::is_ascii_digit).collect();
    if people <= CONFIRM_ABOVE || digits.parse() == Ok(people) {
        return Ok(());
    }
    let message = format!("Type {} to confirm that so many people get it.", count(people));
    Err(AppError::Invalid(FieldErrors::one("confirm", "not_confirmed", message)))
}

/// What is wrong with a draft has no field on the page that starts it.
#[cfg(feature = "ssr")]
pub(super) fn as_a_whole(error: engine::Error) -> AppError {
    let mut error = AppError::from(error);
    if let AppError::Invalid(errors) = &mut error {
        errors.0.iter_mut().for_each(|error| error.field.clear());
    }
    error
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_large_number_is_typed_as_it_was_shown() {
        assert!(check_confirmed(1_000, "").is_ok(), "asked above a thousand only");
        assert!(check_confirmed(3_950, "3,950").is_ok() && check_confirmed(3_950, " 3 950 ").is_ok());
        assert!(check_confirmed(3_950, "").is_err() && check_confirmed(3_950, "395").is_err());
    }
}
