//! Campaigns: the list and the calendar, the builder, the campaign's own page, whom it reaches, its recipients, those
//! in doubt.

pub mod actions;
pub mod builder;
pub mod calendar;
mod checks;
mod choices;
mod doubted;
mod facts;
mod feed;
mod filters;
mod funnel;
mod held;
pub mod in_doubt;
mod launch;
pub mod list;
pub(crate) mod live;
pub mod make_list;
mod month;
pub mod moves;
mod numbers;
pub mod page;
pub mod reached;
pub mod readiness;
mod reasons;
pub mod recipient;
pub mod recipients;
pub mod removal;
pub mod report;
mod reported;
pub mod results;
mod review;
mod rows;
pub mod run;
mod scheduled;
mod stream;
pub(crate) mod words;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute,
    components::{Outlet, ParentRoute, Route},
    path,
};

/// `/campaigns` and everything below.
#[component(transparent)]
pub fn CampaignRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    let mode = SsrMode::Async;
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("/campaigns") view=list::Campaigns ssr=mode.clone()/>
            <Route path=path!("/campaigns/new") view=builder::NewDraft ssr=mode.clone()/>
            <Route path=path!("/campaigns/calendar") view=calendar::Calendar ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id") view=page::CampaignPage ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/audience") view=reached::Audience ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/edit") view=builder::EditStep ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/edit/:step") view=builder::EditStep ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/test") view=crate::pages::templates::trial::TryCampaign ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/in-doubt") view=in_doubt::InDoubt ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/recipients") view=recipients::Recipients ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/recipients/:message") view=recipient::RecipientPage ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/report") view=report::ReportPage ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/results") view=results::ResultsPage ssr=mode.clone()/>
            <Route path=path!("/campaigns/:id/make-list") view=make_list::MakeListPage ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
