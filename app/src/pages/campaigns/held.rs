//! Why a campaign does not go on, and what to do about it.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
    limits::{BUDGET_SPENT, Wait},
};
use leptos::prelude::*;

use crate::{
    components::{Glyph, LinkButton, Notice, Size, Tone},
    session::may,
    when::When,
};

/// Why it does not go on, and what to do.
pub(super) fn said(campaign: &Campaign) -> AnyView {
    let reason = campaign.status_reason.clone();
    match (campaign.status, reason) {
        (CampaignStatus::Paused, Some(reason)) => paused_by_itself(reason),
        (CampaignStatus::Paused, None) => view! {
            <Notice glyph=Glyph::Pause title="Paused">
                "Nothing more is handed over. Resume goes on where it was held; nobody is lost or sent to twice."
            </Notice>
        }
        .into_any(),
        (CampaignStatus::Failed, reason) => {
            let why = reason.unwrap_or_else(|| "It cannot go on as it is set up.".into());
            view! { <Notice tone=Tone::Danger title="Failed">{why}</Notice> }.into_any()
        }
        (CampaignStatus::Cancelled, _) if campaign.figures.audience == 0 => view! {
            <Notice glyph=Glyph::Square title="Stopped before anything was sent">
                "Nobody got it. To change it and send it after all, make a copy."
            </Notice>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

/// What has to be done before it can go on.
fn paused_by_itself(reason: String) -> AnyView {
    let is_budget = reason.starts_with(BUDGET_SPENT);
    let (verb, href, words, mend) = match is_budget {
        true => (Verb::ManageWorkspace, "/settings/limits", "Limits", "An admin can raise the budget; then resume."),
        false => (Verb::EditProviders, "/settings/providers", "Providers", "Mend the provider, then resume."),
    };
    let action = move || may(verb).then(|| view! { <LinkButton href size=Size::Small>{words}</LinkButton> }.into_any());
    view! {
        <Notice tone=Tone::Warning title=format!("Paused by itself: {reason}") action>
            "Nobody is lost or sent to twice. " {mend}
        </Notice>
    }
    .into_any()
}

/// What it waits for and until when: nothing is to be done.
pub(super) fn waits(wait: Wait) -> AnyView {
    let action = || {
        may(Verb::ManageWorkspace)
            .then(|| view! { <LinkButton href="/settings/limits" size=Size::Small>"Limits"</LinkButton> })
    };
    view! {
        <Notice glyph=Glyph::Clock title=wait.text action>
            "It goes on by itself on " <When at=wait.until/> "."
        </Notice>
    }
    .into_any()
}
