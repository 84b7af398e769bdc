//! The mark: three bells hung from a beam, the largest first.

use leptos::prelude::*;

/// The bells; drawn here, never by a user.
const BELLS: &str = concat!(
    r#"<path d="M1 1.8h25" stroke="currentColor" stroke-width="1.8" stroke-linecap="round"/>"#,
    r#"<g fill="currentColor">"#,
    r#"<path d="M5.5 4.2c2.3 0 3 2 3.1 4.4.1 2.7.7 4.3 1.9 5.7H.5c1.2-1.4 1.8-3 1.9-5.7.1-2.4.8-4.4 3.1-4.4z"/>"#,
    r#"<circle cx="5.5" cy="16.8" r="1.5"/>"#,
    r#"<path d="M15.3 4.2c1.7 0 2.3 1.5 2.4 3.2.1 2 .5 3.2 1.4 4.3h-7.6c.9-1.1 1.3-2.3 1.4-4.3.1-1.7.7-3.2 2.4-3.2z"/>"#,
    r#"<circle cx="15.3" cy="13.8" r="1.2"/>"#,
    r#"<path d="M22.7 4.2c1.3 0 1.7 1.1 1.8 2.3.1 1.4.4 2.3 1 3.1h-5.6c.6-.8.9-1.7 1-3.1.1-1.2.5-2.3 1.8-2.3z"/>"#,
    r#"<circle cx="22.7" cy="11.4" r="1"/>"#,
    r#"</g>"#,
);

/// The bells with the name beside them, leading home.
#[component]
pub fn Wordmark(
    /// Leaves the name to the label, for narrow bars.
    #[prop(optional)]
    bells_only: bool,
    /// Where it leads.
    #[prop(default = "/")]
    href: &'static str,
) -> impl IntoView {
    view! {
        <a class="wordmark" href=href aria-label=bells_only.then_some("Carillon, home")>
            <svg viewBox="0 0 27 20" aria-hidden="true" inner_html=BELLS></svg>
            {(!bells_only).then_some("Carillon")}
        </a>
    }
    .into_any()
}

/// The initials of a person in a circle. With the name as label where the name is not written beside it.
#[component]
pub fn Avatar(
    /// One or two letters.
    #[prop(into)]
    initials: String,
    /// The whole name, when it stands alone.
    #[prop(optional, into)]
    label: Option<String>,
    /// 56 px, for the head of a person's page.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <span
            class=if large { "avatar avatar--l" } else { "avatar" }
            role=label.is_some().then_some("img")
            aria-hidden=label.is_none().then_some("true")
            aria-label=label
        >
            {initials}
        </span>
    }
    .into_any()
}
