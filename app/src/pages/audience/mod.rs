//! Audience: contacts, and the lists that they are on.

mod add_people;
mod consent;
mod contact;
mod contacts;
mod list;
mod lists;
mod new_contact;
#[cfg(feature = "ssr")]
mod typed;
mod words;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
    components::{Outlet, ParentRoute, Route},
    path,
};

/// The pages of this part.
#[component(transparent)]
pub fn AudienceRoutes() -> AnyNestedRoute {
    let mode = SsrMode::Async;
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("/contacts") view=contacts::Contacts ssr=mode.clone()/>
            <Route path=path!("/contacts/new") view=new_contact::NewContact ssr=mode.clone()/>
            <Route path=path!("/contacts/:id") view=contact::ContactPage ssr=mode.clone()/>
            <Route path=path!("/lists") view=lists::Lists ssr=mode.clone()/>
            <Route path=path!("/lists/:id") view=list::ListPage ssr=mode.clone()/>
            <Route path=path!("/lists/:id/add") view=add_people::AddPeople ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
