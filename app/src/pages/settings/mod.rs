//! Settings: the workspace's own, through whom messages leave and in whose name, who works here, programs' keys, what was done, and one's
//! own account.

mod account;
mod api_keys;
mod audit;
mod brand;
mod invitations;
mod invite;
mod limits;
mod new_user;
mod outbox;
mod overview;
mod providers;
mod roles;
mod senders;
mod user;
mod users;
mod workspace;

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
    components::{Outlet, ParentRoute, Route},
    path,
};

use crate::components::Crumb;

pub(super) use roles::names as role_names;

/// The pages of this part.
#[component(transparent)]
pub fn SettingsRoutes() -> AnyNestedRoute {
    let mode = SsrMode::Async;
    view! {
        <ParentRoute path=path!("") view=Outlet>
            <Route path=path!("/settings") view=overview::Overview ssr=mode.clone()/>
            <Route path=path!("/settings/account") view=account::YourAccount ssr=mode.clone()/>
            <Route path=path!("/settings/providers") view=providers::Providers ssr=mode.clone()/>
            <Route path=path!("/settings/providers/new") view=providers::NewProviderPage ssr=mode.clone()/>
            <Route path=path!("/settings/providers/:id") view=providers::ProviderPage ssr=mode.clone()/>
            <Route path=path!("/settings/providers/:id/webhook") view=providers::WebhookPage ssr=mode.clone()/>
            <Route path=path!("/settings/senders") view=senders::Senders ssr=mode.clone()/>
            <Route path=path!("/settings/senders/:id") view=senders::SenderPage ssr=mode.clone()/>
            <Route path=path!("/settings/outbox") view=outbox::Outbox ssr=mode.clone()/>
            <Route path=path!("/settings/outbox/:id") view=outbox::MailPage ssr=mode.clone()/>
            <Route path=path!("/settings/users") view=users::Users ssr=mode.clone()/>
            <Route path=path!("/settings/users/invite") view=invite::InvitePage ssr=mode.clone()/>
            <Route path=path!("/settings/users/new") view=new_user::NewUserPage ssr=mode.clone()/>
            <Route path=path!("/settings/users/:id") view=user::UserPage ssr=mode.clone()/>
            <Route path=path!("/settings/api-keys") view=api_keys::ApiKeys ssr=mode.clone()/>
            <Route path=path!("/settings/brand") view=brand::BrandPage ssr=mode.clone()/>
            <Route path=path!("/settings/limits") view=limits::LimitsPage ssr=mode.clone()/>
            <Route path=path!("/settings/workspace") view=workspace::WorkspacePage ssr=mode.clone()/>
            <Route path=path!("/settings/audit") view=audit::AuditLog ssr=mode/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// The way up from a page of this part.
fn crumbs() -> Vec<Crumb> {
    vec![Crumb::link("Settings", "/settings")]
}
