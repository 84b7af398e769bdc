//! What was typed into a step and is not saved: that it stands there, why, and how to be rid of it.

use domain::id::CampaignId;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    keep::{Keeper, is_overtaken},
    save::Unsaved,
    step::Step,
};
use crate::{
    components::{Button, Look, Notice, Size, Tone},
    error::Answer,
    form::FormState,
};
#[cfg(feature = "ssr")]
use crate::{error::AppError, pages::campaigns::words};

/// Forgets what was typed into a step and could not be saved: what is saved stands there again.
#[server(prefix = "/_fn", endpoint = "discard-campaign-step")]
pub async fn discard_step(campaign: CampaignId, step: String) -> Answer<()> {
    let step = Step::of(&step).ok_or(AppError::NotFound)?;
    let mut tx = crate::request::begin().await?;
    engine::campaigns::forget_unsaved(&mut tx, campaign, step.part()).await?;
    tx.commit().await?;
    crate::request::go(&format!("{}/edit/{}", words::path_of(campaign), step.word()));
    Ok(())
}

/// A form of one button that the browser sends by itself, so that the page is drawn anew.
fn discard(campaign: CampaignId, step: Step, keeper: Keeper, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=DiscardStep::url() on:submit=move |_| keeper.give_up()>
            <input type="hidden" name="campaign" value=campaign.to_string()/>
            <input type="hidden" name="step" value=step.word()/>
            <Button look=Look::Quiet size=Size::Small>{label}</Button>
        </form>
    }
    .into_any()
}

/// What was typed the last time is there again, and why it is not saved.
pub(super) fn not_saved_yet(unsaved: &Unsaved, campaign: CampaignId, step: Step, keeper: Keeper) -> AnyView {
    let why = unsaved.errors.0.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join(" ");
    let action = move || discard(campaign, step, keeper, "Discard it");
    view! {
        <Notice tone=Tone::Warning title="What stands here is not saved yet" action>
            "It is as you typed it, and something in it has to be put right first. " {why}
        </Notice>
    }
    .into_any()
}

/// Somebody else was faster: theirs or this.
pub(super) fn overtaken(form: FormState, keeper: Keeper, campaign: CampaignId, step: Step) -> AnyView {
    let shown = Memo::new(move |_| is_overtaken(form));
    let notice = move || {
        let action = move || {
            view! {
                <Button
                    size=Size::Small
                    form=super::keep::FORM
                    name="go"
                    value="here"
                    on:click=move |event| {
                        event.prevent_default();
                        keeper.overwrite();
                    }
                >
                    "Keep mine"
                </Button>
                {discard(campaign, step, keeper, "Show theirs")}
            }
        };
        view! {
            <Notice tone=Tone::Warning title="This step was changed elsewhere meanwhile" action>
                "Nothing that you typed is lost: it stands here, and is not saved yet."
            </Notice>
        }
    };
    (move || shown.get().then(notice)).into_any()
}
