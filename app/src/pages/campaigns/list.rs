//! All campaigns, newest first, by status and by name or code.

use domain::{
    access::Verb,
    campaign::Campaign,
    page::{Page, PageQuery},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    readiness::{Readiness, checklist},
    words,
};
use crate::{
    address::{href, query},
    components::{
        Button, Column, EmptyState, FilterChips, Glyph, Link, LinkButton, Look, PageHead, Panel, SearchField, Section,
        Table,
    },
    error::Answer,
    load::load,
    paging::{Place, ROWS, Rows},
    session::may,
    when,
};

/// A page of campaigns; where there is none at all, what is needed for the first.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CampaignList {
    page: Page<Campaign>,
    needed: Option<Readiness>,
}

#[server(prefix = "/_fn", endpoint = "campaigns")]
pub async fn get_campaigns(#[server(default)] query: PageQuery) -> Answer<CampaignList> {
    let mut tx = crate::request::begin().await?;
    let page = engine::campaigns::list(&mut tx, &query).await?;
    let narrowed = query.search().is_some() || query.status.is_some() || query.cursor.is_some();
    let needed = if page.data.is_empty() && !narrowed { super::readiness::readiness(&mut tx).await? } else { None };
    Ok(CampaignList { page, needed })
}

/// Words of the address, and what they are called.
const STATUSES: [(&str, &str, Glyph); 6] = [
    ("", "All", Glyph::List),
    ("running", "Sending", Glyph::Plane),
    ("paused", "Paused", Glyph::Pause),
    ("draft", "Draft", Glyph::Pencil),
    ("completed", "Finished", Glyph::Done),
    ("cancelled", "Stopped", Glyph::Square),
];

/// The list.
#[component]
pub fn Campaigns() -> impl IntoView {
    let (search, status, place) = (query("q"), query("status"), Place::here());
    let asked = Memo::new(move |_| {
        let given = |value: String| Some(value).filter(|value| !value.is_empty());
        let cursor = given(place.get().cursor);
        PageQuery { cursor, limit: Some(ROWS as u32), search: given(search.get()), status: given(status.get()) }
    });
    let campaigns = Resource::new(move || asked.get(), get_campaigns);
    let new = || {
        let button = || {
            view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }
        };
        may(Verb::EditCampaigns).then(button)
    };
    view! {
        <Title text="Campaigns"/>
        <PageHead title="Campaigns" actions=new/>
        <div class="stack stack--m">
            {move || filters(search.get(), status.get())}
            {load(campaigns, move |list| shown(list, &search.get_untracked(), &status.get_untracked(), &place.get_untracked()))}
        </div>
    }
}

fn filters(search: String, status: String) -> AnyView {
    let link = |word: &str| href("/campaigns", &[("status", word), ("q", &search)]);
    let links = STATUSES.map(|(word, label, glyph)| Link::new(label, link(word)).glyph(glyph)).to_vec();
    let current = link(&status);
    view! {
        <FilterChips label="Status" links current/>
        <form class="row" method="get" action="/campaigns" role="search">
            {(!status.is_empty()).then(|| view! { <input type="hidden" name="status" value=status/> })}
            <SearchField label="Search campaigns" placeholder="Name or code" value=search/>
            <Button>"Search"</Button>
        </form>
    }
    .into_any()
}

fn shown(list: CampaignList, search: &str, status: &str, place: &Place) -> AnyView {
    let narrowed = !(search.is_empty() && status.is_empty() && place.cursor.is_empty());
    if list.page.data.is_empty() {
        return if narrowed { none_like_this() } else { none_at_all(list.needed) };
    }
    let rows = Rows::from(&list.page);
    let (place, kept) = (place.clone(), [("status", status.to_owned()), ("q", search.to_owned())]);
    let foot = move || {
        let kept = kept.each_ref().map(|(name, value)| (*name, value.as_str()));
        place.pager("/campaigns", &kept, &rows, None, &when::note())
    };
    let columns = vec![Column::new("Name"), Column::new("Status"), Column::new("Sent / audience"), Column::new("When")];
    let caption = format!("Campaigns, newest first. {}", when::note());
    view! {
        <Panel flush=true foot>
            <Table caption columns>{list.page.data.into_iter().map(row).collect_view()}</Table>
        </Panel>
    }
    .into_any()
}

fn row(campaign: Campaign) -> AnyView {
    let status = words::badge(&campaign);
    let progress = words::progress(&campaign);
    let moment = words::moment(&campaign);
    view! {
        <tr>
            <td class="wide">
                <a class="name" href=words::path_of(campaign.id)>{campaign.name}</a>
                <small>{campaign.code}</small>
            </td>
            <td class="wide">
                {status}
                {campaign.status_reason.map(|reason| view! { <small>{reason}</small> })}
            </td>
            <td class="wide">{progress}</td>
            <td data-label="When"><span class="nowrap">{moment}</span></td>
        </tr>
    }
    .into_any()
}

fn none_like_this() -> AnyView {
    view! {
        <Panel>
            <EmptyState
                glyph=Glyph::Search
                title="No such campaign"
                text="Nothing matches this status and search."
                action=|| view! { <LinkButton href="/campaigns">"Show all campaigns"</LinkButton> }
            />
        </Panel>
    }
    .into_any()
}

fn none_at_all(needed: Option<Readiness>) -> AnyView {
    let make =
        || may(Verb::EditCampaigns).then(|| view! { <LinkButton href="/campaigns/new">"Make a draft"</LinkButton> });
    let text = "A campaign sends one e-mail to everybody on the lists you choose who agreed to hear from you. \
                You see exactly whom it reaches before anything goes out.";
    view! {
        <Panel>
            <EmptyState glyph=Glyph::Plane title="No campaigns yet" text action=make/>
        </Panel>
        {needed
            .filter(|needed| !needed.is_complete())
            .map(|needed| view! { <Section title="Needed before the first can go" id="needed">{checklist(needed)}</Section> })}
    }
    .into_any()
}
