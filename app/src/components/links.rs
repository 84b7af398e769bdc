//! Rows of links between views of the same thing: tabs, segments, filters, pages. All work without a script.

use super::{
    format::count,
    icon::{Glyph, Icon},
};
use leptos::prelude::*;

/// A link of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    href: String,
    label: String,
    glyph: Option<Glyph>,
    count: Option<u64>,
}

impl Link {
    /// A link.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), glyph: None, count: None }
    }

    /// With an icon.
    #[must_use]
    pub const fn glyph(mut self, glyph: Glyph) -> Self {
        self.glyph = Some(glyph);
        self
    }

    /// With how many there are.
    #[must_use]
    pub const fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }
}

/// The links of a row; the one that equals `current` is marked with `word`.
fn row(links: Vec<Link>, class: &'static str, current: Signal<String>, word: &'static str) -> AnyView {
    links
        .into_iter()
        .map(|Link { href, label, glyph, count: number }| {
            let here = href.clone();
            view! {
                <a class=class href=href aria-current=move || current.with(|current| *current == here).then_some(word)>
                    {glyph.map(|glyph| view! { <Icon glyph small=true/> })}
                    {label}
                    {number.map(|number| view! { " " <span class="num">{count(number)}</span> })}
                </a>
            }
        })
        .collect_view()
        .into_any()
}

/// The pages of one thing: Live, Recipients, Report.
#[component]
pub fn Tabs(
    /// Of what: "October newsletter".
    #[prop(into)]
    label: String,
    /// The pages.
    links: Vec<Link>,
    /// The `href` of this page.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    view! { <nav class="tabs" aria-label=label>{row(links, "", current, "page")}</nav> }.into_any()
}

/// Two or three ways to see the same: list or calendar, 24 hours or 7 days.
#[component]
pub fn Segmented(
    /// What is chosen: "View".
    #[prop(into)]
    label: String,
    /// The ways.
    links: Vec<Link>,
    /// The `href` of the one that is shown.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    view! { <nav class="seg" aria-label=label>{row(links, "", current, "true")}</nav> }.into_any()
}

/// Filters of which one is on, each with its count; on a phone the row scrolls.
#[component]
pub fn FilterChips(
    /// What is filtered by: "Status".
    #[prop(into)]
    label: String,
    /// The filters.
    links: Vec<Link>,
    /// The `href` of the one that is on.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    view! {
        <nav class="chips chips--scroll" aria-label=label>
            {row(links, "chip", current, "true")}
        </nav>
    }
    .into_any()
}

/// Previous and next of a long list. An end of the list is a button that does nothing, so that the other stays put.
#[component]
pub fn Pager(
    /// Where in the list, and of how many: "1–10 of 64. Times in America/New_York."
    #[prop(into)]
    note: String,
    /// What is paged, when a page has two lists.
    #[prop(default = "Pages of the list".into(), into)]
    label: String,
    /// The page before.
    #[prop(optional, into)]
    previous: Option<String>,
    /// The page after.
    #[prop(optional, into)]
    next: Option<String>,
) -> impl IntoView {
    let link = |href: Option<String>, rel, label| {
        let none = href.is_none();
        view! {
            <a
                class="btn btn--default btn--s"
                href=href
                rel=rel
                role=none.then_some("link")
                aria-disabled=none.then_some("true")
            >
                {label}
            </a>
        }
    };
    view! {
        <nav class="row between" aria-label=label>
            <span>{note}</span>
            <span class="row">{link(previous, "prev", "Previous")} {link(next, "next", "Next")}</span>
        </nav>
    }
    .into_any()
}
