//! Audience: contacts, what they agreed to, the lists that they are on, and the addresses that nothing is sent to.

mod add_people;
mod consent;
mod consent_form;
mod contact;
mod contact_fields;
mod contact_filters;
mod contact_switches;
mod contacts;
mod custom_fields;
mod edit_contact;
mod erase_contact;
mod history;
mod list;
mod list_edit;
mod lists;
mod members;
mod merge_contact;
mod new_contact;
mod new_list;
mod paste_people;
mod stages;
mod suppress;
mod suppress_many;
mod suppressions;
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
            <Route path=path!("/contacts/:id/edit") view=edit_contact::EditContact ssr=mode.clone()/>
            <Route path=path!("/contacts/:id/merge") view=merge_contact::MergeContact ssr=mode.clone()/>
            <Route path=path!("/contacts/:id/erase") view=erase_contact::ErasePage ssr=mode.clone()/>
            <Route path=path!("/settings/custom-fields") view=custom_fields::CustomFields ssr=mode.clone()/>
            <Route path=path!("/settings/stages") view=stages::Stages ssr=mode.clone()/>
            <Route path=path!("/lists") view=lists::Lists ssr=mode.clone()/>
            <Route path=path!("/lists/new") view=new_list::NewList ssr=mode.clone()/>
            <Route path=path!("/lists/:id") view=list::ListPage ssr=mode.clone()/>
            <Route path=path!("/lists/:id/edit") view=list_edit::EditList ssr=mode.clone()/>
            <Route path=path!("/lists/:id/add") view=add_people::AddPeople ssr=mode.clone()/>
            <Route path=path!("/suppressions") view=suppressions::Suppressions ssr=mode.clone()/>
            <Route path=path!("/suppressions/new") view=suppress::Suppress ssr=mode.clone()/>
            <Route path=path!("/suppressions/import") view=suppress_many::SuppressMany ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
