//! Signing in (SPEC 1.2) and what a signed-in user is: an account with the workspaces it belongs to.

use chrono::{DateTime, Utc};
use domain::{
    access::Role,
    email::Email,
    error::FieldErrors,
    id::{TenantId, UserId},
};

use super::{Actor, Who, audit, password, store, throttle};
use crate::{Engine, Error, Result};

/// A user as far as every page needs.
#[derive(Clone, Debug)]
pub struct Account {
    /// Their id.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The workspaces they belong to, by name.
    pub belongs: Vec<Belonging>,
}

/// A membership as seen from the user.
#[derive(Clone, Debug)]
pub struct Belonging {
    /// The workspace.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// Its time zone.
    pub time_zone: String,
    /// What the user is there.
    pub roles: Vec<Role>,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Signs in by e-mail and password. Wrong ones are told apart from nothing: the answer and its time are the same
/// whether the address is known or not. After too many failures it is refused for a while.
pub async fn sign_in(engine: &Engine, email: &str, password: &str, address: Option<String>) -> Result<Account> {
    let mut errors = FieldErrors::default();
    if email.trim().is_empty() {
        errors.add("email", "required", "Needed.");
    }
    if password.is_empty() {
        errors.add("password", "required", "Needed.");
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let key = Email::parse(email).map(|email| email.key()).unwrap_or_default();
    throttle::check(engine, &key, address.as_deref()).await?;
    let user = store::user_by_email(engine.db.global(), &key).await?;
    let hash = user.as_ref().map(|user| user.password_hash.clone());
    let bounded = password.chars().take(domain::account::PASSWORD_MAX).collect();
    let good = password::verify(bounded, hash).await?;
    match user.filter(|_| good) {
        Some(user) => {
            throttle::succeeded(engine, &key).await?;
            let account = account(engine, user.id).await?.ok_or(Error::Unauthenticated)?;
            note(engine, &account, "user.signed_in", address).await?;
            Ok(account)
        }
        None => {
            throttle::failed(engine, &key, address.as_deref()).await?;
            Err(Error::field("password", "wrong", "E-mail and password do not match."))
        }
    }
}

/// The account of a user, if it still exists.
pub async fn account(engine: &Engine, id: UserId) -> Result<Option<Account>> {
    let Some(user) = store::user(engine.db.global(), id).await? else { return Ok(None) };
    let belongs = store::memberships(engine.db.global(), id).await?;
    Ok(Some(Account { id, name: user.name, email: user.email, belongs }))
}

/// The user acting in one of their workspaces: the named one, else the first.
pub fn actor_of(account: &Account, tenant: Option<TenantId>, address: Option<String>) -> Option<(Actor, Belonging)> {
    let chosen = account.belongs.iter().find(|b| Some(b.tenant) == tenant).or(account.belongs.first())?.clone();
    let who = Who::User { id: account.id, name: account.name.clone(), roles: chosen.roles.clone() };
    Some((Actor { tenant: chosen.tenant, who, address }, chosen))
}

/// Gives a user a new password and ends all their sessions. Whoever found a session open cannot guess the present one:
/// after too many wrong ones it is refused for a while.
pub async fn change_password(engine: &Engine, id: UserId, current: &str, new: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    let new = errors.take("new_password", domain::account::check_password(new));
    let new = errors.finish(new)?;
    throttle::check_present(engine, id).await?;
    let user = store::user(engine.db.global(), id).await?.ok_or(Error::NotFound)?;
    let bounded = current.chars().take(domain::account::PASSWORD_MAX).collect();
    if !password::verify(bounded, Some(user.password_hash)).await? {
        throttle::wrong_present(engine, id).await?;
        return Err(Error::field("current_password", "wrong", "This is not your present password."));
    }
    throttle::right_present(engine, id).await?;
    let hash = password::hash(new).await?;
    store::set_password(engine.db.global(), id, &hash, engine.clock.now()).await?;
    super::sessions::delete_all_of(engine, id).await?;
    let account = account(engine, id).await?.ok_or(Error::NotFound)?;
    note(engine, &account, "user.password_changed", None).await
}

/// Writes an audit entry in each workspace that the user belongs to.
pub(super) async fn note(engine: &Engine, account: &Account, action: &str, address: Option<String>) -> Result<()> {
    for belonging in &account.belongs {
        let Some((actor, _)) = actor_of(account, Some(belonging.tenant), address.clone()) else { continue };
        note_as(engine, actor, account, action).await?;
    }
    Ok(())
}

/// The same for what the operator did to a user.
pub(super) async fn note_as_operator(engine: &Engine, account: &Account, action: &str) -> Result<()> {
    for belonging in &account.belongs {
        note_as(engine, Actor::command_line(belonging.tenant), account, action).await?;
    }
    Ok(())
}

async fn note_as(engine: &Engine, actor: Actor, account: &Account, action: &str) -> Result<()> {
    let mut tx = engine.begin(&actor).await?;
    let (id, detail) = (account.id.to_string(), serde_json::json!({}));
    audit::record(&mut tx, audit::Act { action, kind: "user", id, name: &account.email, detail }).await?;
    tx.commit().await
}
