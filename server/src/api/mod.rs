//! The REST API (SPEC 13), for programs: JSON in and out, an API key with each request, problem+json when something is
//! wrong. Handlers only call the engine's verbs, one transaction a request. Every route stands in the table of its
//! resource's file, and the router is made of those tables, so that tests can ask what there is.

mod api_keys;
mod audit;
mod blocks;
mod caller;
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
mod lists;
mod me;
mod output;
mod pipeline;
mod proofs;
mod providers;
mod reports;
mod sandbox;
mod senders;
mod suppressions;
mod templates;
mod users;
mod workspace;

use std::any::Any;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{HeaderValue, Method, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use engine::Engine;
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer};

use crate::problem::Problem;
use caller::Caller;

/// Where the router is put.
pub const ROOT: &str = "/api/v1";

/// The largest body that is read, in bytes.
pub const BODY_MAX: usize = 2 * 1024 * 1024;

/// What handlers return.
type Answer<T> = Result<T, Problem>;

/// One thing that a program can ask for.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path below [`ROOT`], with its places in braces.
    pub path: &'static str,
    handler: MethodRouter<Engine>,
}

impl Route {
    fn get<T: 'static>(path: &'static str, handler: impl Handler<T, Engine>) -> Self {
        Self { method: Method::GET, path, handler: on(MethodFilter::GET, handler) }
    }

    fn post<T: 'static>(path: &'static str, handler: impl Handler<T, Engine>) -> Self {
        Self { method: Method::POST, path, handler: on(MethodFilter::POST, handler) }
    }

    fn put<T: 'static>(path: &'static str, handler: impl Handler<T, Engine>) -> Self {
        Self { method: Method::PUT, path, handler: on(MethodFilter::PUT, handler) }
    }

    fn patch<T: 'static>(path: &'static str, handler: impl Handler<T, Engine>) -> Self {
        Self { method: Method::PATCH, path, handler: on(MethodFilter::PATCH, handler) }
    }

    fn delete<T: 'static>(path: &'static str, handler: impl Handler<T, Engine>) -> Self {
        Self { method: Method::DELETE, path, handler: on(MethodFilter::DELETE, handler) }
    }

    /// With larger bodies than others.
    fn with_body_of(self, bytes: usize) -> Self {
        Self { handler: self.handler.layer(DefaultBodyLimit::max(bytes)), ..self }
    }
}

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
        reports::routes(),
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
