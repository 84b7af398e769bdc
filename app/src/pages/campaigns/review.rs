//! The review of a draft: what is ready and what is missing, whom it reaches, how it looks, and the one button.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignDetail},
};
use leptos::prelude::*;

use super::{
    actions::{DeleteCampaign, post, refusals},
    builder::outline::{Outline, rail},
    checks::Check,
    facts,
    funnel::funnel,
    launch::launch,
    page::{Review, Sheet},
    words,
};
use crate::{
    components::{
        Button, Crumb, Dialog, DialogButton, Dl, ErrorSummary, Fact, Glyph, Items, LinkButton, Look, Notice, PageHead,
        Panel, Section, Tone,
    },
    session::may,
    when::When,
};

/// The page of a draft.
pub(super) fn page(sheet: Sheet, review: Review) -> AnyView {
    let Sheet { detail, preview, .. } = sheet;
    let checks = Check::all(&detail, &review, preview.as_ref());
    let (tally, stops) = (Check::tally(&checks), Check::stops(&checks));
    let path = words::path_of(detail.campaign.id);
    let edit = format!("{path}/edit");
    let items = checks.into_iter().map(|check| check.item(&edit)).collect_view();
    let shows_funnel = !detail.audience.include.is_empty();
    let whom = shows_funnel.then(|| {
        let funnel = funnel(path.clone(), &review.reach);
        view! { <Section title="Whom it reaches" id="reach">{funnel}</Section> }
    });
    let outline = Outline::of(detail.clone(), review.blockers.clone());
    let (campaign, sender) = (detail.campaign.clone(), detail.sender.clone());
    let steps = may(Verb::EditCampaigns).then(|| rail(&outline, &path));
    view! {
        {head(&detail, format!("{edit}/goal"))}
        <div class="cols cols--builder">
            <div class="rail-box">{steps}</div>
            <div class="stack">
                <ErrorSummary errors=refusals() title="This was not done"/>
                {campaign.status_reason.clone().map(|why| view! { <Notice tone=Tone::Warning title=why alert=true/> })}
                {about(&campaign)}
                <Section title="Checks" id="checks" aside=move || view! { <span class="small dim">{tally}</span> }>
                    <Items>{items}</Items>
                </Section>
                {whom}
                {facts::preview(sender.as_deref(), preview)}
                {launch(&campaign, &review, stops)}
            </div>
        </div>
    }
    .into_any()
}

/// What colleagues wrote down about it.
fn about(campaign: &Campaign) -> AnyView {
    let (goal, description) = (campaign.goal.clone(), campaign.description.clone());
    let any = !goal.is_empty() || !description.is_empty();
    let facts = move || {
        view! {
            <Panel>
                <Dl>
                    {(!goal.is_empty()).then(|| view! { <Fact term="Goal">{goal}</Fact> })}
                    {(!description.is_empty()).then(|| view! { <Fact term="About">{description}</Fact> })}
                </Dl>
            </Panel>
        }
    };
    any.then(facts).into_any()
}

fn head(detail: &CampaignDetail, edit: String) -> AnyView {
    let campaign = detail.campaign.clone();
    let (id, name, created) = (campaign.id, campaign.name.clone(), campaign.created_at);
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::here(campaign.code.clone())];
    let badge = move || words::badge(&campaign);
    let test = format!("{}/test", words::path_of(id));
    let says = !detail.content.email.subject.is_empty();
    let actions = move || {
        let test = (says && may(Verb::SendCampaigns))
            .then(|| view! { <LinkButton href=test glyph=Glyph::Plane>"Send a test"</LinkButton> });
        let change = may(Verb::EditCampaigns).then(|| {
            view! {
                <DialogButton dialog="delete" look=Look::Quiet glyph=Glyph::Trash>"Delete…"</DialogButton>
                <LinkButton href=edit glyph=Glyph::Pencil>"Edit"</LinkButton>
            }
        });
        view! { {test} {change} }
    };
    let delete =
        move || post::<DeleteCampaign>(id, view! { <Button look=Look::Danger>"Delete draft"</Button> }.into_any());
    view! {
        <PageHead title=name.clone() crumbs badge actions>"E-mail. Made " <When at=created/> "."</PageHead>
        {may(Verb::EditCampaigns)
            .then(|| {
                view! {
                    <Dialog id="delete" title=format!("Delete “{name}”?") keep="Keep it" foot=delete>
                        <p class="muted">"The draft is gone for good. Its lists, template and sender stay."</p>
                    </Dialog>
                }
            })}
    }
    .into_any()
}
