//! Buttons. Each names its effect; one primary button a screen.

use super::icon::{Glyph, Icon};
use leptos::prelude::*;

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// The one thing this screen is for.
    Primary,
    /// The rest.
    #[default]
    Default,
    /// Rarely wanted, or one of many.
    Quiet,
    /// Cannot be taken back.
    Danger,
}

/// How big a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// In rows and heads of panels.
    Small,
    /// 36 px, 44 px on touch.
    #[default]
    Medium,
    /// The end of a form.
    Large,
    /// Large, and as wide as its form.
    Block,
}

pub(super) fn class(look: Look, size: Size) -> String {
    let look = match look {
        Look::Primary => "btn--primary",
        Look::Default => "btn--default",
        Look::Quiet => "btn--quiet",
        Look::Danger => "btn--danger",
    };
    let size = match size {
        Size::Small => " btn--s",
        Size::Medium => "",
        Size::Large => " btn--l",
        Size::Block => " btn--l btn--block",
    };
    format!("btn {look}{size}")
}

pub(super) fn icon(glyph: Option<Glyph>, size: Size) -> AnyView {
    glyph.map(|glyph| view! { <Icon glyph small=matches!(size, Size::Small | Size::Medium)/> }).into_any()
}

/// A `<button>`; submits its form unless `kind="button"`. Add `on:click` like to an element.
#[component]
pub fn Button(
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// `submit` or `button`.
    #[prop(default = "submit")]
    kind: &'static str,
    /// The form field it sends, when a form has several buttons.
    #[prop(optional)]
    name: Option<&'static str>,
    /// The value of that field.
    #[prop(optional, into)]
    value: Option<String>,
    /// The form it belongs to, when it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// At work: shows a spinner and takes no second click.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Not possible now; the reason belongs in words beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let class = class(look, size);
    view! {
        <button
            class=class
            class:is-busy=busy
            type=kind
            name=name
            value=value
            form=form
            aria-busy=move || busy.get().then_some("true")
            disabled=move || disabled.get() || busy.get()
        >
            {move || icon(if busy.get() { Some(Glyph::Spinner) } else { glyph }, size)}
            {children()}
        </button>
    }
    .into_any()
}

/// A link that looks like a button; for going somewhere, never for changing anything.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How loud.
    #[prop(optional)]
    look: Look,
    /// How big.
    #[prop(optional)]
    size: Size,
    /// An icon before the words.
    #[prop(optional)]
    glyph: Option<Glyph>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(look, size) href=href>
            {icon(glyph, size)}
            {children()}
        </a>
    }
    .into_any()
}

/// A button that is only an icon; its label is read aloud and shown as a tip.
#[component]
pub fn IconButton(
    /// The icon.
    glyph: Glyph,
    /// What it does, and to what: "More for October newsletter".
    #[prop(into)]
    label: String,
    /// `submit` or `button`.
    #[prop(default = "button")]
    kind: &'static str,
) -> impl IntoView {
    view! {
        <button class="btn btn--icon" type=kind aria-label=label.clone() title=label>
            <Icon glyph/>
        </button>
    }
    .into_any()
}
