//! The builder of a draft: its steps, each a page with a form that saves itself, beside the rail that leads to all of
//! them. The review is the campaign's own page.

mod audience;
#[cfg(feature = "ssr")]
mod change;
mod content;
mod fields;
mod goal;
pub mod keep;
pub(super) mod outline;
pub mod save;
mod sign;
pub mod step;
mod timing;
pub mod typed;
pub mod unsaved;

use domain::{
    access::Verb,
    campaign::{CampaignDetail, CampaignStatus},
    id::CampaignId,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;

use super::words;
use crate::{
    address::{Done, param},
    components::{Badge, Button, Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Size},
    error::AppError,
    form::{FormState, form_state},
    load::{Trouble, load},
    session::may,
};
use keep::{FORM, Keeper};
use outline::rail;
use save::{Around, CreateCampaign, Desk, SaveStep, get_around, get_step};
use step::Step;
use typed::{Choices, Draft};
use unsaved::{not_saved_yet, overtaken};

/// A new draft: its name; the rest follows.
#[component]
pub fn NewDraft() -> impl IntoView {
    let action = ServerAction::<CreateCampaign>::new();
    let form = form_state(action);
    if !may(Verb::EditCampaigns) {
        return view! { <Trouble error=AppError::Forbidden/> }.into_any();
    }
    view! {
        <Title text="New campaign"/>
        <PageHead title="New campaign" crumbs=vec![Crumb::link("Campaigns", "/campaigns")]>
            "A draft first: nothing is sent from here. You see whom it reaches and how it looks before it goes."
        </PageHead>
        <ActionForm action>
            <div class="stack">
                <ErrorSummary errors=form.summary()/>
                <Panel>{goal::fields(form, &Draft::default())}</Panel>
                <div class="row">
                    <Button look=Look::Primary size=Size::Large busy=action.pending()>"Next: Audience"</Button>
                    <LinkButton href="/campaigns" look=Look::Quiet size=Size::Large>"Cancel"</LinkButton>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// A step of a draft.
#[component]
pub fn EditStep() -> impl IntoView {
    let (campaign, step) = (param("id"), param("step"));
    let desk = Resource::new(move || (campaign.get(), step.get()), |(campaign, step)| get_step(campaign, step));
    load(desk, |desk| match desk.detail.campaign.status {
        CampaignStatus::Draft => view! { <StepPage desk/> }.into_any(),
        _ => no_draft(desk.detail),
    })
}

#[component]
fn StepPage(desk: Desk) -> impl IntoView {
    let Desk { detail, step, choices, stamp, unsaved, around } = desk;
    let id = detail.campaign.id;
    let action = ServerAction::<SaveStep>::new();
    let form = form_state(action);
    let keeper = Keeper::begin(action, stamp);
    let kept = unsaved.clone();
    let told = move || {
        let kept = kept.as_ref().filter(|_| keeper.saves.get() == 0);
        kept.map(|kept| not_saved_yet(kept, id, step, keeper))
    };
    // Without the script the browser looks at the fields: half a date would be sent as none.
    let scripted = RwSignal::new(false);
    Effect::new(move |_| scripted.set(true));
    let around = RwSignal::new(around);
    follow(keeper.answers, around, id, step);
    let current = format!("{}/edit/{}", words::path_of(id), step.word());
    let says = Memo::new(move |_| around.with(|around| !around.outline.subject.is_empty()));
    let head = head(&detail, step, says, keeper.going.into());
    let draft = unsaved.map_or_else(|| Draft::saved(&detail, &choices), |unsaved| unsaved.typed);
    let fields = fields(form, step, draft, choices, &detail);
    view! {
        <Title text=format!("{}: {}", step.title(), detail.campaign.name)/>
        {head}
        <div class="cols cols--builder">
            <div class="rail-box">
                {move || around.with(|around| rail(&around.outline, &current))}
                {keeper.sign()}
            </div>
            <div class="stack">
                <Done words=done/>
                {told}
                {overtaken(form, keeper, id, step)}
                <ActionForm
                    action
                    attr:id=FORM
                    attr:novalidate=move || scripted.get()
                    on:submit:capture=move |event| keeper.submits(event)
                >
                    <div class="stack" on:input=move |_| keeper.changed() on:change=move |_| keeper.field_left()>
                        <input type="hidden" name="campaign" value=id.to_string()/>
                        <input type="hidden" name="step" value=step.word()/>
                        <input type="hidden" name="seen" value=move || keeper.seen.get()/>
                        <ErrorSummary errors=form.summary()/>
                        {fields}
                        {foot(step)}
                    </div>
                </ActionForm>
                {move || below(id, around.get())}
            </div>
        </div>
    }
}

fn fields(form: FormState, step: Step, draft: Draft, choices: Choices, detail: &CampaignDetail) -> AnyView {
    match step {
        Step::Goal => view! { <Panel>{goal::fields(form, &draft)}</Panel> }.into_any(),
        Step::Audience => audience::fields(form, &draft, &choices.lists),
        Step::Content => content::fields(form, draft, choices),
        Step::Timing => timing::fields(form, &draft, detail.campaign.switches),
    }
}

/// What stands around the form is fetched anew after each save.
fn follow(saves: RwSignal<u32>, around: RwSignal<Around>, id: CampaignId, step: Step) {
    Effect::new(move |_| {
        let asked = saves.get();
        if asked == 0 {
            return;
        }
        spawn_local(async move {
            let new = get_around(id, step.word().to_owned()).await;
            // There may have been another save meanwhile, or the page may have been left.
            if let (Ok(new), Some(now)) = (new, saves.try_get_untracked())
                && now == asked
            {
                around.set(new);
            }
        });
    });
}

/// What follows from what is saved.
fn below(id: CampaignId, around: Around) -> AnyView {
    let reach = around.reach.map(|reach| audience::shown(id, reach));
    let preview = around.preview.map(content::shown);
    view! { {reach} {preview} }.into_any()
}

/// `says`: whether what is saved says anything that could be tried.
fn head(detail: &CampaignDetail, step: Step, says: Memo<bool>, busy: Signal<bool>) -> AnyView {
    let campaign = detail.campaign.clone();
    let test = format!("{}/test", words::path_of(campaign.id));
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::here(campaign.code.clone())];
    let (go, label) = match step.next() {
        Some(next) => (next.word(), format!("Next: {}", next.title())),
        None => ("review", "Next: Review".to_owned()),
    };
    let test = move || {
        let href = test.clone();
        says.get().then(|| view! { <LinkButton href look=Look::Quiet glyph=Glyph::Envelope>"Send a test"</LinkButton> })
    };
    let actions = move || {
        view! {
            {test}
            <Button look=Look::Primary glyph=Glyph::Arrow form=FORM name="go" value=go busy>{label}</Button>
        }
    };
    let badge = || view! { <Badge glyph=Glyph::Pencil text="Draft"/> };
    view! { <PageHead title=campaign.name crumbs badge actions/> }.into_any()
}

fn foot(step: Step) -> AnyView {
    let (go, label) = match step.next() {
        Some(next) => (next.word(), format!("Save and go on to {}", next.title().to_lowercase())),
        None => ("review", "Save and review".to_owned()),
    };
    view! {
        <div class="row">
            <Button name="go" value=go>{label}</Button>
            <Button look=Look::Quiet name="go" value="here">"Save"</Button>
        </div>
    }
    .into_any()
}

fn done(word: &str, _: u64) -> Option<String> {
    (word == "saved").then(|| "Saved".to_owned())
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
