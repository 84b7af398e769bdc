//! The console: pages, components and server functions. It runs on the server (feature `ssr`), where it calls the
//! engine, and in the browser (feature `hydrate`), where it only wakes what the server drew.
//!
//! A page is one file under `pages/`, with the server functions it needs beside it; those are a few lines that call an
//! engine verb. Forms are sent by the browser itself until the script has arrived, and by it afterwards (`form`).

pub mod address;
pub mod ask;
pub mod components;
pub mod error;
pub mod form;
pub mod frame;
pub mod load;
#[cfg(feature = "ssr")]
pub mod once;
pub mod pages;
pub mod paging;
#[cfg(feature = "ssr")]
pub mod preview;
#[cfg(feature = "ssr")]
pub mod request;
pub mod reset;
pub mod session;
pub mod when;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use frame::{Bare, Framed};
use pages as p;

/// The document around the app.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let theme = use_context::<request::ThemeChoice>().unwrap_or_default().0.attribute();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="icon" href="/favicon.ico" sizes="32x32"/>
                <link rel="stylesheet" href="/pkg/carillon.css"/>
                <HydrationScripts options/>
                <leptos_meta::MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The app: every page with its path. All are drawn whole on the server (`SsrMode::Async`), so that they can be read
/// before, and without, the script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    session::provide();
    form::provide();
    mark_hydrated();
    let mode = SsrMode::Async;
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Carillon".into() } else { format!("{title} · Carillon") }/>
        <Router>
            <Routes fallback=|| view! { <Bare><p::not_found::NotFound/></Bare> }>
                <Route path=path!("/setup") view=p::setup::Setup ssr=mode.clone()/>
                <Route path=path!("/sign-in") view=p::sign_in::SignIn ssr=mode.clone()/>
                <Route path=path!("/forgot-password") view=p::forgot_password::ForgotPassword ssr=mode.clone()/>
                <Route path=path!("/new-password/:token") view=p::new_password::NewPassword ssr=mode.clone()/>
                <Route path=path!("/invitation/:token") view=p::invitation::Invitation ssr=mode.clone()/>
                <Route path=path!("/unsubscribe/:token") view=p::unsubscribe::Unsubscribe ssr=mode.clone()/>
                <Route path=path!("/p/:token") view=p::preferences::Preferences ssr=mode.clone()/>
                <ParentRoute path=path!("") view=Framed ssr=mode.clone()>
                    <Route path=path!("/") view=p::home::Home ssr=mode.clone()/>
                    <p::campaigns::CampaignRoutes/>
                    <p::audience::AudienceRoutes/>
                    <p::imports::ImportRoutes/>
                    <p::templates::TemplateRoutes/>
                    <p::settings::SettingsRoutes/>
                    <Route path=path!("/styleguide") view=Styleguide ssr=mode.clone()/>
                    <Route path=path!("/*any") view=p::not_found::NotFound ssr=mode.clone()/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Every component in all its states, for those who build the console: only in development.
#[component]
fn Styleguide() -> impl IntoView {
    if session::session().development {
        view! {
            <Title text="Style guide"/>
            <p::styleguide::Styleguide/>
        }
        .into_any()
    } else {
        view! { <p::not_found::NotFound/> }.into_any()
    }
}

/// Tells tests and scripts that the page is awake.
fn mark_hydrated() {
    Effect::new(|_| {
        if let Some(page) = document().document_element() {
            let _ = page.set_attribute("data-hydrated", "");
        }
    });
}
