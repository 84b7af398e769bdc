//! A campaign's results to take away: as CSV, JSON or a spreadsheet.

use domain::{access::Verb, campaign::Campaign};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{make_list::get_campaign_brief, words};
use crate::{
    address::param,
    components::{Crumb, EmptyState, Glyph, Item, Items, LinkButton, PageHead, Panel, Size, format::plural},
    load::load,
    session::may,
};

/// The files there are: extension, name, what it is for.
const FILES: &[(&str, &str, &str)] = &[
    ("csv", "CSV", "For every program that reads tables. What a spreadsheet would take for a formula stays text."),
    ("xlsx", "Spreadsheet", "For Excel, Numbers and LibreOffice; a sheet for each million people."),
    ("json", "JSON", "For programs: a list of objects."),
];

/// The page.
#[component]
pub fn ResultsPage() -> impl IntoView {
    let id = param("id");
    let campaign = Resource::new(move || id.get(), get_campaign_brief);
    load(campaign, page)
}

fn page(campaign: Campaign) -> AnyView {
    let path = words::path_of(campaign.id);
    let crumbs = vec![Crumb::link("Campaigns", "/campaigns"), Crumb::link(campaign.code.clone(), path.clone())];
    let everybody = plural(words::people(campaign.figures.audience), "person", "people");
    let body = match (campaign.run_id.is_some(), may(Verb::ViewContacts)) {
        (false, _) => nothing("Not started", "There are no results before the campaign is sent.", path),
        (true, false) => nothing("Not for your role", "The results name people, whom your role does not see.", path),
        (true, true) => files(path),
    };
    view! {
        <Title text=format!("Export, {}", campaign.name)/>
        <PageHead title="Export results" crumbs>
            {everybody} " of “" {campaign.name}
            "”, newest sent first: name, phone, address, status, channels, when it was sent and when it arrived, error, cost."
        </PageHead>
        {body}
    }
    .into_any()
}

fn files(path: String) -> AnyView {
    let items = FILES.iter().map(move |(extension, name, what)| {
        let href = format!("{path}/results.{extension}");
        let label = format!("Download {name}");
        // The browser fetches a file by itself; the script must not look for a page of this name.
        let button =
            move || view! { <a class="btn btn--default btn--s" href=href rel="external" download="">{label}</a> };
        view! { <Item glyph=Glyph::Download title=*name end=button>{*what}</Item> }
    });
    view! { <Items label="Files">{items.collect_view()}</Items> }.into_any()
}

fn nothing(title: &'static str, text: &'static str, path: String) -> AnyView {
    let action = move || view! { <LinkButton href=path size=Size::Small>"Open the campaign"</LinkButton> };
    view! { <Panel><EmptyState glyph=Glyph::Download title text action/></Panel> }.into_any()
}
