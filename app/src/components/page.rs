//! What pages are made of: the head, sections, panels, and what stands there while there is nothing.

use super::icon::{Glyph, Icon};
use leptos::{children::ViewFnOnce, prelude::*};

/// A step of the path above a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    label: String,
    href: Option<String>,
}

impl Crumb {
    /// A page above this one.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: Some(href.into()) }
    }

    /// A word that leads nowhere: the code of this campaign.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: None }
    }
}

/// The head of a page: path, title with its badge, one line (the children), actions.
#[component]
pub fn PageHead(
    /// The one `<h1>` of the page.
    #[prop(into)]
    title: String,
    /// The pages above.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Stands before the texts, as a person's initials.
    #[prop(optional, into)]
    mark: ViewFnOnce,
    /// Stands beside the title.
    #[prop(optional, into)]
    badge: ViewFnOnce,
    /// Buttons at the end; the one primary button last.
    #[prop(optional, into)]
    actions: ViewFnOnce,
    /// One line of facts.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-head">
            {mark.run()}
            <div class="page-head__text">
                {(!crumbs.is_empty()).then(|| path(crumbs))}
                <div class="page-head__title">
                    <h1>{title}</h1>
                    {badge.run()}
                </div>
                {children.map(|children| view! { <p>{children()}</p> })}
            </div>
            <div class="actions">{actions.run()}</div>
        </header>
    }
    .into_any()
}

fn path(crumbs: Vec<Crumb>) -> AnyView {
    let last = crumbs.len().saturating_sub(1);
    let steps = crumbs
        .into_iter()
        .enumerate()
        .map(|(place, Crumb { label, href })| {
            let step = match href {
                Some(href) => view! { <a href=href>{label}</a> }.into_any(),
                None => label.into_any(),
            };
            view! { <li>{step} {(place < last).then_some(" /")}</li> }
        })
        .collect_view();
    view! {
        <nav aria-label="Path">
            <ol class="crumb">{steps}</ol>
        </nav>
    }
    .into_any()
}

/// A part of a page under a heading.
#[component]
pub fn Section(
    /// The `<h2>`.
    #[prop(into)]
    title: String,
    /// The id of the heading, which names the section and can be linked to.
    id: &'static str,
    /// At the end of the heading's row: a link, a count, a switch.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// What is in it; mostly one panel.
    children: Children,
) -> impl IntoView {
    view! {
        <section aria-labelledby=id>
            <div class="section-head">
                <h2 id=id>{title}</h2>
                <div class="section-head__end">{aside.run()}</div>
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// The one container. With a title it has a head; `flush` leaves out the padding, for tables, items and figures.
#[component]
pub fn Panel(
    /// The `<h2>` of its head.
    #[prop(optional, into)]
    title: Option<String>,
    /// At the end of its head.
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// Below a line at its end: a balance, a note, a pager.
    #[prop(optional, into)]
    foot: Option<ViewFnOnce>,
    /// Without padding.
    #[prop(optional)]
    flush: bool,
    /// What is in it. More than one thing stands 16 px apart.
    children: Children,
) -> impl IntoView {
    let body = if flush { "panel__flush" } else { "panel__body stack stack--m" };
    view! {
        <div class="panel">
            {title
                .map(|title| {
                    view! {
                        <div class="panel__head">
                            <h2>{title}</h2>
                            <div class="section-head__end">{aside.run()}</div>
                        </div>
                    }
                })}
            <div class=body>{children()}</div>
            {foot.map(|foot| view! { <div class="panel__foot">{foot.run()}</div> })}
        </div>
    }
    .into_any()
}

/// Where there is nothing yet: what would be here, and the first thing to do.
#[component]
pub fn EmptyState(
    /// A picture of what is missing.
    #[prop(default = Glyph::Bell)]
    glyph: Glyph,
    /// "No campaigns yet".
    #[prop(into)]
    title: String,
    /// What it is for.
    #[prop(into)]
    text: String,
    /// The first action.
    #[prop(optional, into)]
    action: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph/>
            <h2>{title}</h2>
            <p>{text}</p>
            <div class="actions">{action.run()}</div>
        </div>
    }
    .into_any()
}

/// Grey lines in the place of what is being fetched.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    let lines = (0..lines).map(|_| view! { <i></i> }).collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="sr">"Loading"</span>
            {lines}
        </div>
    }
    .into_any()
}

/// A time that is already written out, with the exact one for machines.
#[component]
pub fn Time(
    /// As in ISO 8601, with offset.
    #[prop(into)]
    datetime: String,
    /// As it is read, with its zone unless a caption names it once.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <time datetime=datetime>{text}</time> }.into_any()
}
