//! The people of a campaign's newest run: where each stands and why.

use domain::{
    access::Verb,
    campaign::Campaign,
    id::CampaignId,
    message::Recipient,
    page::{Page, PageQuery},
    stats::Figures,
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    removal::{self, Removal},
    run::tabs,
    words,
};
use crate::{
    address::{Done, href, param, query},
    components::{
        Button, Column, Crumb, EmptyState, ErrorSummary, FilterChips, Glyph, Link, LinkButton, MessageBadge, Notice,
        PageHead, Panel, SearchField, Size, Table,
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
pub async fn get_recipients(
    campaign: String,
    #[server(default)] query: PageQuery,
    #[server(default)] code: String,
) -> Answer<People> {
    let mut tx = crate::request::begin().await?;
    let campaign = crate::address::id(&campaign)?;
    let code = Some(code.as_str()).filter(|code| !code.is_empty());
    let page = engine::reports::recipients_told(&mut tx, campaign, &query, code).await?;
    Ok(People { campaign: engine::campaigns::brief(&mut tx, campaign).await?, page })
}

/// What the address asks for.
#[derive(Clone, PartialEq, Debug)]
struct Asked {
    state: String,
    search: String,
    /// What they were told.
    code: String,
    /// The message that is asked to be removed.
    remove: String,
    place: Place,
}

impl Asked {
    /// What narrows the list, for addresses.
    fn kept(&self) -> [(&'static str, &str); 3] {
        [("state", &self.state), ("q", &self.search), ("code", &self.code)]
    }

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
    let (campaign, place) = (param("id"), Place::here());
    let (state, search, code, remove) = (query("state"), query("q"), query("code"), query("remove"));
    let asked = Memo::new(move |_| Asked {
        state: state.get(),
        search: search.get(),
        code: code.get(),
        remove: remove.get(),
        place: place.get(),
    });
    let people = Resource::new(
        move || (campaign.get(), asked.get()),
        |(campaign, asked)| async move { get_recipients(campaign, asked.query(), asked.code).await },
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
    let make_list = href(&format!("{}/make-list", words::path_of(campaign.id)), &asked.kept());
    let lists = started && may(Verb::EditLists) && may(Verb::ViewContacts);
    let actions = move || {
        lists.then(|| view! { <LinkButton href=make_list glyph=Glyph::People>"Make a list of these"</LinkButton> })
    };
    view! {
        <Title text=title/>
        <PageHead title=campaign.name.clone() crumbs badge=move || words::badge(&shown_badge) actions>"Everybody it is for, and where each stands."</PageHead>
        <div class="stack stack--m">
            {started.then(|| tabs(campaign.id, &path))}
            <ErrorSummary errors=removal::refusals() title="This was not done"/>
            <Done words=removal::done/>
            {started.then(|| filters(&path, &asked, &campaign.figures))}
            {(!asked.code.is_empty()).then(|| told(&path, &asked))}
            {match page.data.is_empty() {
                true => nobody(started, &asked, &path),
                false => table(campaign.id, page, asked, path),
            }}
        </div>
    }
    .into_any()
}

fn filters(path: &str, asked: &Asked, figures: &Figures) -> AnyView {
    let link = |word: &str| href(path, &[("state", word), ("q", &asked.search)]);
    let all = Link::new("All", link("")).count(words::people(figures.audience));
    // States that occur; and the one that is shown, even when its last person has just left it.
    let states = [
        ("waiting", "Waiting", Glyph::Clock, figures.waiting),
        ("sent", "Sent", Glyph::Plane, figures.sent),
        ("delivered", "Delivered", Glyph::Delivered, figures.delivered),
        ("bounced", "Bounced", Glyph::Back, figures.bounced),
        ("complained", "Complained", Glyph::Flag, figures.complained),
        ("opened", "Opened", Glyph::Eye, figures.opened),
        ("clicked", "Clicked", Glyph::Pointer, figures.clicked),
        ("unsubscribed", "Unsubscribed", Glyph::SignOut, figures.unsubscribed),
        ("skipped", "Skipped", Glyph::Skip, figures.skipped),
        ("failed", "Failed", Glyph::Failed, figures.failed),
        ("in_doubt", "In doubt", Glyph::Question, figures.in_doubt),
        ("cancelled", "Cancelled", Glyph::Slash, figures.cancelled),
    ];
    let occurring = states.into_iter().filter(|(word, .., number)| *number > 0 || asked.state == *word);
    let state = |(word, label, glyph, number): (&str, &str, Glyph, i64)| {
        Link::new(label, link(word)).glyph(glyph).count(words::people(number))
    };
    let links = std::iter::once(all).chain(occurring.map(state)).collect();
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

/// Of all in a state only those who were told the same.
fn told(path: &str, asked: &Asked) -> AnyView {
    let all = href(path, &[("state", &asked.state), ("q", &asked.search)]);
    let title = format!("Only those with “{}”", asked.code);
    let action = move || view! { <LinkButton href=all size=Size::Small>"Show all"</LinkButton> };
    view! { <Notice glyph=Glyph::Filter title action/> }.into_any()
}

fn table(campaign: CampaignId, page: Page<Recipient>, asked: Asked, path: String) -> AnyView {
    let rows = Rows::from(&page);
    let removal = Removal { campaign, asked: asked.remove.clone(), back: asked.place.here_at(&path, &asked.kept()) };
    let can_remove = may(Verb::SendCampaigns) && page.data.iter().any(is_pending);
    let foot = asked.place.pager(&path, &asked.kept(), &rows, None, &when::note());
    let mut columns = vec![Column::new("Person"), Column::new("Status"), Column::new("Why"), Column::new("Time")];
    if can_remove {
        columns.push(Column::unseen("Remove"));
    }
    let caption = format!("Recipients, in the order of sending. {}", when::note());
    let rows =
        page.data.into_iter().map(|recipient| row(recipient, &path, can_remove.then_some(&removal))).collect_view();
    view! {
        <Panel flush=true foot=move || foot>
            <Table caption columns>{rows}</Table>
        </Panel>
    }
    .into_any()
}

fn is_pending(recipient: &Recipient) -> bool {
    recipient.status == "pending"
}

fn row(recipient: Recipient, path: &str, removal: Option<&Removal>) -> AnyView {
    let last = removal.map(|removal| match is_pending(&recipient) {
        true => view! { <td class="wide">{removal.of(&recipient)}</td> }.into_any(),
        false => view! { <td class="hide-card"></td> }.into_any(),
    });
    let Recipient { id, label, address, status, reason, code, at, due_at, .. } = recipient;
    let address = address.filter(|address| *address != label);
    let person = view! { <a class="name" href=format!("{path}/{id}")>{label}</a> };
    let code = code.filter(|code| code.starts_with(|first: char| first.is_ascii_digit()));
    let why = match (code, reason) {
        (Some(code), reason) => words::answer(&code, &reason.unwrap_or_default()),
        (None, reason) => reason.unwrap_or_default(),
    };
    let why_class = if why.is_empty() { "hide-card" } else { "wide why" };
    let again = due_at.map(|at| view! { <small>"Due " <Short at/></small> });
    view! {
        <tr>
            <td class="wide">{person}{address.map(|address| view! { <small>{address}</small> })}</td>
            <td><MessageBadge state=status.replace(' ', "_")/></td>
            <td class=why_class>{why}</td>
            <td data-label="Time"><span class="nowrap"><Short at/></span>{again}</td>
            {last}
        </tr>
    }
    .into_any()
}

fn nobody(started: bool, asked: &Asked, path: &str) -> AnyView {
    let all = path.to_owned();
    let narrowed = asked.kept().iter().any(|(_, value)| !value.is_empty());
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
