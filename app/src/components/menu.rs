//! Menus: a `<details>` that floats. It opens without a script; with it, a click elsewhere or Escape closes it.

use super::icon::{Glyph, Icon};
use leptos::{children::ViewFnOnce, ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};

/// A button that opens a list of links and small forms.
#[component]
pub fn Menu(
    /// What the button is called when it shows no words.
    #[prop(optional, into)]
    label: Option<String>,
    /// What the button shows.
    #[prop(into)]
    face: ViewFnOnce,
    /// Classes of the button.
    #[prop(default = "btn btn--quiet")]
    class: &'static str,
    /// Where the list stands: `""` below from the start, `menu--end` below from the end, `menu--sheet` above the
    /// bottom bar.
    #[prop(optional)]
    place: &'static str,
    /// `MenuLink`, `MenuPost`, `<hr/>`.
    children: Children,
) -> impl IntoView {
    let menu = NodeRef::<html::Details>::new();
    Effect::new(move || close_from_outside(menu));
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(menu) = menu.get_untracked()
            && menu.open()
        {
            menu.set_open(false);
            if let Ok(Some(button)) = menu.query_selector("summary")
                && let Ok(button) = button.dyn_into::<web_sys::HtmlElement>()
            {
                drop(button.focus());
            }
        }
    };
    view! {
        <details class=format!("menu {place}") node_ref=menu on:keydown=escape>
            <summary class=class aria-label=label.clone() title=label>
                {face.run()}
            </summary>
            <div class="menu__list">{children()}</div>
        </details>
    }
    .into_any()
}

/// Closes the menu on a click outside it, and after one on a link in it, which may lead to a page with the same shell.
fn close_from_outside(menu: NodeRef<html::Details>) {
    let clicks = window_event_listener(ev::click, move |event| {
        let Some(menu) = menu.get_untracked().filter(|menu| menu.open()) else { return };
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let inside = target.as_ref().is_some_and(|target| menu.contains(Some(target)));
        let link = target.is_some_and(|target| matches!(target.closest("a"), Ok(Some(_))));
        if !inside || link {
            menu.set_open(false);
        }
    });
    on_cleanup(move || clicks.remove());
}

/// A place to go to.
#[component]
pub fn MenuLink(
    /// Where.
    #[prop(into)]
    href: String,
    /// The icon.
    glyph: Glyph,
    /// The words.
    #[prop(into)]
    label: String,
    /// How many wait there.
    #[prop(optional)]
    count: Option<u64>,
    /// `aria-current`, when it is this page.
    #[prop(optional, into)]
    current: Signal<Option<&'static str>>,
) -> impl IntoView {
    view! {
        <a class="menu__item" href=href aria-current=move || current.get()>
            <Icon glyph/>
            {label}
            {count.map(|count| view! { <span class="count">{super::format::count(count)}</span> })}
        </a>
    }
    .into_any()
}

/// Something to do: a form of one button.
#[component]
pub fn MenuPost(
    /// Where it is posted.
    #[prop(into)]
    action: String,
    /// The hidden fields.
    #[prop(optional)]
    fields: Vec<(&'static str, String)>,
    /// The icon.
    glyph: Glyph,
    /// The words.
    #[prop(into)]
    label: String,
    /// Cannot be taken back.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    let fields =
        fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let class = if danger { "menu__item menu__item--danger" } else { "menu__item" };
    view! {
        <form method="post" action=action>
            {fields}
            <button class=class type="submit">
                <Icon glyph/>
                {label}
            </button>
        </form>
    }
    .into_any()
}
