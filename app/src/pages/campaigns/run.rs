//! A campaign that was started: how it goes, and afterwards how it went.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignDetail, CampaignStatus},
    id::CampaignId,
    progress::Progress,
};
use leptos::prelude::*;

use super::{
    actions::{PauseCampaign, ResumeCampaign, StopCampaign, post, refusals},
    facts, feed, held,
    moves::{ArchiveCampaign, CopyCampaign, RestoreCampaign},
    numbers::numbers,
    page::Sheet,
    reasons,
    reported::reported,
    stream::follow,
    words,
};
use crate::{
    components::{
        Badge, Button, Crumb, Dialog, DialogButton, Dl, ErrorSummary, Fact, Glyph, Icon, Look, Notice, PageHead, Panel,
        Section, Tabs, Tone,
        format::{count, duration},
    },
    session::may,
    when::When,
};

/// The page.
#[component]
pub fn Run(sheet: Sheet) -> impl IntoView {
    let Sheet { detail, progress, preview, .. } = sheet;
    let id = detail.campaign.id;
    let page = words::path_of(id);
    let progress = RwSignal::new(progress);
    let reached = follow(progress, id);
    // What changes now and then, apart from the numbers that change every second: so buttons keep the focus.
    let standing = Memo::new(move |_| progress.with(standing));
    let wait = Memo::new(move |_| progress.with(|progress| progress.wait.clone()));
    let (path, recipients) = (page.clone(), format!("{page}/recipients"));
    view! {
        {move || {
            let (campaign, held) = standing.get();
            head(campaign, held)
        }}
        <div class="stack">
            {tabs(id, &page)}
            <ErrorSummary errors=refusals() title="This was not done"/>
            {move || held::said(&standing.get().0)}
            {move || wait.get().map(held::waits)}
            {numbers(progress, recipients.clone())}
            {reported(progress, recipients)}
            {refresh_without_script(&page)}
            {move || (!reached.get()).then(not_live)}
            {happening(progress, path)}
            {made_of(&detail)}
            {facts::preview(detail.sender.as_deref(), preview)}
        </div>
        {move || standing.get().1.then(|| undo(id, progress))}
    }
}

/// What went wrong, and beside it while it is sent what goes out.
fn happening(progress: RwSignal<Progress>, page: String) -> AnyView {
    let problems = Memo::new(move |_| progress.with(|progress| progress.problems.clone()));
    let latest = Memo::new(move |_| progress.with(|progress| progress.latest.clone()));
    let live = Memo::new(move |_| progress.with(|progress| !progress.is_over() && !progress.latest.is_empty()));
    let beside = Memo::new(move |_| live.get() && problems.with(|problems| !problems.is_empty()));
    view! {
        <div class=move || if beside.get() { "cols cols--main" } else { "stack" }>
            {move || reasons::section(problems.get(), &page)}
            {move || live.get().then(|| feed::section(latest))}
        </div>
    }
    .into_any()
}

/// The campaign as far as its head shows it, and whether it is still held back.
fn standing(progress: &Progress) -> (Campaign, bool) {
    let mut campaign = progress.campaign.clone();
    if matches!(campaign.status, CampaignStatus::Running | CampaignStatus::Paused) {
        campaign.figures = Default::default();
    }
    (campaign, progress.starts_in.is_some())
}

/// The pages of a campaign that was started.
pub(super) fn tabs(id: CampaignId, current: &str) -> AnyView {
    let page = words::path_of(id);
    let links = vec![
        crate::components::Link::new("Overview", page.clone()),
        crate::components::Link::new("Recipients", format!("{page}/recipients")),
        crate::components::Link::new("Report", format!("{page}/report")),
    ];
    view! { <Tabs label="Campaign" links current=current.to_owned()/> }.into_any()
}

fn head(campaign: Campaign, held: bool) -> AnyView {
    let (id, status, name) = (campaign.id, campaign.status, campaign.name.clone());
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::here(campaign.code.clone())];
    let (begins, started, finished) = (campaign.begins_at, campaign.started_at, campaign.finished_at);
    let archived = campaign.archived_at;
    let badge = move || match held {
        true => view! { <Badge tone=Tone::Info glyph=Glyph::Clock text="About to start"/> }.into_any(),
        false => words::badge(&campaign),
    };
    let ended = if status == CampaignStatus::Cancelled { "Stopped" } else { "Finished" };
    view! {
        <PageHead title=name.clone() crumbs badge actions=move || actions(id, status, held, archived.is_some())>
            "E-mail."
            {begins.filter(|_| held).map(|at| view! { " Starts " <When at/> "." })}
            {started.filter(|_| !held).map(|at| view! { " Started " <When at/> "." })}
            {finished.map(|at| view! { " " {ended} " " <When at/> "." })}
            {archived.map(|at| view! { " Archived " <When at/> "." })}
        </PageHead>
        {may(Verb::SendCampaigns).then(|| stop_dialog(id, &name))}
    }
    .into_any()
}

fn actions(id: CampaignId, status: CampaignStatus, held: bool, archived: bool) -> AnyView {
    let pause = || post::<PauseCampaign>(id, view! { <Button glyph=Glyph::Pause>"Pause"</Button> }.into_any());
    let resume = || {
        let button = view! { <Button look=Look::Primary glyph=Glyph::Plane>"Resume"</Button> };
        post::<ResumeCampaign>(id, button.into_any())
    };
    let stop = || {
        view! { <DialogButton dialog="stop" look=Look::Danger glyph=Glyph::Square>"Stop…"</DialogButton> }.into_any()
    };
    match status {
        _ if held => ().into_any(),
        CampaignStatus::Completed | CampaignStatus::Cancelled if may(Verb::EditCampaigns) => {
            let copy = post::<CopyCampaign>(id, view! { <Button glyph=Glyph::Copy>"Make a copy"</Button> }.into_any());
            let away = match archived {
                true => post::<RestoreCampaign>(id, view! { <Button look=Look::Quiet>"Restore"</Button> }.into_any()),
                false => post::<ArchiveCampaign>(id, view! { <Button look=Look::Quiet>"Archive"</Button> }.into_any()),
            };
            view! { {away} {copy} }.into_any()
        }
        _ if !may(Verb::SendCampaigns) => ().into_any(),
        CampaignStatus::Running => view! { {pause()} {stop()} }.into_any(),
        CampaignStatus::Paused => view! { {stop()} {resume()} }.into_any(),
        CampaignStatus::Failed => stop(),
        _ => ().into_any(),
    }
}

fn stop_dialog(id: CampaignId, name: &str) -> AnyView {
    let stop =
        move || post::<StopCampaign>(id, view! { <Button look=Look::Danger>"Stop for good"</Button> }.into_any());
    view! {
        <Dialog id="stop" title=format!("Stop “{name}”?") keep="Leave it" foot=stop>
            <p class="muted">
                "What was handed over cannot be called back. Whoever is waiting will not be sent to, and a stopped
                campaign cannot go on: to hold it for a while, pause it."
            </p>
        </Dialog>
    }
    .into_any()
}

fn not_live() -> AnyView {
    view! {
        <Notice tone=Tone::Warning title="These numbers are not up to date">
            "Carillon does not answer at the moment; this page tries again every few seconds."
        </Notice>
    }
    .into_any()
}

/// What it was made of, frozen at its start.
fn made_of(detail: &CampaignDetail) -> AnyView {
    let lists = facts::lists(detail).unwrap_or_else(|| "None".into());
    let source = facts::source(&detail.content);
    let timing = facts::limits(&detail.campaign);
    let (sender, subject) = (detail.sender.clone(), detail.content.email.subject.clone());
    let campaign = &detail.campaign;
    let took = campaign.started_at.zip(campaign.finished_at).map(|(start, end)| (end - start).num_seconds());
    let took = took.and_then(|seconds| u64::try_from(seconds).ok()).map(duration);
    view! {
        <Section title="Set-up" id="set-up">
            <Panel>
                <Dl>
                    <Fact term="Lists">{lists}</Fact>
                    <Fact term="Sender">{sender}</Fact>
                    <Fact term="Subject">{subject}</Fact>
                    <Fact term="Content">{source}</Fact>
                    <Fact term="Timing">{timing}</Fact>
                    {took.map(|took| view! { <Fact term="Took">{took}</Fact> })}
                </Dl>
            </Panel>
        </Section>
    }
    .into_any()
}

/// The strip at the foot of the window while the first message is held back.
fn undo(id: CampaignId, progress: RwSignal<Progress>) -> AnyView {
    let left = move || progress.with(|progress| progress.starts_in).unwrap_or_default();
    let button = move || {
        let button = view! {
            <button class="btn btn--s" type="submit"><Icon glyph=Glyph::Back small=true/>"Undo"</button>
        };
        post::<StopCampaign>(id, button.into_any())
    };
    view! {
        <div class="toasts" role="region" aria-label="Undo">
            <div class="toast">
                <Icon glyph=Glyph::Clock/>
                <span>"The first message goes out in " <b class="num">{move || count(left())} " s"</b></span>
                {may(Verb::SendCampaigns).then(button)}
            </div>
        </div>
    }
    .into_any()
}

/// Where there is no script, the page is loaded anew by a link. A browser with one reads this as text, so it is no part
/// of what is hydrated.
fn refresh_without_script(page: &str) -> AnyView {
    let link = format!(r#"<p><a class="btn btn--default" href="{page}">Refresh</a></p>"#);
    view! { <noscript inner_html=link></noscript> }.into_any()
}
