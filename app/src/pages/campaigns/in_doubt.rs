//! The messages of a campaign that nobody knows the end of: what that means, whom it is about, and what is decided. The
//! browser always sends the decision by itself, so that the page that follows shows how things stand then.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignStatus},
    doubt::{Decision, DoubtReason, Doubted},
    id::CampaignId,
    page::Page,
    stats::Grouped,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{choices, doubted, run::tabs, words};
use crate::{
    address::{Done, param, query},
    components::{Crumb, EmptyState, ErrorSummary, Glyph, LinkButton, Notice, PageHead, Panel, format::plural},
    error::Answer,
    form::{FormState, plain_form_state},
    load::load,
    paging::{Place, Rows},
    session::may,
    when,
};

/// A page of them, with their campaign and how many there are for each reason.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Doubts {
    campaign: Campaign,
    groups: Vec<Grouped>,
    page: Page<Doubted>,
}

#[server(prefix = "/_fn", endpoint = "in-doubt")]
pub async fn get_doubts(campaign: String, cursor: String) -> Answer<Doubts> {
    use domain::page::PageQuery;
    let mut tx = crate::request::begin().await?;
    let (campaign, groups) = engine::reports::figures(&mut tx, crate::address::id(&campaign)?).await?;
    let query = PageQuery { cursor: Some(cursor), ..Default::default() };
    let page = engine::sending::doubt::list(&mut tx, campaign.id, &query).await?;
    Ok(Doubts { campaign, groups, page })
}

/// Decides about those ticked, or about all. `cursor`, `page` and `back` say where in the list to go on.
#[server(prefix = "/_fn", endpoint = "decide-in-doubt")]
pub async fn decide_in_doubt(
    campaign: CampaignId,
    #[server(default)] decision: String,
    #[server(default)] ids: Vec<String>,
    #[server(default)] all: bool,
    #[server(default)] cursor: String,
    #[server(default)] page: String,
    #[server(default)] back: String,
) -> Answer<()> {
    let (engine, actor) = (crate::request::engine()?, crate::request::actor()?);
    let new = domain::doubt::NewDecision { decision, ids, all };
    let decided = engine::sending::doubt::decide_as_asked(&engine, &actor, campaign, &new).await?;
    let done = Decision::from_word(&new.decision).map(Decision::done).unwrap_or_default();
    let (n, late) = (decided.changed.to_string(), decided.already_decided.to_string());
    let place = [("cursor", cursor.as_str()), ("page", page.as_str()), ("back", back.as_str())];
    let told = [("done", done), ("n", n.as_str()), ("late", late.as_str())];
    crate::request::go(&crate::address::href(&path_of(campaign), &[place, told].concat()));
    Ok(())
}

/// The page of a campaign's messages in doubt.
pub(crate) fn path_of(id: CampaignId) -> String {
    format!("{}/in-doubt", words::path_of(id))
}

/// The page.
#[component]
pub fn InDoubt() -> impl IntoView {
    let (campaign, place) = (param("id"), Place::here());
    let doubts =
        Resource::new(move || (campaign.get(), place.get().cursor), |(campaign, cursor)| get_doubts(campaign, cursor));
    let form = plain_form_state(DecideInDoubt::PATH);
    load(doubts, move |doubts| page(doubts, &place.get_untracked(), form))
}

fn page(doubts: Doubts, place: &Place, form: FormState) -> AnyView {
    let Doubts { campaign, groups, page } = doubts;
    let crumbs =
        vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), words::path_of(campaign.id))];
    let (id, badged) = (campaign.id, campaign.clone());
    let some = campaign.figures.in_doubt > 0;
    let body = match page.data.is_empty() {
        true => nothing(&campaign),
        false => decide(&campaign, &groups, page, place, form),
    };
    view! {
        <Title text=format!("In doubt, {}", campaign.name)/>
        <PageHead title=campaign.name.clone() crumbs badge=move || words::badge(&badged)>
            "Messages in doubt: handed over, and no answer came."
        </PageHead>
        <div class="stack">
            {tabs(id, "")}
            <Done words=done/>
            <Late/>
            <ErrorSummary errors=form.summary() title="Nothing was decided"/>
            {some.then(|| choices::explained(&campaign))}
            {body}
        </div>
    }
    .into_any()
}

fn done(word: &str, number: u64) -> Option<String> {
    let messages = plural(number, "message", "messages");
    let decision = Decision::ALL.iter().find(|decision| decision.done() == word)?;
    Some(match (decision, number) {
        (_, 0) => "Nothing was left to decide".into(),
        (Decision::MarkSent, _) => format!("{messages} marked as sent"),
        (Decision::MarkNotSent, _) => format!("{messages} given up"),
        (Decision::SendAgain, 1) => "1 message goes out again".into(),
        (Decision::SendAgain, _) => format!("{messages} go out again"),
    })
}

/// How many of those chosen were not in doubt any more.
#[component]
fn Late() -> impl IntoView {
    let late = query("late");
    move || {
        let number: u64 = late.with(|late| late.parse().unwrap_or_default());
        let title = plural(number, "message was", "messages were") + " not in doubt any more";
        (number > 0).then(|| {
            view! {
                <Notice title>"Somebody else had decided, or the provider had answered late. Those stay as they are."</Notice>
            }
        })
    }
}

/// The form: the people of each reason, the buttons for those ticked, and what can be done to all.
fn decide(campaign: &Campaign, groups: &[Grouped], page: Page<Doubted>, place: &Place, form: FormState) -> AnyView {
    let decides = may(Verb::SendCampaigns);
    let rows = Rows::from(&page);
    let total = words::people(campaign.figures.in_doubt);
    let foot = place.pager(&path_of(campaign.id), &[], &rows, Some(total.to_string()), &when::note());
    let ticked = form.values("ids[]", vec![]);
    let sections = DoubtReason::ALL.iter().filter_map(|reason| {
        let people: Vec<_> = page.data.iter().filter(|one| one.reason == *reason).cloned().collect();
        (!people.is_empty()).then(|| doubted::section(*reason, groups, people, decides.then_some(&ticked)))
    });
    let sections = sections.collect_view();
    let id = campaign.id;
    if !decides {
        let who = "Whoever may send campaigns decides about them.";
        return view! { {sections} <Panel foot=move || foot><p class="muted">{who}</p></Panel> }.into_any();
    }
    let hidden = ["cursor", "page", "back"].map(|name| {
        let value = query(name).get_untracked();
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
    });
    let stopped = campaign.status == CampaignStatus::Cancelled;
    view! {
        <form method="post" action=DecideInDoubt::url() autocomplete="off">
            <input type="hidden" name="campaign" value=id.to_string()/>
            {hidden.into_iter().collect_view()}
            <div class="stack">
                <div class="stack" id="ids" tabindex="-1">{sections}</div>
                <Panel foot=move || foot>{choices::for_ticked(stopped)}</Panel>
            </div>
        </form>
        {(total > 1).then(|| choices::for_all(id, total, stopped))}
    }
    .into_any()
}

fn nothing(campaign: &Campaign) -> AnyView {
    let (left, waiting) = (campaign.figures.in_doubt, words::people(campaign.figures.waiting));
    let path = if left > 0 { path_of(campaign.id) } else { words::path_of(campaign.id) };
    let (title, text) = match (left, campaign.status, waiting) {
        (0, CampaignStatus::Completed, 1..) => {
            ("Nothing is in doubt now", format!("{} being sent to again.", plural(waiting, "person is", "people are")))
        }
        (0, ..) => (
            "Nothing is in doubt",
            "The provider has answered for every message that was handed over, or somebody has decided.".to_owned(),
        ),
        _ => ("Nothing more here", "Those that are still in doubt are on the pages before.".to_owned()),
    };
    let word = if left > 0 { "To the first page" } else { "Open the campaign" };
    let action = move || view! { <LinkButton href=path>{word}</LinkButton> };
    view! { <Panel><EmptyState glyph=Glyph::Question title text action/></Panel> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_in_numbers() {
        assert_eq!(done("marked_sent", 1_204).unwrap(), "1,204 messages marked as sent");
        assert_eq!(done("sent_again", 1).unwrap(), "1 message goes out again");
        assert_eq!(done("given_up", 0).unwrap(), "Nothing was left to decide");
        assert_eq!(done("odd", 1), None);
    }
}
