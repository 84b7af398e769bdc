//! Imports: a file is sent, its columns are mapped, a dry run tells what would happen, and then it does, with the progress
//! in sight.

mod actions;
mod going;
mod list;
mod map;
mod new;
mod page;
mod result;
mod words;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::IntoAnyNestedRoute,
    components::{Outlet, ParentRoute, Route},
    path,
};

/// `/imports` and everything below.
#[component(transparent)]
pub fn ImportRoutes() -> impl leptos_router::MatchNestedRoutes + Clone {
    let mode = SsrMode::Async;
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("/imports") view=list::Imports ssr=mode.clone()/>
            <Route path=path!("/imports/new") view=new::NewImport ssr=mode.clone()/>
            <Route path=path!("/imports/:id") view=page::ImportPage ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
