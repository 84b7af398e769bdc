//! Sessions: tower-sessions with a store of our own, because the ready-made one is for another version of sqlx, keeps
//! ids in the clear and cannot end all sessions of a user. Ids are hashed before they reach the database.

use std::sync::Arc;

use app::request::SESSION_USER;
use async_trait::async_trait;
use chrono::DateTime;
use domain::id::UserId;
use engine::{Engine, accounts::sessions, secrets::sha256};
use time::{Duration, OffsetDateTime};
use tower_sessions::{
    Expiry, Session, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store,
};

/// Signed out after so long without a visit.
const IDLE: Duration = Duration::days(14);

/// The layer that reads and writes the cookie. Over https it is `Secure` and bound to this host by its name.
pub(super) fn layer(engine: Engine, https: bool) -> SessionManagerLayer<Store> {
    SessionManagerLayer::new(Store(engine))
        .with_name(if https { "__Host-carillon" } else { "carillon" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

/// The session of this id as it is kept now, whatever was known of it before.
pub(super) fn anew(engine: &Engine, id: Id) -> Session {
    Session::new(Some(id), Arc::new(Store(engine.clone())), Some(Expiry::OnInactivity(IDLE)))
}

/// Sessions in the engine's database.
#[derive(Clone)]
pub(super) struct Store(Engine);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        loop {
            let (user, data) = parts(record)?;
            if sessions::create(&self.0, &hash(&record.id), user, &data, until(record)?).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        let (user, data) = parts(record)?;
        sessions::save(&self.0, &hash(&record.id), user, &data, until(record)?).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        let Some((data, expires)) = sessions::load(&self.0, &hash(id)).await.map_err(backend)? else { return Ok(None) };
        let data = serde_json::from_value(data).map_err(|e| session_store::Error::Decode(e.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires.timestamp());
        let expiry_date = expiry_date.map_err(|e| session_store::Error::Decode(e.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        sessions::delete(&self.0, &hash(id)).await.map_err(backend)
    }
}

fn hash(id: &Id) -> Vec<u8> {
    sha256(&id.0.to_be_bytes())
}

fn parts(record: &Record) -> session_store::Result<(Option<UserId>, serde_json::Value)> {
    let user = record.data.get(SESSION_USER).and_then(|user| serde_json::from_value(user.clone()).ok());
    let data = serde_json::to_value(&record.data).map_err(|e| session_store::Error::Encode(e.to_string()))?;
    Ok((user, data))
}

fn until(record: &Record) -> session_store::Result<DateTime<chrono::Utc>> {
    DateTime::from_timestamp(record.expiry_date.unix_timestamp(), 0)
        .ok_or_else(|| session_store::Error::Encode("expiry out of range".into()))
}

fn backend(error: engine::Error) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}
