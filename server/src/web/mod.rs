//! The console over HTTP: sessions, the request's context for the app, pages, server functions, static files.

mod audience;
mod context;
mod download;
mod files;
mod forms;
mod guard;
mod imports;
mod links;
mod live;
mod plain;
mod reference;
mod results;
mod session;
mod track;

use std::{path::Path, sync::Arc};

use app::{App, shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderValue, header},
    middleware,
    routing::{any, get, post},
};
use engine::Engine;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list_with_exclusions};
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use crate::config::Config;

/// The largest form that is read: a template's HTML with room to spare, form-encoded.
const FORM_MAX: usize = 4 * 1024 * 1024;

/// What the console's handlers share.
#[derive(Clone)]
pub struct Web {
    /// The engine.
    pub engine: Engine,
    /// Leptos' own settings.
    pub leptos: LeptosOptions,
    /// Whether the styleguide is there.
    pub development: bool,
    /// What the first-start page asks those from other machines for.
    pub setup_token: Arc<str>,
}

impl FromRef<Web> for LeptosOptions {
    fn from_ref(web: &Web) -> Self {
        web.leptos.clone()
    }
}

/// The console's routes.
pub fn router(engine: Engine, config: &Config, setup_token: Arc<str>) -> Router {
    let leptos = LeptosOptions::builder().output_name("carillon").site_root(config.site.to_string_lossy()).build();
    let web = Web { engine: engine.clone(), leptos, development: config.development, setup_token };
    // Server functions are ours to answer (forms.rs), not Leptos' own.
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let routes = generate_route_list_with_exclusions(App, Some(functions));
    let options = web.leptos.clone();
    let pages = Router::new()
        .leptos_routes_with_context(&web, routes, context::provide, move || shell(options.clone()))
        .route("/_fn/{*name}", any(forms::server_function))
        .route("/campaigns/{id}/live", get(live::campaign))
        .route("/contacts/{id}/export", get(download::contact))
        .route("/imports", post(imports::upload))
        .route("/imports/{id}/rejected.csv", get(imports::rejected))
        .merge(audience::routes())
        .merge(results::routes())
        .route("/theme", post(plain::set_theme))
        .route("/workspace", post(plain::choose_workspace))
        .route("/previews/{id}", get(plain::preview))
        .route("/starters/{key}", get(plain::starter))
        .route("/sign-out", post(plain::sign_out))
        .route("/settings/audit/export", get(files::audit_log))
        .route("/settings/brand/logo", post(files::set_logo))
        .route("/sign-out-everywhere", post(plain::sign_out_everywhere))
        // The last one is the first to see a request.
        .layer(middleware::from_fn_with_state(web.clone(), context::load))
        .layer(session::layer(engine, config.is_https()))
        .layer(middleware::from_fn(guard::same_origin))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .route("/unsubscribe/{token}", post(links::unsubscribe))
        .route("/p/{token}", post(links::prefer))
        .route("/m/{token}", get(links::message))
        .route("/logo/{token}", get(files::logo))
        .route("/api/docs", get(reference::page))
        .merge(track::routes())
        .with_state(web);
    pages.merge(built(&config.site)).layer(middleware::from_fn(guard::headers))
}

/// What was built for the browser: named by content nowhere, so browsers ask each time and get "not modified".
fn built(site: &Path) -> Router {
    let revalidate =
        SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let folder = |name: &str| ServeDir::new(site.join(name)).precompressed_br().precompressed_gzip();
    let file = |name: &str| ServeFile::new(site.join(name));
    Router::new()
        .nest_service("/pkg", folder("pkg"))
        .nest_service("/fonts", folder("fonts"))
        .nest_service("/reference", folder("reference"))
        .route_service("/favicon.svg", file("favicon.svg"))
        .route_service("/favicon.ico", file("favicon.ico"))
        .route_service("/robots.txt", file("robots.txt"))
        .layer(revalidate)
}

/// A page that needs nothing: no engine, no database, no script.
fn bare_page(title: &str, text: &str, head: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">{head}\
         <title>{title} · Carillon</title><link rel=\"stylesheet\" href=\"/pkg/carillon.css\"></head><body>\
         <main class=\"auth\" id=\"main\"><div class=\"auth__box\"><div class=\"panel auth__panel stack stack--m\">\
         <h1>{title}</h1><p>{text}</p></div></div></main></body></html>"
    )
}
