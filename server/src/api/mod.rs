//! The REST API (SPEC 13), for programs: JSON in and out, an API key with each request, problem+json when something is
//! wrong. Handlers only call the engine's verbs, one transaction a request. Every route stands in the table of its
//! resource's file; the router and the description of the API (`openapi`) are made of those tables.

mod api_keys;
mod audit;
mod blocks;
mod caller;
mod campaign_figures;
mod campaign_moves;
mod campaigns;
mod contact_fields;
mod contacts;
mod gate;
mod home;
mod imports;
mod in_doubt;
mod input;
mod invitations;
mod limits;
mod listing;
mod lists;
mod me;
mod messages;
pub mod openapi;
mod output;
mod pipeline;
mod proofs;
mod providers;
mod reports;
mod route;
mod sandbox;
mod senders;
mod strict;
mod suppressions;
mod templates;
mod uploaded;
mod users;
mod workspace;

use std::any::Any;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::get,
};
use engine::Engine;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

use crate::problem::Problem;
use caller::Caller;
pub use route::{Needs, Route};

/// Where the router is put.
pub const ROOT: &str = "/api/v1";

/// The largest body that is read, in bytes.
pub const BODY_MAX: usize = 2 * 1024 * 1024;

/// What handlers return.
type Answer<T> = Result<T, Problem>;

/// Every route there is.
pub fn routes() -> Vec<Route> {
    let tables = [
        me::routes(),
        home::routes(),
        providers::routes(),
        senders::routes(),
        sandbox::routes(),
        lists::routes(),
        contacts::routes(),
        contact_fields::routes(),
        pipeline::routes(),
        imports::routes(),
        proofs::routes(),
        suppressions::routes(),
        templates::routes(),
        blocks::routes(),
        campaigns::routes(),
        campaign_moves::routes(),
        campaign_figures::routes(),
        reports::routes(),
        messages::routes(),
        in_doubt::routes(),
        workspace::routes(),
        limits::routes(),
        api_keys::routes(),
        users::routes(),
        invitations::routes(),
        audit::routes(),
    ];
    tables.into_iter().flatten().collect()
}

/// The API, to be put at [`ROOT`].
pub fn router(engine: Engine) -> Router<Engine> {
    let add = |router: Router<Engine>, route: Route| router.route(route.path, route.handler);
    routes()
        .into_iter()
        .fold(Router::new(), add)
        .route_layer(middleware::from_fn_with_state(engine, gate::gate))
        // Behind the gate's layer, so in front of the gate: it is the same for everybody.
        .route("/openapi.json", get(openapi::show))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::custom(panicked))
        // Answers hold people's data, and once a key's secret.
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

async fn unknown_path() -> Problem {
    Problem::not_found()
}

async fn wrong_method() -> Problem {
    let detail = "This path does not have this method; the header Allow says which it has.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// A mistake of ours costs the caller this one request. The panic itself is in the log already.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem::internal().into_response()
}
