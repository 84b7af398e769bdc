//! A new password for who forgot theirs (SPEC 1.2): a link by mail, good once, for an hour. Whoever asks is answered the
//! same, and as quickly, whether there is such an account or not.
//!
//! The mail goes out through the workspace that the user has belonged to for longest, and no other: an admin of any later
//! one could have added them only to read their mail.

use chrono::TimeDelta;
use domain::{email::Email, error::FieldErrors, id::UserId};
use uuid::Uuid;

use super::{
    Account,
    letters::{self, Letter, Text},
    links, password, sign_in, store, throttle,
};
use crate::{Engine, Error, Result, live};

const PURPOSE: &str = "password-reset";
/// How long a link is good.
const GOOD_FOR: TimeDelta = TimeDelta::hours(1);

/// Somebody who asked for a link.
pub struct Asked {
    email: Email,
    address: Option<String>,
}

/// Takes in that somebody asks, unless it was asked too often. What comes of it is [`answer`]'s.
pub async fn ask(engine: &Engine, email: &str, address: Option<String>) -> Result<Asked> {
    let mut errors = FieldErrors::default();
    let email = errors.take("email", Email::parse(email));
    let email = errors.finish(email)?;
    throttle::ask_reset(engine, &email.key(), address.as_deref()).await?;
    Ok(Asked { email, address })
}

/// Sends the link where there is an account and a way to send it. Says whether a provider took it: that is for the log
/// and for tests, and must not be told to who asked.
pub async fn answer(engine: &Engine, asked: Asked) -> Result<bool> {
    let Some(user) = store::user_by_email(engine.db.global(), &asked.email.key()).await? else { return Ok(false) };
    let Some(account) = sign_in::account(engine, user.id).await? else { return Ok(false) };
    match letter(engine, &account, asked.address).await? {
        Some(letter) => Ok(letter.send().await == domain::invitation::Delivery::Sent),
        None => {
            tracing::warn!(user = %account.id, "no sender for a link to a new password: carillon user reset-link makes one");
            Ok(false)
        }
    }
}

/// The same in a task of its own, so that nobody can tell by the time it takes.
pub fn answer_later(engine: &Engine, asked: Asked) {
    let engine = engine.clone();
    tokio::spawn(async move {
        if let Err(error) = answer(&engine, asked).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a link to a new password");
        }
    });
}

async fn letter(engine: &Engine, account: &Account, address: Option<String>) -> Result<Option<Letter>> {
    let Some(oldest) = account.belongs.iter().min_by_key(|belonging| belonging.since) else { return Ok(None) };
    let Some((actor, _)) = sign_in::actor_of(account, Some(oldest.tenant), address.clone()) else { return Ok(None) };
    let mut tx = engine.begin(&actor).await?;
    let (token, hash) = links::make(&engine.keys, PURPOSE, account.id.0.as_bytes());
    let url = url(engine, &token);
    let text = Text {
        to: &account.email,
        subject: "A new password for Carillon".into(),
        before: vec![
            format!("Somebody, probably you, asked for a new password for {} on Carillon.", account.email),
            "Follow the link to choose one. You are then signed out everywhere.".into(),
        ],
        link: Some(("Choose a new password", &url)),
        after: vec![
            "The link works once, for an hour. If it was not you, do nothing: your password stays as it is.".into(),
        ],
    };
    let Some(letter) = letters::write(engine, &mut tx, &text).await? else { return Ok(None) };
    let expires = tx.now + GOOD_FOR;
    store::put_reset(tx.conn(), account.id, &hash, expires).await?;
    tx.commit().await?;
    sign_in::note(engine, account, "user.password_reset_asked", address).await?;
    Ok(Some(letter))
}

/// A link for a user, for the operator to hand over where no mail can be sent.
pub async fn link(engine: &Engine, email: &str) -> Result<String> {
    let email = Email::parse(email).map_err(|refused| Error::field("email", refused.code, refused.message))?;
    let user = store::user_by_email(engine.db.global(), &email.key()).await?.ok_or(Error::NotFound)?;
    let (token, hash) = links::make(&engine.keys, PURPOSE, user.id.0.as_bytes());
    store::put_reset(engine.db.global(), user.id, &hash, engine.clock.now() + GOOD_FOR).await?;
    let account = sign_in::account(engine, user.id).await?.ok_or(Error::NotFound)?;
    sign_in::note_as_operator(engine, &account, "user.reset_link_made").await?;
    Ok(url(engine, &token))
}

/// The address of the account that a link is for. Used, replaced, lapsed and made-up ones are all not found.
pub async fn find(engine: &Engine, token: &str) -> Result<String> {
    let (user, hash) = opened(engine, token)?;
    store::reset_of(engine.db.global(), user, &hash, engine.clock.now()).await?.ok_or(Error::NotFound)
}

/// Sets a new password with a link, which uses it up, and ends all sessions of the user.
pub async fn set_password(engine: &Engine, token: &str, new: &str, address: Option<String>) -> Result<()> {
    let mut errors = FieldErrors::default();
    let new = errors.take("new_password", domain::account::check_password(new));
    let new = errors.finish(new)?;
    let (user, secret) = opened(engine, token)?;
    // Asked before the work of hashing, which a made-up link is not worth.
    find(engine, token).await?;
    let (hash, now) = (password::hash(new).await?, engine.clock.now());
    let mut tx = engine.db.global().begin().await?;
    if !store::take_reset(&mut *tx, user, &secret, now).await? {
        return Err(Error::NotFound);
    }
    store::set_password(&mut *tx, user, &hash, now).await?;
    store::delete_sessions_of(&mut *tx, user).await?;
    live::access_changed(&mut *tx, user).await?;
    tx.commit().await?;
    let account = sign_in::account(engine, user).await?.ok_or(Error::NotFound)?;
    if let Ok(email) = Email::parse(&account.email) {
        throttle::succeeded(engine, &email.key()).await?;
    }
    sign_in::note(engine, &account, "user.password_reset", address).await
}

fn opened(engine: &Engine, token: &str) -> Result<(UserId, Vec<u8>)> {
    let (about, hash) = links::open(&engine.keys, PURPOSE, token).ok_or(Error::NotFound)?;
    Ok((UserId(Uuid::from_slice(&about).or(Err(Error::NotFound))?), hash))
}

fn url(engine: &Engine, token: &str) -> String {
    format!("{}/new-password/{token}", engine.public_url)
}

/// Deletes links that have lapsed.
pub async fn sweep(engine: &Engine, now: chrono::DateTime<chrono::Utc>) -> Result<()> {
    store::delete_old_resets(engine.db.global(), now).await
}
