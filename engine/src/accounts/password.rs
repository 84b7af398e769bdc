//! Passwords: argon2id (19 MiB, 2 passes), at most two at a time, off the threads that serve requests.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// Each hash takes 19 MiB and some 30 ms of a core: more at once would let strangers fill the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// The hash of nobody's password: verified against when there is no such user, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keQ$zHhJ9KkQ4h4q9vTq0m9mYt2m0Z0q1h8T0o2bK0m1w6Y";

/// Hashes a password.
pub(crate) async fn hash(password: String) -> Result<String> {
    work(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|error| Error::internal("password hash", error.to_string()))
    })
    .await?
}

/// Whether this is the password of the hash. With no hash it takes as long and says no.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    work(move || {
        let known = hash.is_some();
        let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY));
        let parsed = parsed.map_err(|error| Error::internal("stored password hash", error.to_string()))?;
        let matches = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(known && matches)
    })
    .await?
}

async fn work<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.map_err(|error| Error::internal("password queue", error))?;
    tokio::task::spawn_blocking(job).await.map_err(|error| Error::internal("password worker", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_matches() {
        let hashed = hash("correct horse battery".into()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(verify("correct horse battery".into(), Some(hashed.clone())).await.unwrap());
        assert!(!verify("correct horse batterx".into(), Some(hashed)).await.unwrap());
        assert!(!verify("anything".into(), None).await.unwrap());
    }
}
