//! All campaigns, newest first: by status, type, channel, name or code; the archive; and what can be done in a row.

use domain::{
    access::Verb,
    campaign::{Campaign, CampaignOwner, CampaignQuery},
    home::FirstSteps,
    page::{Page, PageQuery},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use super::{
    actions::refusals,
    filters::{Wanted, filters, views},
    readiness::checklist,
    rows::{Doing, Pace, archive_ticked, table_row},
};
use crate::{
    address::{Done, query},
    components::{
        Column, EmptyState, ErrorSummary, Glyph, LinkButton, Look, PageHead, Panel, Section, Table, format::plural,
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
    /// How fast those go that are being sent.
    paces: Vec<Pace>,
    /// Everybody who has made campaigns.
    owners: Vec<CampaignOwner>,
    needed: Option<FirstSteps>,
}

#[server(prefix = "/_fn", endpoint = "campaigns")]
pub async fn get_campaigns(#[server(default)] query: CampaignQuery) -> Answer<CampaignList> {
    let mut tx = crate::request::begin().await?;
    let page = engine::campaigns::find(&mut tx, &query).await?;
    let whole = !query.is_narrowed() && query.page.cursor.is_none();
    let needed = if page.data.is_empty() && whole { engine::home::first_steps(&mut tx).await? } else { None };
    let engine = crate::request::engine()?;
    let paces = page.data.iter().map(|campaign| Pace::of(campaign.id, engine::reports::pace(&engine, &tx, campaign)));
    let paces = paces.collect();
    let owners = engine::campaigns::owners(&mut tx).await?;
    Ok(CampaignList { page, paces, owners, needed })
}

/// The list.
#[component]
pub fn Campaigns() -> impl IntoView {
    let (wanted, place, delete) = (Wanted::here(), Place::here(), query("delete"));
    let asked = Memo::new(move |_| {
        let cursor = Some(place.get().cursor).filter(|cursor| !cursor.is_empty());
        let page = PageQuery { cursor, limit: Some(ROWS as u32), ..Default::default() };
        wanted.get().query(page)
    });
    let campaigns = Resource::new(move || asked.get(), get_campaigns);
    let new = || {
        let button = || {
            view! { <LinkButton href="/campaigns/new" look=Look::Primary glyph=Glyph::Plus>"New campaign"</LinkButton> }
        };
        view! { {views("/campaigns")} {may(Verb::EditCampaigns).then(button)} }
    };
    view! {
        <Title text="Campaigns"/>
        <PageHead title="Campaigns" actions=new/>
        <div class="stack stack--m">
            <Done words=done/>
            <ErrorSummary errors=refusals() title="This was not done"/>
            {load(campaigns, move |list| {
                let wanted = wanted.get_untracked();
                let filters = filters(&wanted, list.owners.clone());
                view! { {filters} {shown(list, wanted, place.get_untracked(), delete.get_untracked())} }.into_any()
            })}
        </div>
    }
}

/// What was done, as the address says.
fn done(word: &str, number: u64) -> Option<String> {
    let campaigns = plural(number, "campaign", "campaigns");
    Some(match word {
        "archived" if number == 0 => "Nothing was archived: only what is over can be".to_owned(),
        "archived" => format!("Archived: {campaigns}"),
        "restored" => "Restored".to_owned(),
        "deleted" => "The draft is deleted".to_owned(),
        _ => return None,
    })
}

fn shown(list: CampaignList, wanted: Wanted, place: Place, delete: String) -> AnyView {
    let narrowed = wanted.is_narrowed() || !place.cursor.is_empty();
    if list.page.data.is_empty() {
        return if narrowed { none_like_this(&wanted) } else { none_at_all(list.needed) };
    }
    let rows = Rows::from(&list.page);
    let back = place.here_at("/campaigns", &wanted.kept());
    let back = if back.contains('?') { back } else { format!("{back}?") };
    let foot = { move || place.pager("/campaigns", &wanted.kept(), &rows, None, &when::note()) };
    let can = may(Verb::EditCampaigns);
    let mut columns = vec![
        Column::new("Name"),
        Column::new("Status"),
        Column::new("Sent / audience"),
        Column::number("Opened"),
        Column::number("Clicked"),
        Column::new("When"),
    ];
    if can {
        columns.insert(0, Column::unseen("Choose"));
        columns.push(Column::unseen("Actions"));
    }
    let doing = Doing { can, delete, back: back.clone(), owners: list.owners, paces: list.paces };
    let caption = format!("Campaigns, newest first. {}", when::note());
    let body = list.page.data.into_iter().map(|campaign| table_row(campaign, &doing)).collect_view();
    view! {
        <Panel flush=true foot>
            <Table caption columns>{body}</Table>
        </Panel>
        {can.then(|| archive_ticked(&back))}
    }
    .into_any()
}

fn none_like_this(wanted: &Wanted) -> AnyView {
    let text = match wanted.archived.is_empty() {
        true => "Nothing matches these filters and this search. Archived campaigns are not among them.",
        false => "Nothing that was archived matches these filters and this search.",
    };
    view! {
        <Panel>
            <EmptyState
                glyph=Glyph::Search
                title="No such campaign"
                text
                action=|| view! { <LinkButton href="/campaigns">"Show all campaigns"</LinkButton> }
            />
        </Panel>
    }
    .into_any()
}

fn none_at_all(needed: Option<FirstSteps>) -> AnyView {
    let make =
        || may(Verb::EditCampaigns).then(|| view! { <LinkButton href="/campaigns/new">"Make a draft"</LinkButton> });
    let text = "A campaign sends one e-mail to everybody on the lists you choose who agreed to hear from you. \
                You see exactly whom it reaches before anything goes out.";
    view! {
        <Panel>
            <EmptyState glyph=Glyph::Plane title="No campaigns yet" text action=make/>
        </Panel>
        {needed
            .filter(|needed| !needed.are_enough())
            .map(|needed| view! { <Section title="Needed before the first can go" id="needed">{checklist(needed)}</Section> })}
    }
    .into_any()
}
