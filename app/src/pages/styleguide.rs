//! `/styleguide`: every component in all its states. Shown in development only; the measure for new pages.

mod data;
mod forms;
mod words;

use crate::components::*;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Styleguide() -> impl IntoView {
    view! {
        <PageHead title="Style guide">"Every component, in all its states. Shown in development only."</PageHead>
        <div class="stack">
            {colours()}
            {type_sizes()}
            {icons()}
            {forms::buttons()}
            {forms::fields()}
            {forms::cards()}
            {words::badges()}
            {words::links()}
            {words::notices()}
            {words::questions()}
            {data::bars()}
            {data::figures()}
            {data::table()}
            {data::lists()}
            {data::previews()}
        </div>
    }
    .into_any()
}

/// A section with a line about it and one panel.
fn show(id: &'static str, title: &'static str, about: &'static str, inner: impl IntoView + 'static) -> AnyView {
    let inner = inner.into_any();
    view! {
        <Section title id aside=move || view! { <span class="small dim">{about}</span> }>
            <Panel>{inner}</Panel>
        </Section>
    }
    .into_any()
}

fn colours() -> AnyView {
    const ROLES: &[&str] = &[
        "canvas",
        "surface",
        "raised",
        "sunken",
        "hover",
        "track",
        "line",
        "line-control",
        "text",
        "text-2",
        "text-3",
        "accent-fill",
        "accent-text",
        "accent-soft",
        "success-fill",
        "success-text",
        "success-soft",
        "warning-fill",
        "warning-text",
        "warning-soft",
        "danger-fill",
        "danger-text",
        "danger-soft",
        "info-fill",
        "info-text",
        "info-soft",
        "messaging-fill",
        "messaging-text",
        "messaging-soft",
    ];
    let swatches = ROLES
        .iter()
        .map(|role| {
            view! {
                <li>
                    <i class=format!("swatch--{role}")></i>
                    <code>{format!("--{role}")}</code>
                </li>
            }
        })
        .collect_view();
    let about = "Roles, not hues; the same names in both themes";
    show("colour", "Colour", about, view! { <ul class="swatches">{swatches}</ul> })
}

fn type_sizes() -> AnyView {
    let about = "Inter, 14/20 is the working size, numerals of one width";
    let sizes = view! {
        <div class="stack stack--s">
            <p class="figure__value">"48,210 " <span class="small dim">"figure 28/32"</span></p>
            <p class="type--h1">"Page title " <span class="small dim">"h1 24/32"</span></p>
            <p class="type--h2">"Section title " <span class="small dim">"h2 17/24"</span></p>
            <p class="type--h3">"Title of a card " <span class="small dim">"h3 15/20"</span></p>
            <p>"Body and tables, 3,950 people at 09:00 Europe/Rome " <span class="small dim">"14/20"</span></p>
            <p class="small muted">"Secondary line " <span class="dim">"13/20"</span></p>
            <p class="xs dim">"Labels of columns and badges, 12/16"</p>
            <p>"Ελληνικά, русский, Tiếng Việt, čeština " <a href="#type" rel="external">"a link"</a> " " <kbd>"Ctrl K"</kbd></p>
        </div>
    };
    show("type", "Type", about, sizes)
}

fn icons() -> AnyView {
    let icons = Glyph::ALL.iter().map(|(name, glyph)| view! { <li><Icon glyph=*glyph/> {*name}</li> }).collect_view();
    show("icons", "Icon", "Beside a word, or with a label", view! { <ul class="glyphs">{icons}</ul> })
}
