//! The brute-force throttle (SPEC 1.2): failures are counted by e-mail and by network address, both kept hashed.
//! How long is refused after how many is `domain::throttle`'s to say.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    id::UserId,
    throttle::{
        FORGOTTEN_AFTER, FREE_KEYS_PER_ADDRESS, FREE_PER_ADDRESS, FREE_PER_EMAIL, FREE_RESETS_PER_ADDRESS,
        FREE_RESETS_PER_EMAIL, locked_for,
    },
};

use super::store;
use crate::{Engine, Error, Result, secrets::sha256};

/// Refuses while either is locked.
pub async fn check(engine: &Engine, email_key: &str, address: Option<&str>) -> Result<()> {
    refuse_locked(engine, &[email(email_key), network(address)]).await
}

async fn refuse_locked(engine: &Engine, keys: &[Vec<u8>]) -> Result<()> {
    let now = engine.clock.now();
    match store::locked_until(engine.db.global(), keys, now).await? {
        Some(until) => Err(Error::RateLimited { seconds: (until - now).num_seconds().max(1).unsigned_abs() }),
        None => Ok(()),
    }
}

/// Refuses who asked too often for a link to a new password, and counts the others: by the address that was typed,
/// whether there is such an account or not.
pub async fn ask_reset(engine: &Engine, email_key: &str, address: Option<&str>) -> Result<()> {
    let typed = sha256(format!("reset:{email_key}").as_bytes());
    let from = sha256(format!("reset from:{}", address.unwrap_or_default()).as_bytes());
    refuse_locked(engine, &[typed.clone(), from.clone()]).await?;
    count(engine, typed, FREE_RESETS_PER_EMAIL).await?;
    match address {
        Some(_) => count(engine, from, FREE_RESETS_PER_ADDRESS).await,
        None => Ok(()),
    }
}

/// Counts a wrong API key, and refuses in another way where there were too many. The right ones are never asked here: an
/// office shares an address, and nobody can guess a key.
pub async fn wrong_key(engine: &Engine, address: Option<&str>) -> Result<()> {
    let Some(address) = address else { return Ok(()) };
    let key = sha256(format!("api key from:{address}").as_bytes());
    refuse_locked(engine, std::slice::from_ref(&key)).await?;
    count(engine, key, FREE_KEYS_PER_ADDRESS).await
}

/// Refuses while too many wrong present passwords were given in a session of a user's. Counted apart from signing in:
/// who knows only the address cannot keep its owner from changing the password.
pub async fn check_present(engine: &Engine, user: UserId) -> Result<()> {
    refuse_locked(engine, &[present(user)]).await
}

/// Counts a wrong present password.
pub async fn wrong_present(engine: &Engine, user: UserId) -> Result<()> {
    count(engine, present(user), FREE_PER_EMAIL).await
}

/// Forgets the wrong ones once the right one was given.
pub async fn right_present(engine: &Engine, user: UserId) -> Result<()> {
    store::delete_throttle(engine.db.global(), &present(user)).await
}

/// Counts a failure for both.
pub async fn failed(engine: &Engine, email_key: &str, address: Option<&str>) -> Result<()> {
    count(engine, email(email_key), FREE_PER_EMAIL).await?;
    match address {
        Some(_) => count(engine, network(address), FREE_PER_ADDRESS).await,
        None => Ok(()),
    }
}

/// Forgets the failures of an e-mail address that has signed in. Those of the network address stay: one good account
/// must not give an attacker a clean slate.
pub async fn succeeded(engine: &Engine, email_key: &str) -> Result<()> {
    store::delete_throttle(engine.db.global(), &email(email_key)).await
}

/// Deletes what is long past.
pub async fn sweep(engine: &Engine, now: DateTime<Utc>) -> Result<()> {
    store::delete_old_throttles(engine.db.global(), now - long(FORGOTTEN_AFTER)).await
}

async fn count(engine: &Engine, key: Vec<u8>, free: u32) -> Result<()> {
    let now = engine.clock.now();
    let failures = store::count_failure(engine.db.global(), &key, now, now - long(FORGOTTEN_AFTER)).await?;
    match locked_for(failures.unsigned_abs(), free) {
        Some(wait) => store::lock(engine.db.global(), &key, now + long(wait)).await,
        None => Ok(()),
    }
}

fn email(key: &str) -> Vec<u8> {
    sha256(format!("email:{key}").as_bytes())
}

fn present(user: UserId) -> Vec<u8> {
    sha256(format!("present password:{user}").as_bytes())
}

fn network(address: Option<&str>) -> Vec<u8> {
    sha256(format!("address:{}", address.unwrap_or_default()).as_bytes())
}

fn long(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
