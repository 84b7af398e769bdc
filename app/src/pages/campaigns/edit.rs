//! The pages of a new draft and of one to change.

use domain::{
    campaign::{CampaignDetail, CampaignStatus},
    id::CampaignId,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    fields::fields,
    typed::{Choices, Draft},
    words,
};
use crate::{
    address::param,
    components::{Button, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Size},
    error::{Answer, AppError},
    form::form_state,
    load::load,
};

/// What the form needs: what to choose from, and the draft where there is one.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Desk {
    choices: Choices,
    detail: Option<CampaignDetail>,
}

#[server(prefix = "/_fn", endpoint = "campaign-form")]
pub async fn get_campaign_form(#[server(default)] campaign: String) -> Answer<Desk> {
    let mut tx = crate::request::begin().await?;
    tx.allow(domain::access::Verb::EditCampaigns)?;
    let detail = match campaign.as_str() {
        "" => None,
        known => Some(engine::campaigns::get(&mut tx, crate::address::id(known)?).await?),
    };
    let lists = engine::lists::list(&mut tx).await?;
    let templates = engine::templates::list(&mut tx).await?;
    let senders = engine::providers::senders(&mut tx).await?;
    Ok(Desk { choices: Choices { lists, templates, senders }, detail })
}

#[server(prefix = "/_fn", endpoint = "create-campaign")]
pub async fn create_campaign(#[server(flatten)] draft: Draft) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    let made = engine::campaigns::create(&mut tx, &draft.into()).await.map_err(as_in_form)?;
    tx.commit().await?;
    crate::request::go(&words::path_of(made.campaign.id));
    Ok(())
}

#[server(prefix = "/_fn", endpoint = "change-campaign")]
pub async fn change_campaign(campaign: CampaignId, #[server(flatten)] draft: Draft) -> Answer<()> {
    let mut tx = crate::request::begin().await?;
    engine::campaigns::update(&mut tx, campaign, &draft.into()).await.map_err(as_in_form)?;
    tx.commit().await?;
    crate::request::go(&words::path_of(campaign));
    Ok(())
}

/// The verb names fields as the API does, by their place in the body (`content.email.html`); in the form each has its
/// last name only.
#[cfg(feature = "ssr")]
fn as_in_form(error: engine::Error) -> AppError {
    let mut error = AppError::from(error);
    if let AppError::Invalid(errors) = &mut error {
        for error in &mut errors.0 {
            error.field = error.field.rsplit('.').next().unwrap_or_default().to_owned();
        }
    }
    error
}

/// A new draft.
#[component]
pub fn NewDraft() -> impl IntoView {
    let desk = Resource::new(|| (), |()| get_campaign_form(String::new()));
    view! {
        <Title text="New campaign"/>
        {load(desk, |desk| view! { <NewForm choices=desk.choices/> }.into_any())}
    }
}

/// A draft to change.
#[component]
pub fn EditDraft() -> impl IntoView {
    let campaign = param("id");
    let desk = Resource::new(move || campaign.get(), get_campaign_form);
    view! {
        <Title text="Edit campaign"/>
        {load(desk, |desk| match desk.detail {
            Some(detail) if detail.campaign.status == CampaignStatus::Draft => {
                view! { <ChangeForm detail choices=desk.choices/> }.into_any()
            }
            Some(detail) => no_draft(detail),
            None => view! { <crate::load::Trouble error=AppError::NotFound/> }.into_any(),
        })}
    }
}

#[component]
fn NewForm(choices: Choices) -> impl IntoView {
    let action = ServerAction::<CreateCampaign>::new();
    let form = form_state(action);
    view! {
        <PageHead title="New campaign" crumbs=vec![Crumb::link("Campaigns", "/campaigns")]>
            "A draft first: nothing is sent from here. You see whom it reaches and how it looks before it goes."
        </PageHead>
        <ActionForm action>
            <div class="stack">
                <ErrorSummary errors=form.summary()/>
                {fields(form, Draft::new(&choices), choices)}
                {end(action.pending().into(), "/campaigns".into())}
            </div>
        </ActionForm>
    }
}

#[component]
fn ChangeForm(detail: CampaignDetail, choices: Choices) -> impl IntoView {
    let action = ServerAction::<ChangeCampaign>::new();
    let form = form_state(action);
    let (campaign, name) = (detail.campaign.id, detail.campaign.name.clone());
    let page = words::path_of(campaign);
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(detail.campaign.code.clone(), page.clone())];
    view! {
        <PageHead title=format!("Edit {name}") crumbs>"Nothing is sent from here."</PageHead>
        <ActionForm action>
            <input type="hidden" name="campaign" value=campaign.to_string()/>
            <div class="stack">
                <ErrorSummary errors=form.summary()/>
                {fields(form, Draft::saved(detail, &choices), choices)}
                {end(action.pending().into(), page)}
            </div>
        </ActionForm>
    }
}

fn end(busy: Signal<bool>, back: String) -> AnyView {
    view! {
        <div class="row">
            <Button look=Look::Primary size=Size::Large busy>"Save and review"</Button>
            <LinkButton href=back look=Look::Quiet size=Size::Large>"Cancel"</LinkButton>
        </div>
    }
    .into_any()
}

fn no_draft(detail: CampaignDetail) -> AnyView {
    let page = words::path_of(detail.campaign.id);
    let text = format!("Only drafts can be changed; this one is {}.", detail.campaign.status_shown());
    view! {
        <PageHead title=detail.campaign.name/>
        <EmptyState
            glyph=Glyph::Lock
            title="Not a draft"
            text
            action=move || view! { <LinkButton href=page look=Look::Primary>"Go to the campaign"</LinkButton> }
        />
    }
    .into_any()
}
