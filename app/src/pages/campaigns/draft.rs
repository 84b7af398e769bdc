//! The review of a draft: what is ready and what is missing, whom it reaches, how it looks, and the one button.

use domain::{
    access::Verb,
    campaign::{Blocker, CampaignDetail, Estimate},
};
use leptos::prelude::*;

use super::{
    actions::{DeleteCampaign, post, refusals},
    facts,
    funnel::funnel,
    launch::launch,
    page::{Review, Sheet, Shown},
    words,
};
use crate::{
    components::{
        Button, Crumb, Dialog, DialogButton, ErrorSummary, Glyph, Item, Items, LinkButton, Look, PageHead, Section,
        Size, Tone, format::plural,
    },
    session::may,
    when::When,
};

/// The page of a draft.
pub(super) fn page(sheet: Sheet, review: Review) -> AnyView {
    let Sheet { detail, preview, .. } = sheet;
    let checks = Check::all(&detail, &review, preview.as_ref());
    let ready = checks.iter().filter(|check| check.state == State::Ready).count();
    let tally = format!("{ready} of {} ready", checks.len());
    let stops: Vec<_> = checks.iter().filter(|check| check.state == State::Missing).map(|check| check.stop).collect();
    let edit = format!("{}/edit", words::path_of(detail.campaign.id));
    let items = checks.into_iter().map(|check| check.item(&edit)).collect_view();
    let reach = review.reach;
    let shows_funnel = !detail.audience.include.is_empty();
    view! {
        {head(&detail, edit)}
        <div class="stack">
            <ErrorSummary errors=refusals() title="This was not done"/>
            <Section title="Checks" id="checks" aside=move || view! { <span class="small dim">{tally}</span> }>
                <Items>{items}</Items>
            </Section>
            {shows_funnel.then(|| view! { <Section title="Whom it reaches" id="reach">{funnel(reach)}</Section> })}
            {facts::preview(&detail, preview)}
            {launch(detail.campaign.id, words::people(reach.reachable), stops)}
        </div>
    }
    .into_any()
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

/// How a line of the checklist stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ready,
    Look,
    Missing,
}

/// A line of the checklist.
struct Check {
    state: State,
    title: String,
    text: String,
    /// What it is called where the start says what is missing.
    stop: &'static str,
    /// Where it is mended: a part of the form, or a page; none for what needs no mending.
    mend: Option<(&'static str, &'static str)>,
}

impl Check {
    fn all(detail: &CampaignDetail, review: &Review, preview: Option<&Result<Shown, String>>) -> Vec<Self> {
        let missing = |code: &str| review.blockers.iter().find(|blocker| blocker.code == code);
        let footer = Self {
            state: State::Ready,
            title: "Unsubscribe link and postal address".into(),
            text: "Added to every message by itself, with one-click unsubscribe for mail programs.".into(),
            stop: "",
            mend: None,
        };
        let mut checks = vec![
            Self::audience(detail, missing("no_audience"), review.reach),
            Self::content(detail, missing("no_content"), preview),
            Self::sender(detail, missing("no_sender")),
            Self::timing(detail, missing("past"), review.reach),
            footer,
        ];
        checks.extend(Self::cost(review.reach));
        checks
    }

    fn audience(detail: &CampaignDetail, missing: Option<&Blocker>, reach: Estimate) -> Self {
        let part = ("Choose lists", "#audience");
        if let Some(blocker) = missing {
            return Self::missing("Audience", blocker, "lists to send to", part);
        }
        let lists = facts::lists(detail).unwrap_or_default();
        if reach.reachable == 0 {
            let text = format!("{lists}. Nobody on it has an address and consent in force: the steps below say why.");
            let (title, stop) = ("Audience: nobody can be reached".into(), "somebody to reach");
            return Self { state: State::Missing, title, text, stop, mend: Some(("Change lists", "#audience")) };
        }
        let people = plural(words::people(reach.reachable), "person", "people");
        let text = format!("{people}, each with consent in force. {lists}.");
        Self {
            state: State::Ready,
            title: "Audience and consent".into(),
            text,
            stop: "",
            mend: Some(("Change", "#audience")),
        }
    }

    fn content(detail: &CampaignDetail, missing: Option<&Blocker>, preview: Option<&Result<Shown, String>>) -> Self {
        if let Some(blocker) = missing {
            return Self::missing("Content", blocker, "something to say", ("Write", "#content-part"));
        }
        let source = facts::source(&detail.content);
        let (state, text) = match preview {
            Some(Err(why)) => (State::Look, format!("{why} {source}.")),
            _ => (State::Ready, format!("Subject: {}. {source}.", detail.content.email.subject)),
        };
        Self { state, title: "Content".into(), text, stop: "", mend: Some(("Change", "#content-part")) }
    }

    fn sender(detail: &CampaignDetail, missing: Option<&Blocker>) -> Self {
        if let Some(blocker) = missing {
            return Self::missing("Sender", blocker, "a sender", ("Choose sender", "#sender"));
        }
        let text = detail.sender.clone().unwrap_or_default();
        Self { state: State::Ready, title: "Sender".into(), text, stop: "", mend: Some(("Change", "#sender")) }
    }

    fn timing(detail: &CampaignDetail, past: Option<&Blocker>, reach: Estimate) -> Self {
        if let Some(blocker) = past {
            return Self::missing("Timing", blocker, "a later end", ("Change", "#timing"));
        }
        let text = facts::timing(&detail.campaign, reach.reachable, crate::session::time_zone());
        Self { state: State::Ready, title: "Timing".into(), text, stop: "", mend: Some(("Change", "#timing")) }
    }

    /// Where a month's messages may cost only so much.
    fn cost(reach: Estimate) -> Option<Self> {
        let (cost, left) = (reach.cost, reach.budget_left?);
        let (state, text) = match cost <= left {
            true => (State::Ready, format!("About {cost}, of {left} that the month’s budget has left.")),
            false => {
                let text = "the campaign pauses by itself before it is exceeded, and an admin can raise it.";
                (State::Look, format!("About {cost}, and the month’s budget has only {left} left: {text}"))
            }
        };
        Some(Self { state, title: "Cost".into(), text, stop: "", mend: None })
    }

    fn missing(title: &str, blocker: &Blocker, stop: &'static str, mend: (&'static str, &'static str)) -> Self {
        Self { state: State::Missing, title: title.into(), text: blocker.message.clone(), stop, mend: Some(mend) }
    }

    fn item(self, edit: &str) -> AnyView {
        let Self { state, title, text, mend, .. } = self;
        let (glyph, tone) = match state {
            State::Ready => (Glyph::Done, Tone::Success),
            State::Look => (Glyph::Warning, Tone::Warning),
            State::Missing => (Glyph::Todo, Tone::Danger),
        };
        let edit = edit.to_owned();
        let end = move || {
            let mend = mend.filter(|_| may(Verb::EditCampaigns));
            mend.map(|(label, part)| match state {
                State::Ready => view! { <a class="end" href=format!("{edit}{part}")>{label}</a> }.into_any(),
                _ => {
                    view! { <LinkButton href=format!("{edit}{part}") size=Size::Small>{label}</LinkButton> }.into_any()
                }
            })
        };
        view! { <Item glyph tone title end>{text}</Item> }.into_any()
    }
}
