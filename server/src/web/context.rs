//! Finds out about a request before its page is drawn: who is signed in, in which workspace, with which theme, and
//! whether a form comes back. Those who are not signed in are sent to sign in; a new installation to its set-up.

use std::net::{IpAddr, SocketAddr};

use app::{
    components::Theme,
    error::AppError,
    form::Kept,
    request::{Request, SESSION_TENANT, SESSION_USER, SignedIn, ThemeChoice},
};
use axum::{
    Json,
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use chrono::{DateTime, Utc};
use domain::id::{TenantId, UserId};
use engine::accounts::{self, sessions};
use leptos::{nonce::Nonce, prelude::*};
use tower_sessions::Session;
use uuid::Uuid;

use super::{Web, bare_page, forms};

/// Loads the context and hands it on with the request; answers at once where there is nothing to draw.
pub(super) async fn load(State(web): State<Web>, http: HttpRequest, next: Next) -> Response {
    let (mut parts, body) = http.into_parts();
    let known = match read(&web, &parts).await {
        Ok(known) => known,
        Err(error) => return refused(&parts, &AppError::from(error)),
    };
    note_seen(&known).await;
    if is_page(&parts)
        && let Some(elsewhere) = elsewhere(&web, &known, &parts.uri).await
    {
        return elsewhere;
    }
    parts.extensions.insert(known);
    next.run(HttpRequest::from_parts(parts, body)).await
}

/// Whether a page is asked for, which can lead elsewhere first; a frame, a stream or a function cannot.
fn is_page(http: &Parts) -> bool {
    let path = http.uri.path();
    let is_other = ["/_fn/", "/previews/"].iter().any(|own| path.starts_with(own))
        || ["/live", ".csv", ".json", ".xlsx"].iter().any(|end| path.ends_with(end));
    http.method == Method::GET && !is_other
}

/// Provides the context to a page or server function that is about to run.
pub(super) fn provide() {
    let parts = use_context::<Parts>();
    if let Some(request) = parts.and_then(|parts| parts.extensions.get::<Request>().cloned()) {
        provide_context(ThemeChoice(request.theme));
        provide_context(request);
    }
    if let (Some(nonce), Some(response)) = (use_context::<Nonce>(), use_context::<leptos_axum::ResponseOptions>()) {
        let policy = format!(
            "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
             img-src 'self' data: https:; frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Notes, every few minutes, that who is signed in is here, and from where; so their session goes on, too.
async fn note_seen(known: &Request) {
    let (Some(session), Some(signed_in)) = (&known.session, &known.signed_in) else { return };
    let now = known.engine.clock.now();
    let seen: Option<DateTime<Utc>> = session.get(sessions::SEEN).await.ok().flatten();
    if seen.is_some_and(|seen| now - seen < sessions::SEEN_EVERY) {
        return;
    }
    let noted = async {
        session.insert(sessions::SEEN, now).await.map_err(away)?;
        session.insert(sessions::ADDRESS, &known.address).await.map_err(away)?;
        sessions::note_seen(&known.engine, &signed_in.actor).await
    };
    // It is for information only: the page goes on.
    if let Err(error) = noted.await {
        tracing::warn!(error = &error as &dyn std::error::Error, "nobody noted who is here");
    }
}

fn away(error: tower_sessions::session::Error) -> engine::Error {
    engine::Error::Unavailable(sqlx::Error::Io(std::io::Error::other(error)))
}

/// The form that a query's `flash` names, if it belongs to this page.
async fn kept(web: &Web, uri: &Uri) -> Result<Option<Kept>, engine::Error> {
    let query = uri.query().unwrap_or_default();
    let id = query.split('&').find_map(|pair| pair.strip_prefix("flash=")).and_then(|id| Uuid::parse_str(id).ok());
    let Some(id) = id else { return Ok(None) };
    let found = accounts::flash::find(&web.engine, id).await?;
    let kept: Option<Kept> = found.and_then(|kept| serde_json::from_value(kept).ok());
    Ok(kept.filter(|kept| kept.page == uri.path()))
}

async fn read(web: &Web, http: &Parts) -> Result<Request, engine::Error> {
    let session = http.extensions.get::<Session>().cloned();
    let address = address(http);
    let signed_in = match &session {
        Some(session) => signed_in(web, session, address.map(|ip| ip.to_string())).await?,
        None => None,
    };
    let local = address.is_none_or(|ip| ip.is_loopback());
    Ok(Request {
        engine: web.engine.clone(),
        signed_in,
        address: address.map(|ip| ip.to_string()),
        agent: agent(&http.headers),
        theme: theme(&http.headers),
        kept: kept(web, &http.uri).await?,
        session,
        development: web.development,
        setup_token: (!local).then(|| web.setup_token.clone()),
    })
}

/// Who is signed in by this session at this moment, and in which workspace.
pub(super) async fn signed_in(
    web: &Web,
    session: &Session,
    address: Option<String>,
) -> Result<Option<SignedIn>, engine::Error> {
    let Some(user) = session.get::<UserId>(SESSION_USER).await.map_err(away)? else { return Ok(None) };
    let tenant = session.get::<Option<TenantId>>(SESSION_TENANT).await.map_err(away)?.flatten();
    let Some(account) = accounts::account(&web.engine, user).await? else { return Ok(None) };
    let acting = accounts::actor_of(&account, tenant, address);
    Ok(acting.map(|(actor, workspace)| SignedIn { account, actor, workspace }))
}

/// Nothing is known about the request: said to the script in its language, to everybody else as a page.
fn refused(http: &Parts, error: &AppError) -> Response {
    if http.uri.path().starts_with("/_fn/") && !forms::accepts_html(&http.headers) {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        return (status, Json(error)).into_response();
    }
    trouble(error)
}

/// Where a page's reader must go first, if anywhere.
async fn elsewhere(web: &Web, known: &Request, uri: &Uri) -> Option<Response> {
    let path = uri.path();
    // For everybody, signed in or not.
    const OPEN: [&str; 5] = ["/unsubscribe/", "/p/", "/invitation/", "/new-password/", "/forgot-password"];
    if OPEN.iter().any(|own| path.starts_with(own)) {
        return None;
    }
    if known.signed_in.is_some() {
        return matches!(path, "/setup" | "/sign-in").then(|| Redirect::to("/").into_response());
    }
    let set_up = match accounts::is_set_up(&web.engine).await {
        Ok(set_up) => set_up,
        Err(error) => return Some(trouble(&AppError::from(error))),
    };
    match (set_up, path) {
        (false, "/setup") | (true, "/sign-in") => None,
        (false, _) => Some(Redirect::to("/setup").into_response()),
        (true, "/" | "/setup") => Some(Redirect::to("/sign-in").into_response()),
        (true, _) => {
            let here = uri.path_and_query().map_or(path, |full| full.as_str());
            Some(Redirect::to(&format!("/sign-in?next={}", encode(here))).into_response())
        }
    }
}

/// A page for when there can be no page: the database is away. It comes back by itself.
pub(super) fn trouble(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let again = "<meta http-equiv=\"refresh\" content=\"5\">";
    let page = bare_page("Not available right now", &error.to_string(), again);
    (status, [(header::RETRY_AFTER, "5")], Html(page)).into_response()
}

/// The theme that a browser's user has chosen.
pub(super) fn theme(headers: &HeaderMap) -> Theme {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == Theme::COOKIE).map_or(Theme::System, |(_, word)| Theme::parse(word))
}

/// What the browser says it is, as far as anybody would read it.
fn agent(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    agent.chars().take(300).collect()
}

/// The address that the connection comes from. A proxy's own, where one stands before us: its word for whom it speaks
/// is not taken, because anybody can send that header.
pub(super) fn address(http: &Parts) -> Option<IpAddr> {
    http.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// Percent-encodes a path for a query.
fn encode(path: &str) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_.~/".contains(b);
    path.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
