//! Taking somebody out of a campaign who is still pending. The question stands in their row, as a page of its own, so
//! that it works without the script too.

use domain::{id::CampaignId, message::Recipient};
use leptos::{prelude::*, server_fn::ServerFn};

#[cfg(feature = "ssr")]
use super::words::path_of;
use crate::{
    components::{Button, FieldError, Look, Size},
    error::Answer,
    form::plain_form_state,
};

/// Removes somebody by the public id of their message. `back` is the page of the list to show then.
#[server(prefix = "/_fn", endpoint = "remove-recipient")]
pub async fn remove_recipient(campaign: CampaignId, message: String, #[server(default)] back: String) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::remove_recipient(&mut tx, campaign, &message).await?;
    tx.commit().await?;
    crate::request::go(&after(campaign, &back));
    Ok(())
}

/// The list as it was, saying what was done. Anything but this campaign's list is not gone to.
#[cfg(feature = "ssr")]
fn after(campaign: CampaignId, back: &str) -> String {
    let list = format!("{}/recipients", path_of(campaign));
    let query = back.strip_prefix(&list).and_then(|rest| rest.strip_prefix('?')).unwrap_or_default();
    let join = if query.is_empty() { "" } else { "&" };
    format!("{list}?{query}{join}done=removed")
}

/// What was done, as the address says.
pub(super) fn done(word: &str, _: u64) -> Option<String> {
    (word == "removed").then(|| "Removed: this campaign will not be sent to them.".to_owned())
}

/// Why somebody could not be removed.
pub(super) fn refusals() -> Signal<Vec<FieldError>> {
    plain_form_state(RemoveRecipient::PATH).summary()
}

/// Removing people from one page of a campaign's recipients.
pub(super) struct Removal {
    /// The campaign.
    pub(super) campaign: CampaignId,
    /// The message that is asked about.
    pub(super) asked: String,
    /// The address of this page of the list.
    pub(super) back: String,
}

impl Removal {
    /// The link that asks; in the row that it was followed in, the question.
    pub(super) fn of(&self, recipient: &Recipient) -> AnyView {
        if recipient.id == self.asked { self.question(recipient) } else { self.link(recipient) }
    }

    fn link(&self, recipient: &Recipient) -> AnyView {
        let join = if self.back.contains('?') { '&' } else { '?' };
        let href = format!("{}{join}remove={}#remove", self.back, recipient.id);
        let label = format!("Remove {}", recipient.label);
        view! { <a class="btn btn--quiet btn--s" href=href aria-label=label>"Remove…"</a> }.into_any()
    }

    fn question(&self, recipient: &Recipient) -> AnyView {
        let question = format!("Not send to {}?", recipient.label);
        view! {
            <form class="stack stack--xs" id="remove" method="post" action=RemoveRecipient::url()>
                <input type="hidden" name="campaign" value=self.campaign.to_string()/>
                <input type="hidden" name="message" value=recipient.id.clone()/>
                <input type="hidden" name="back" value=self.back.clone()/>
                <b>{question}</b>
                <span class="row">
                    <Button look=Look::Danger size=Size::Small>"Remove"</Button>
                    <a class="btn btn--quiet btn--s" href=self.back.clone()>"Keep"</a>
                </span>
            </form>
        }
        .into_any()
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn it_leads_back_to_the_same_page_of_the_list_and_nowhere_else() {
        let campaign = CampaignId(Default::default());
        let list = format!("/campaigns/{campaign}/recipients");
        assert_eq!(after(campaign, &format!("{list}?state=waiting")), format!("{list}?state=waiting&done=removed"));
        for odd in ["", "https://evil.example/x?y", "//evil.example", &list] {
            assert_eq!(after(campaign, odd), format!("{list}?done=removed"), "{odd}");
        }
    }
}
