//! Requests with an `Idempotency-Key` (DESIGN 8): sent twice, they are done once and answered alike. The note that a
//! request is being worked on is committed before anything is done; so one that was cut off is never done again, and who
//! repeats it is told that nobody can know.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::KeyId;
use serde_json::Value;

use super::{Actor, store};
use crate::{Engine, Error, Result};

/// How long an answer is kept.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Nothing takes so long: what has no answer by then was cut off.
const CUT_OFF: TimeDelta = TimeDelta::minutes(5);
/// The longest key.
pub const KEY_MAX: usize = 255;

/// A request with its key.
pub struct Request<'a> {
    /// Who sends it.
    pub actor: &'a Actor,
    /// What the program calls it.
    pub key: &'a str,
    /// A hash of all that it asks for.
    pub hash: &'a [u8],
}

/// What is to be done with a request.
#[derive(Clone, PartialEq, Debug)]
pub enum Known {
    /// It is the first: do it, and then [`finish`] or [`forget`].
    First,
    /// It was answered: the same again.
    Answered(Value),
}

impl Request<'_> {
    fn api_key(&self) -> Result<KeyId> {
        self.actor.key().ok_or(Error::Unauthenticated)
    }

    /// Where its answer belongs: it opens nowhere else.
    fn place(&self, api_key: KeyId) -> String {
        format!("idempotency/{}/{api_key}/{}", self.actor.tenant, self.key)
    }
}

/// Begins a request, or finds out what became of it.
pub async fn begin(engine: &Engine, request: &Request<'_>) -> Result<Known> {
    let is_good = (1..=KEY_MAX).contains(&request.key.len()) && request.key.bytes().all(|b| b.is_ascii_graphic());
    if !is_good {
        let message = format!("1 to {KEY_MAX} letters, digits or signs, without spaces. A UUID is good.");
        return Err(Error::field("Idempotency-Key", "invalid", message));
    }
    let api_key = request.api_key()?;
    let mut tx = engine.begin(request.actor).await?;
    let (owner, times) = ((tx.tenant(), api_key), (tx.now, tx.now - KEPT));
    if store::begin_request(tx.conn(), owner, request.key, request.hash, times).await? {
        tx.commit().await?;
        return Ok(Known::First);
    }
    let known = store::known_request(tx.conn(), api_key, request.key).await?;
    // Gone in the meantime: it did nothing and may be sent again.
    let known = known.ok_or(Error::RateLimited { seconds: 1 })?;
    if known.request_hash != request.hash {
        let message = "This key came with another request before. A new request needs a new key.";
        return Err(Error::field("Idempotency-Key", "reused", message));
    }
    match known.answer {
        Some(sealed) => {
            let answer = engine.keys.open(&request.place(api_key), &sealed)?;
            let answer = serde_json::from_str(&answer).map_err(|error| Error::internal("a kept answer", error))?;
            Ok(Known::Answered(answer))
        }
        None if tx.now - known.created_at < CUT_OFF => Err(Error::conflict(
            "in_progress",
            "The first request with this key is still being worked on. Ask again soon.",
        )),
        None => {
            let message = "The first request with this key was cut off, and may have been carried out or not. Look \
                           whether it was; if not, send it with a new key.";
            Err(Error::conflict("outcome_unknown", message))
        }
    }
}

/// Keeps the answer, sealed: it may hold a secret.
pub async fn finish(engine: &Engine, request: &Request<'_>, answer: &Value) -> Result<()> {
    let api_key = request.api_key()?;
    let sealed = engine.keys.seal(&request.place(api_key), &answer.to_string());
    let mut tx = engine.begin(request.actor).await?;
    store::finish_request(tx.conn(), api_key, request.key, &sealed).await?;
    tx.commit().await
}

/// Forgets a request that did nothing, so that it can be sent again with the same key.
pub async fn forget(engine: &Engine, request: &Request<'_>) -> Result<()> {
    let api_key = request.api_key()?;
    let mut tx = engine.begin(request.actor).await?;
    store::forget_request(tx.conn(), api_key, request.key).await?;
    tx.commit().await
}

/// Forgets what is older than a day.
pub async fn sweep(engine: &Engine, now: DateTime<Utc>) -> Result<()> {
    store::delete_old_requests(engine.db.owner(), now - KEPT).await
}
