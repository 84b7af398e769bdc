//! The navigation: at the left on a wide page; on a phone the first four below, and the rest under "More".

use super::topbar::Viewer;
use crate::components::{
    brand::Wordmark,
    format::count,
    icon::{Glyph, Icon},
    menu::{Menu, MenuLink, MenuPost},
};
use leptos::prelude::*;

/// An entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavEntry {
    href: &'static str,
    glyph: Glyph,
    label: &'static str,
    count: Option<u64>,
    under: Vec<(&'static str, &'static str)>,
    at_end: bool,
}

impl NavEntry {
    /// An entry.
    pub const fn new(label: &'static str, href: &'static str, glyph: Glyph) -> Self {
        Self { href, glyph, label, count: None, under: Vec::new(), at_end: false }
    }

    /// With how many wait there; none when nothing does.
    #[must_use]
    pub const fn count(mut self, waiting: u64) -> Self {
        self.count = if waiting == 0 { None } else { Some(waiting) };
        self
    }

    /// With a page below it (label, path), shown while one is in this part.
    #[must_use]
    pub fn under(mut self, label: &'static str, href: &'static str) -> Self {
        self.under.push((label, href));
        self
    }

    /// At the foot of the navigation, as Settings.
    #[must_use]
    pub const fn at_end(mut self) -> Self {
        self.at_end = true;
        self
    }

    /// Whether `path` is in this part.
    fn holds(&self, path: &str) -> bool {
        is_in(path, self.href) || self.under.iter().any(|(_, href)| is_in(path, href))
    }

    /// The part's own `aria-current`: the page itself, or a page in it that has no entry of its own.
    fn current(&self, path: &str) -> Option<&'static str> {
        let below = self.under.iter().any(|(_, href)| *href != self.href && is_in(path, href));
        mark(path, self.href).filter(|_| !below)
    }
}

/// Whether `path` is `href` or a page below it. Everything is below `/`, so that one counts for itself only.
fn is_in(path: &str, href: &str) -> bool {
    path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || (href != "/" && rest.starts_with('/')))
}

fn mark(path: &str, href: &str) -> Option<&'static str> {
    is_in(path, href).then_some(if path == href { "page" } else { "true" })
}

fn badge(waiting: Option<u64>) -> impl IntoView {
    waiting.map(|waiting| {
        view! {
            <span class="count">
                {count(waiting)}
                <span class="sr">" waiting"</span>
            </span>
        }
    })
}

/// At the left.
pub(super) fn side_nav(nav: Vec<NavEntry>, path: Signal<String>) -> AnyView {
    let (end, top): (Vec<_>, Vec<_>) = nav.into_iter().partition(|entry| entry.at_end);
    let list = move |entries: Vec<NavEntry>| entries.into_iter().map(|entry| line(entry, path)).collect_view();
    view! {
        <nav class="nav" aria-label="Main">
            <div class="nav__brand">
                <Wordmark/>
            </div>
            <ul>{list(top)}</ul>
            <ul class="nav__end">{list(end)}</ul>
        </nav>
    }
    .into_any()
}

fn line(entry: NavEntry, path: Signal<String>) -> AnyView {
    let NavEntry { href, glyph, label, count, .. } = entry;
    let entry = StoredValue::new(entry);
    let open = Memo::new(move |_| path.with(|path| entry.with_value(|entry| entry.holds(path))));
    let under = move || {
        let under = entry.with_value(|entry| entry.under.clone());
        (open.get() && !under.is_empty()).then(|| {
            let lines = under
                .into_iter()
                .map(|(label, href)| {
                    let current = move || path.with(|path| mark(path, href));
                    view! { <li><a href=href aria-current=current>{label}</a></li> }
                })
                .collect_view();
            view! { <ul class="nav__sub">{lines}</ul> }
        })
    };
    view! {
        <li>
            <a
                href=href
                class:is-open=open
                aria-current=move || path.with(|path| entry.with_value(|entry| entry.current(path)))
            >
                <Icon glyph/>
                {label}
                {badge(count)}
            </a>
            {under}
        </li>
    }
    .into_any()
}

/// At the foot of a phone.
pub(super) fn bottom_bar(nav: Vec<NavEntry>, path: Signal<String>, viewer: Viewer) -> AnyView {
    /// A fifth of a narrow phone is what a thumb hits.
    const SHOWN: usize = 4;
    let shown = nav.iter().filter(|entry| !entry.at_end).take(SHOWN).cloned().collect::<Vec<_>>();
    let rest = nav.into_iter().filter(|entry| !shown.contains(entry)).collect::<Vec<_>>();
    let in_rest = {
        let rest = rest.clone();
        move || path.with(|path| rest.iter().any(|entry| entry.holds(path))).then_some("true")
    };
    let shown = shown
        .into_iter()
        .map(|entry| {
            let NavEntry { href, glyph, label, count, .. } = entry;
            let current = move || path.with(|path| entry.holds(path).then(|| mark(path, href).unwrap_or("true")));
            view! {
                <a href=href aria-current=current>
                    <Icon glyph/>
                    <span>{label}</span>
                    {badge(count)}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="bottombar" aria-label="Main, phone">
            {shown}
            <Menu
                class="menu__more"
                place="menu--sheet"
                face=move || {
                    view! {
                        <Icon glyph=Glyph::Menu/>
                        <span data-current=in_rest>"More"</span>
                    }
                }
            >
                {rest.into_iter().map(|entry| more(entry, path)).collect_view()}
                <hr/>
                <p class="menu__note"><b>{viewer.name}</b>{viewer.email}</p>
                <MenuPost action="/sign-out" glyph=Glyph::SignOut label="Sign out"/>
            </Menu>
        </nav>
    }
    .into_any()
}

fn more(entry: NavEntry, path: Signal<String>) -> AnyView {
    let NavEntry { href, glyph, label, count, under, .. } = entry;
    let current = Signal::derive(move || path.with(|path| mark(path, href)));
    let under = under
        .into_iter()
        .filter(|(_, below)| *below != href)
        .map(|(label, href)| {
            let current = Signal::derive(move || path.with(|path| mark(path, href)));
            view! { <MenuLink href glyph=Glyph::Right label current/> }
        })
        .collect_view();
    view! {
        <a class="menu__item" href=href aria-current=move || current.get()>
            <Icon glyph/>
            {label}
            {badge(count)}
        </a>
        {under}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_current_on_its_pages_only() {
        let home = NavEntry::new("Home", "/", Glyph::Home);
        let campaigns = NavEntry::new("Campaigns", "/campaigns", Glyph::Plane);
        assert_eq!(home.current("/"), Some("page"));
        assert_eq!(home.current("/campaigns"), None);
        assert_eq!(campaigns.current("/campaigns"), Some("page"));
        assert_eq!(campaigns.current("/campaigns/17/report"), Some("true"));
        assert_eq!(campaigns.current("/campaigns-old"), None);
    }

    #[test]
    fn a_page_below_takes_the_mark_from_its_part() {
        let audience = NavEntry::new("Audience", "/contacts", Glyph::People)
            .under("Contacts", "/contacts")
            .under("Imports", "/imports");
        assert!(audience.holds("/imports/3"));
        assert_eq!(audience.current("/imports/3"), None);
        assert_eq!(mark("/imports/3", "/imports"), Some("true"));
    }
}
