//! The frame around pages: navigation with the entries that this reader may open, workspace, theme, sign-out.

use domain::access::Verb;
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    components::{Glyph, NavEntry, OtherWorkspace, Shell, Theme, Viewer, format::initials},
    error::AppError,
    load::Trouble,
    session::{User, session},
};

/// Pages for those who are signed in.
#[component]
pub fn Framed() -> impl IntoView {
    view! { <Bare><Outlet/></Bare> }
}

/// The frame around one page.
#[component]
pub fn Bare(
    /// The page.
    children: Children,
) -> impl IntoView {
    let session = session();
    let theme = Theme::parse(&session.theme);
    let path = use_location().pathname;
    let Some(user) = session.user else {
        return view! { <main class="main" id="main"><Trouble error=AppError::SignedOut/></main> }.into_any();
    };
    let viewer = Viewer { name: user.name.clone(), initials: initials(&user.name), email: user.email.clone() };
    let workspaces =
        user.others.iter().map(|(id, name)| OtherWorkspace { id: id.clone(), name: name.clone() }).collect();
    let nav = entries(&user);
    view! {
        <Shell viewer workspace=user.workspace workspaces nav path theme>
            {children()}
        </Shell>
    }
    .into_any()
}

/// The entries that lead somewhere for this reader.
fn entries(user: &User) -> Vec<NavEntry> {
    let mut entries =
        vec![NavEntry::new("Home", "/", Glyph::Home), NavEntry::new("Campaigns", "/campaigns", Glyph::Plane)];
    if user.may(Verb::ViewContacts) {
        let audience = NavEntry::new("Audience", "/contacts", Glyph::People);
        let audience = audience.under("Contacts", "/contacts").under("Lists", "/lists");
        entries.push(audience.under("Imports", "/imports").under("Suppressions", "/suppressions"));
    }
    if user.may(Verb::ViewTemplates) {
        entries.push(NavEntry::new("Templates", "/templates", Glyph::Template));
    }
    entries.push(NavEntry::new("Settings", "/settings", Glyph::Sliders).at_end());
    entries
}
