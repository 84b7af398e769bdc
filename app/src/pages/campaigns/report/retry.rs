//! Trying those again who failed for a reason that may have passed.

use domain::{access::Verb, campaign::CampaignStatus, id::CampaignId};
use leptos::{prelude::*, server_fn::ServerFn};

use super::people_of;
#[cfg(feature = "ssr")]
use super::words::path_of;
use crate::{
    components::{Button, FieldError, Glyph, Notice, Size, format::plural},
    error::Answer,
    form::plain_form_state,
    session::may,
};

/// Plans them again. A second click finds nobody left.
#[server(prefix = "/_fn", endpoint = "retry-failed")]
pub async fn retry_failed(campaign: CampaignId) -> Answer<()> {
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    let changed = engine::sending::retry::retry_failed(&engine, &actor, campaign).await?.to_string();
    let path = format!("{}/report", path_of(campaign));
    crate::request::go(&crate::address::href(&path, &[("done", "retried"), ("n", &changed)]));
    Ok(())
}

/// The offer, where there is anybody and it is allowed. A stopped campaign is sent to nobody any more.
pub(super) fn offer(campaign: CampaignId, retryable: i64, status: CampaignStatus) -> AnyView {
    if retryable == 0 || status == CampaignStatus::Cancelled || !may(Verb::SendCampaigns) {
        return ().into_any();
    }
    let title = format!("{} failed for a reason that may have passed", people_of(retryable));
    let action = move || {
        view! {
            <form method="post" action=RetryFailed::url()>
                <input type="hidden" name="campaign" value=campaign.to_string()/>
                <Button size=Size::Small glyph=Glyph::Retry>{format!("Try {} again", people_of(retryable))}</Button>
            </form>
        }
    };
    view! {
        <Notice title action>
            "A full mailbox, a server that did not answer, a limit that was reached. Each is tried once more, and everything
            that would stop a message still does."
        </Notice>
    }
    .into_any()
}

/// What was done, as the address says.
pub(super) fn done(word: &str, number: u64) -> Option<String> {
    (word == "retried").then(|| match number {
        0 => "Nobody was left to be tried again".to_owned(),
        1 => "1 message is tried again".to_owned(),
        _ => format!("{} are tried again", plural(number, "message", "messages")),
    })
}

/// Why it was refused.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    plain_form_state(RetryFailed::PATH).summary()
}
