//! Who calls: the API key in `Authorization: Bearer <key>`, and the workspace that it belongs to. Nothing else is
//! accepted, cookies least of all: so no page of another site can make a browser call the API for somebody.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{header, request::Parts},
};
use engine::{
    Engine,
    accounts::{Actor, keys},
    db::Tx,
};

use super::Answer;
use crate::problem::Problem;

/// A program that has shown its key.
#[derive(Clone)]
pub(super) struct Caller {
    /// The engine.
    pub(super) engine: Engine,
    /// The key, acting in its workspace.
    pub(super) actor: Actor,
}

impl Caller {
    /// Who shows the key that comes with a request.
    pub(super) async fn authenticate(parts: &Parts, engine: &Engine) -> Answer<Self> {
        let secret = bearer(parts).ok_or_else(Problem::no_key)?;
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        let actor = keys::authenticate(engine, secret, address).await?;
        Ok(Self { engine: engine.clone(), actor })
    }

    /// Begins a transaction in the key's workspace.
    pub(super) async fn begin(&self) -> engine::Result<Tx> {
        self.engine.begin(&self.actor).await
    }
}

impl FromRequestParts<Engine> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Engine) -> Result<Self, Problem> {
        // Everybody comes through the gate, which puts it there.
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::no_key)
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.trim().split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}
