//! What the server tells the app about a request: who asks, in which workspace, with which theme.

use std::sync::Arc;

use domain::{
    error::FieldErrors,
    id::{TenantId, UserId},
};
use engine::{
    Engine,
    accounts::{Account, Actor, Belonging, sessions},
    db::Tx,
};
use leptos::prelude::*;

use crate::{
    components::Theme,
    error::{Answer, AppError},
    form::Kept,
};

/// Everything about the request in hand; the server provides it as context to pages and server functions.
#[derive(Clone)]
pub struct Request {
    /// The engine.
    pub engine: Engine,
    /// Who is signed in, if somebody is.
    pub signed_in: Option<SignedIn>,
    /// The network address of who asks.
    pub address: Option<String>,
    /// What the browser says it is.
    pub agent: String,
    /// The theme's cookie.
    pub theme: Theme,
    /// A form that was refused and is shown again.
    pub kept: Option<Kept>,
    /// The session, to sign in and out with.
    pub session: Option<tower_sessions::Session>,
    /// Whether this is a development build of the console, which has a styleguide.
    pub development: bool,
    /// The token that the first-start page must be given, when it is asked for from another machine.
    pub setup_token: Option<Arc<str>>,
}

/// The key under which a session holds who is signed in.
pub const SESSION_USER: &str = "user";
/// The key under which it holds the chosen workspace.
pub const SESSION_TENANT: &str = "tenant";

impl Request {
    /// Signs in: the session gets a new id, so that one planted before is worth nothing.
    pub async fn sign_in(&self, user: UserId, tenant: Option<TenantId>) -> Answer<()> {
        let session = self.session.as_ref().ok_or(AppError::Internal)?;
        session.cycle_id().await.map_err(session_failed)?;
        session.insert(SESSION_USER, user).await.map_err(session_failed)?;
        session.insert(sessions::SINCE, self.engine.clock.now()).await.map_err(session_failed)?;
        session.insert(sessions::ADDRESS, &self.address).await.map_err(session_failed)?;
        session.insert(sessions::AGENT, &self.agent).await.map_err(session_failed)?;
        session.remove_value(sessions::SEEN).await.map_err(session_failed)?;
        session.insert(SESSION_TENANT, tenant).await.map_err(session_failed)
    }

    /// The account of who is signed in, also of one who belongs to no workspace.
    pub async fn account(&self) -> Answer<Option<Account>> {
        if let Some(signed_in) = &self.signed_in {
            return Ok(Some(signed_in.account.clone()));
        }
        let session = self.session.as_ref().ok_or(AppError::Internal)?;
        match session.get::<UserId>(SESSION_USER).await.map_err(session_failed)? {
            Some(user) => Ok(engine::accounts::account(&self.engine, user).await?),
            None => Ok(None),
        }
    }

    /// Shows another workspace from the next page on.
    pub async fn show_workspace(&self, tenant: TenantId) -> Answer<()> {
        let session = self.session.as_ref().ok_or(AppError::Internal)?;
        session.insert(SESSION_TENANT, Some(tenant)).await.map_err(session_failed)
    }

    /// The hash under which this session is kept.
    pub fn session_hash(&self) -> Option<Vec<u8>> {
        let id = self.session.as_ref()?.id()?;
        Some(engine::secrets::sha256(&id.0.to_be_bytes()))
    }

    /// Refuses a set-up from another machine without the token from the log.
    pub fn check_setup_token(&self, given: &str) -> Answer<()> {
        match &self.setup_token {
            Some(token) if **token != *given.trim() => {
                let message = "Not the token that stands in the server's log.";
                Err(AppError::Invalid(FieldErrors::one("token", "wrong", message)))
            }
            _ => Ok(()),
        }
    }
}

fn session_failed(error: tower_sessions::session::Error) -> AppError {
    tracing::warn!(error = &error as &dyn std::error::Error, "session");
    AppError::Unavailable
}

/// Somebody signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Their account.
    pub account: Account,
    /// As they act in the present workspace.
    pub actor: Actor,
    /// That workspace.
    pub workspace: Belonging,
}

/// The theme, for the document.
#[derive(Clone, Copy, Default)]
pub struct ThemeChoice(pub Theme);

/// The request in hand.
pub fn request() -> Answer<Request> {
    use_context::<Request>().ok_or(AppError::Internal)
}

/// The engine.
pub fn engine() -> Answer<Engine> {
    Ok(request()?.engine)
}

/// Who acts, or that nobody is signed in.
pub fn actor() -> Answer<Actor> {
    request()?.signed_in.map(|signed_in| signed_in.actor).ok_or(AppError::SignedOut)
}

/// A transaction for who is signed in, in their workspace.
pub async fn begin() -> Answer<Tx> {
    let (engine, actor) = (engine()?, actor()?);
    Ok(engine.begin(&actor).await?)
}

/// The workspace of who is signed in.
pub fn tenant() -> Answer<TenantId> {
    Ok(actor()?.tenant)
}

/// Sends the browser to another page when the form has done its work.
pub fn go(path: &str) {
    leptos_axum::redirect(path);
}

/// Gives the page the status of an error.
pub fn set_status(status: u16) {
    if let (Some(response), Ok(status)) =
        (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(status))
    {
        response.set_status(status);
    }
}
