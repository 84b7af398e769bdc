//! The frame of the pages before one is signed in: the mark, one box, and light or dark.

use super::{
    brand::Wordmark,
    theme::{Theme, ThemeSwitch},
};
use leptos::{children::ViewFnOnce, prelude::*};

/// The frame. The children stand 16 px apart in the box: notices, and one form with class `stack stack--m`.
#[component]
pub fn AuthPage(
    /// The `<h1>`: "Sign in".
    #[prop(into)]
    title: String,
    /// The line below it.
    #[prop(optional, into)]
    lead: Option<String>,
    /// The theme from the cookie.
    #[prop(optional)]
    theme: Theme,
    /// The path of this page, to come back to after switching the theme.
    #[prop(into)]
    path: Signal<String>,
    /// A line under the box: "No account? Ask an admin for an invitation."
    #[prop(optional, into)]
    foot: Option<ViewFnOnce>,
    /// The form.
    children: Children,
) -> impl IntoView {
    view! {
        <main class="auth" id="main">
            <div class="auth__box">
                <Wordmark/>
                <div class="panel auth__panel stack stack--m">
                    <div>
                        <h1>{title}</h1>
                        {lead.map(|lead| view! { <p class="muted">{lead}</p> })}
                    </div>
                    {children()}
                </div>
                {foot.map(|foot| view! { <p class="auth__foot">{foot.run()}</p> })}
            </div>
            <ThemeSwitch theme next=path words=true/>
        </main>
    }
    .into_any()
}
