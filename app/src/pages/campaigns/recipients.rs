//! The people of a campaign's newest run: where each stands and why.

use domain::{
    access::Verb,
    campaign::Campaign,
    message::{Part, Recipient},
    page::{Page, PageQuery},
    stats::Figures,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{run::tabs, words};
use crate::{
    address::{href, param, query},
    components::{
        Button, Column, Crumb, EmptyState, FilterChips, Glyph, Link, LinkButton, MessageBadge, PageHead, Panel,
        SearchField, Table,
    },
    error::Answer,
    load::load,
    paging::{Place, ROWS, Rows},
    session::may,
    when::{self, Short},
};

/// A page of them, with the campaign they belong to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct People {
    campaign: Campaign,
    page: Page<Recipient>,
}

#[server(prefix = "/_fn", endpoint = "recipients")]
pub async fn get_recipients(campaign: String, #[server(default)] query: PageQuery) -> Answer<People> {
    let mut tx = crate::request::begin().await?;
    let campaign = crate::address::id(&campaign)?;
    let page = engine::reports::recipients(&mut tx, campaign, &query).await?;
    let (campaign, _) = engine::reports::figures(&mut tx, campaign).await?;
    Ok(People { campaign, page })
}

/// What the address asks for.
#[derive(Clone, PartialEq, Debug)]
struct Asked {
    state: String,
    search: String,
    place: Place,
}

impl Asked {
    fn query(&self) -> PageQuery {
        let given = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
        PageQuery {
            cursor: given(&self.place.cursor),
            limit: Some(ROWS as u32),
            search: given(&self.search),
            status: given(&self.state),
        }
    }
}

/// The page.
#[component]
pub fn Recipients() -> impl IntoView {
    let (campaign, state, search, place) = (param("id"), query("state"), query("q"), Place::here());
    let asked = Memo::new(move |_| Asked { state: state.get(), search: search.get(), place: place.get() });
    let people = Resource::new(
        move || (campaign.get(), asked.get()),
        |(campaign, asked)| async move { get_recipients(campaign, asked.query()).await },
    );
    load(people, move |people| page(people, asked.get_untracked()))
}

fn page(people: People, asked: Asked) -> AnyView {
    let People { campaign, page } = people;
    let path = format!("{}/recipients", words::path_of(campaign.id));
    let crumbs =
        vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), words::path_of(campaign.id))];
    let title = format!("Recipients, {}", campaign.name);
    let started = campaign.run_id.is_some();
    let shown_badge = campaign.clone();
    view! {
        <Title text=title/>
        <PageHead title=campaign.name.clone() crumbs badge=move || words::badge(&shown_badge)>"Everybody it is for, and where each stands."</PageHead>
        <div class="stack stack--m">
            {started.then(|| tabs(campaign.id, &path))}
            {started.then(|| filters(&path, &asked, &campaign.figures))}
            {match page.data.is_empty() {
                true => nobody(started, &asked, &path),
                false => table(page, asked, path),
            }}
        </div>
    }
    .into_any()
}

fn filters(path: &str, asked: &Asked, figures: &Figures) -> AnyView {
    let link = |word: &str| href(path, &[("state", word), ("q", &asked.search)]);
    let part = |part: Part, label: &str, glyph: Glyph| {
        Link::new(label, link(part.word())).glyph(glyph).count(words::people(figures.part(part)))
    };
    let links = vec![
        Link::new("All", link("")).count(words::people(figures.audience)),
        part(Part::Waiting, "Waiting", Glyph::Clock),
        part(Part::Sent, "Sent", Glyph::Plane),
        part(Part::Skipped, "Skipped", Glyph::Skip),
        part(Part::Failed, "Failed", Glyph::Failed),
        part(Part::InDoubt, "In doubt", Glyph::Question),
        part(Part::Cancelled, "Cancelled", Glyph::Slash),
    ];
    let (current, state, search) = (link(&asked.state), asked.state.clone(), asked.search.clone());
    view! {
        <FilterChips label="State" links current/>
        <form class="row" method="get" action=path.to_owned() role="search">
            {(!state.is_empty()).then(|| view! { <input type="hidden" name="state" value=state/> })}
            <SearchField label="Search recipients" placeholder="Address begins with" value=search/>
            <Button>"Search"</Button>
        </form>
    }
    .into_any()
}

fn table(page: Page<Recipient>, asked: Asked, path: String) -> AnyView {
    let rows = Rows::from(&page);
    let foot = move || {
        let kept = [("state", asked.state.as_str()), ("q", asked.search.as_str())];
        asked.place.pager(&path, &kept, &rows, None, &when::note())
    };
    let columns = vec![Column::new("Person"), Column::new("Status"), Column::new("Why"), Column::new("Time")];
    let caption = format!("Recipients, in the order of sending. {}", when::note());
    view! {
        <Panel flush=true foot>
            <Table caption columns>{page.data.into_iter().map(row).collect_view()}</Table>
        </Panel>
    }
    .into_any()
}

fn row(recipient: Recipient) -> AnyView {
    let Recipient { contact_id, label, address, status, reason, code, at, due_at, .. } = recipient;
    let address = address.filter(|address| *address != label);
    let known = may(Verb::ViewContacts);
    let person = match known {
        true => view! { <a class="name" href=format!("/contacts/{contact_id}")>{label}</a> }.into_any(),
        false => view! { <b class="name">{label}</b> }.into_any(),
    };
    let code = code.filter(|code| code.starts_with(|first: char| first.is_ascii_digit()));
    let why = match (code, reason) {
        (Some(code), reason) => words::answer(&code, &reason.unwrap_or_default()),
        (None, reason) => reason.unwrap_or_default(),
    };
    let why_class = if why.is_empty() { "hide-card" } else { "wide" };
    let again = due_at.map(|at| view! { <small>"Due " <Short at/></small> });
    view! {
        <tr>
            <td class="wide">{person}{address.map(|address| view! { <small>{address}</small> })}</td>
            <td><MessageBadge state=status.replace(' ', "_")/></td>
            <td class=why_class>{why}</td>
            <td data-label="Time"><span class="nowrap"><Short at/></span>{again}</td>
        </tr>
    }
    .into_any()
}

fn nobody(started: bool, asked: &Asked, path: &str) -> AnyView {
    let all = path.to_owned();
    let narrowed = !asked.state.is_empty() || !asked.search.is_empty();
    let (title, text) = match (started, narrowed, asked.state.as_str()) {
        (false, ..) => (
            "Not started",
            "Who gets it is fixed when the campaign starts; until then the draft shows how many it reaches.".to_owned(),
        ),
        (true, true, _) if !asked.search.is_empty() => {
            ("Nobody found", format!("No address here begins with “{}”.", asked.search))
        }
        (true, true, _) => ("Nobody here", "Nobody of this campaign is in this state.".to_owned()),
        (true, false, _) => {
            ("Nobody yet", "Who gets it is being worked out, or it was stopped before that.".to_owned())
        }
    };
    let action = move || narrowed.then(|| view! { <LinkButton href=all>"Show everybody"</LinkButton> });
    view! { <Panel><EmptyState glyph=Glyph::People title text action/></Panel> }.into_any()
}
