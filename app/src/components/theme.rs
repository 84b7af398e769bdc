//! Light, dark, or as the system says. Without a script a form posts the choice; with it, the page changes at once and
//! nothing typed on it is lost.

use super::{
    icon::{Glyph, Icon},
    menu::Menu,
};
use leptos::{
    prelude::*,
    wasm_bindgen::JsValue,
    web_sys::{js_sys::Reflect, window},
};

/// The theme a person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name of the cookie and of the form field.
    pub const COOKIE: &str = "theme";

    /// From the cookie or the form; anything unknown is the system's.
    pub fn parse(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// In the cookie and the form.
    pub const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// `data-theme` of `<html>`; none follows the system.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            chosen => Some(chosen.word()),
        }
    }
}

/// The half-circle button with the three themes.
#[component]
pub fn ThemeSwitch(
    /// What is chosen now, from the cookie.
    theme: Theme,
    /// The path to come back to.
    #[prop(into)]
    next: Signal<String>,
    /// Says "Light or dark" beside the icon.
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let (chosen, choose) = signal(theme);
    let choices = [
        (Theme::Light, Glyph::Sun, "Light"),
        (Theme::Dark, Glyph::Moon, "Dark"),
        (Theme::System, Glyph::Screen, "As the system"),
    ]
    .map(|(theme, glyph, label)| {
        view! {
            <button
                class="menu__item"
                type="submit"
                name=Theme::COOKIE
                value=theme.word()
                aria-pressed=move || if chosen.get() == theme { "true" } else { "false" }
                on:click=move |event| {
                    if switch(theme).is_some() {
                        event.prevent_default();
                        choose.set(theme);
                    }
                }
            >
                <Icon glyph/>
                {label}
            </button>
        }
    });
    view! {
        <Menu
            label="Light or dark"
            class=if words { "btn btn--quiet btn--s" } else { "btn btn--icon" }
            place="menu--end"
            face=move || view! { <Icon glyph=Glyph::Theme small=words/> {words.then_some("Light or dark")} }
        >
            <form method="post" action="/theme">
                <input type="hidden" name="next" value=next/>
                {choices.collect_view()}
            </form>
        </Menu>
    }
    .into_any()
}

/// Changes the page and keeps the choice for a year. `None` where the browser refuses; then the form is posted.
fn switch(theme: Theme) -> Option<()> {
    let document = window()?.document()?;
    let page = document.document_element()?;
    match theme.attribute() {
        Some(word) => page.set_attribute("data-theme", word).ok()?,
        None => page.remove_attribute("data-theme").ok()?,
    }
    let cookie = format!("{}={}; Path=/; Max-Age=31536000; SameSite=Lax", Theme::COOKIE, theme.word());
    Reflect::set(&document, &JsValue::from_str("cookie"), &JsValue::from_str(&cookie)).ok()?;
    Some(())
}
