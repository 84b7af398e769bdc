//! The frame of every page but signing in: navigation left, a bar above, a bar below on phones. It shows only the
//! entries it is given, so that no link leads to a page that does not exist.

mod nav;
mod topbar;

pub use nav::NavEntry;
pub use topbar::{OtherWorkspace, Viewer};

use super::theme::Theme;
use leptos::prelude::*;
use nav::{bottom_bar, side_nav};
use topbar::top_bar;

/// The frame with the page inside.
#[component]
pub fn Shell(
    /// Who is signed in.
    viewer: Viewer,
    /// The workspace that is shown.
    #[prop(into)]
    workspace: String,
    /// The others this person belongs to.
    #[prop(optional)]
    workspaces: Vec<OtherWorkspace>,
    /// The entries, in order; those with `at_end` stand at the foot.
    nav: Vec<NavEntry>,
    /// The path of the page, without query.
    #[prop(into)]
    path: Signal<String>,
    /// The theme this person chose.
    #[prop(optional)]
    theme: Theme,
    /// The page.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="skip">
            <a class="btn btn--primary" href="#main" rel="external">
                "Skip to content"
            </a>
        </div>
        <div class="shell">
            {side_nav(nav.clone(), path)}
            <div>
                {top_bar(viewer.clone(), workspace, workspaces, path, theme)}
                <main class="main" id="main" tabindex="-1">
                    {children()}
                </main>
            </div>
        </div>
        {bottom_bar(nav, path, viewer)}
    }
    .into_any()
}
