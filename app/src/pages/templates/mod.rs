//! Templates: what is said, beside what one person gets of it.

mod edit;
mod editor;
mod fields;
mod list;
mod panel;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
    components::{Outlet, ParentRoute, Route},
    path,
};

/// The pages of this part.
#[component(transparent)]
pub fn TemplateRoutes() -> AnyNestedRoute {
    let mode = SsrMode::Async;
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("/templates") view=list::Templates ssr=mode.clone()/>
            <Route path=path!("/templates/new") view=edit::NewTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/new/blocks") view=editor::NewBlockTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/:id/editor") view=editor::BlockEditor ssr=mode.clone()/>
            <Route path=path!("/templates/:id") view=edit::EditTemplate ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
