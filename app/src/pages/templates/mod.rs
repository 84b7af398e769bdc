//! Templates: what is said, beside what one person gets of it.

mod acts;
mod details;
mod edit;
mod editor;
mod excerpt;
mod fields;
mod list;
mod new;
mod panel;
mod reference;
pub mod trial;
mod versions;

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
            <Route path=path!("/templates/new") view=new::NewTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/new/blocks") view=editor::NewBlockTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/:id/editor") view=editor::BlockEditor ssr=mode.clone()/>
            <Route path=path!("/templates/:id") view=edit::EditTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/:id/test") view=trial::TryTemplate ssr=mode.clone()/>
            <Route path=path!("/templates/:id/versions") view=versions::Versions ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
