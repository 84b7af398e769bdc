//! The workspace's own settings and its brand (SPEC 1.1), for its admins.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use domain::{
    access::Verb,
    account::{NewSettings, Settings},
    brand::{Brand, LogoType},
    doubt::Span,
    id::{LogoId, TenantId},
};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Actor, Who, audit, store};
use crate::{
    Engine, Error, Result,
    db::{Tx, new_id},
};

/// The workspace with its settings.
pub async fn get(engine: &Engine, tx: &mut Tx) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    read(engine, tx.conn()).await
}

/// Changes the settings that are given.
pub async fn change(engine: &Engine, tx: &mut Tx, new: &NewSettings) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    let before = read(engine, tx.conn()).await?;
    let after = new.over(&before)?;
    store::set_workspace(tx.conn(), &after).await?;
    let now = tx.now;
    if store::set_doubt_policy(tx.conn(), after.doubt_policy, now).await? {
        let detail = json!({ "before": before.doubt_policy, "after": after.doubt_policy });
        record(tx, "workspace.doubt_policy_changed", &after, detail).await?;
    }
    if let Some(detail) = differences(&before, &after)? {
        record(tx, "workspace.changed", &after, detail).await?;
    }
    read(engine, tx.conn()).await
}

/// Gives the workspace a logo. The one of before stays where it is, for messages that went out with it.
pub async fn set_logo(engine: &Engine, tx: &mut Tx, bytes: &[u8]) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    let kind = LogoType::of(bytes).map_err(|refused| Error::field("logo", refused.code, refused.message))?;
    let (tenant, id, now) = (tx.actor.tenant, LogoId(new_id(tx.now)), tx.now);
    store::insert_logo(tx.conn(), tenant, id, kind, bytes, now).await?;
    store::set_logo(tx.conn(), Some(id)).await?;
    let settings = read(engine, tx.conn()).await?;
    record(tx, "workspace.logo_changed", &settings, json!({ "type": kind, "bytes": bytes.len() })).await?;
    Ok(settings)
}

/// Takes the logo away from messages to come.
pub async fn remove_logo(engine: &Engine, tx: &mut Tx) -> Result<Settings> {
    tx.allow(Verb::ManageWorkspace)?;
    let before = read(engine, tx.conn()).await?;
    if before.brand.logo_url.is_none() {
        return Ok(before);
    }
    store::set_logo(tx.conn(), None).await?;
    record(tx, "workspace.logo_removed", &before, json!({})).await?;
    read(engine, tx.conn()).await
}

/// The picture that a logo's address stands for: for everybody who reads a message.
pub async fn logo(engine: &Engine, token: &str) -> Result<(LogoType, Vec<u8>)> {
    let payload = engine.keys.verify("logo", token).ok_or(Error::NotFound)?;
    let (tenant, logo) = payload.split_at_checked(16).ok_or(Error::NotFound)?;
    let id = |bytes| Uuid::from_slice(bytes).or(Err(Error::NotFound));
    let (tenant, logo) = (TenantId(id(tenant)?), LogoId(id(logo)?));
    let mut tx = engine.begin(&Actor { tenant, who: Who::Recipient, address: None }).await?;
    store::logo(tx.conn(), logo).await?.ok_or(Error::NotFound)
}

/// The brand, for whoever writes in the workspace's name.
pub(crate) async fn brand(engine: &Engine, conn: &mut PgConnection) -> Result<Brand> {
    Ok(read(engine, conn).await?.brand)
}

/// Whether there is a logo.
pub(crate) async fn has_logo(conn: &mut PgConnection) -> Result<bool> {
    Ok(store::settings(conn).await?.1.is_some())
}

/// The zone of the workspace's days.
pub(super) async fn zone(tx: &mut Tx) -> Result<Tz> {
    let name = store::settings(tx.conn()).await?.0.workspace.time_zone;
    name.parse().map_err(|error: chrono_tz::ParseError| Error::internal("a workspace's time zone", error))
}

/// Between which moments messages must have come into doubt for the workspace to want them sent again now.
pub(crate) async fn sends_again(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Span>> {
    let (settings, _) = store::settings(conn).await?;
    Ok(settings.doubt_policy.sends_again(settings.doubt_policy_since, now))
}

/// The workspace with its settings, for whoever writes in its name.
pub(crate) async fn read(engine: &Engine, conn: &mut PgConnection) -> Result<Settings> {
    let (mut settings, logo) = store::settings(conn).await?;
    let tenant = settings.workspace.id;
    settings.brand.logo_url = logo.map(|logo| {
        let token = engine.keys.sign("logo", &[&tenant.0.as_bytes()[..], logo.0.as_bytes()].concat());
        format!("{}/logo/{token}", engine.public_url)
    });
    Ok(settings)
}

/// What was changed but for the policy, which has an entry of its own: before and after; none when nothing was.
fn differences(before: &Settings, after: &Settings) -> Result<Option<Value>> {
    let flat = |settings: &Settings| -> Result<Map<String, Value>> {
        let broken = |error| Error::internal("settings", error);
        let mut fields = Map::new();
        for value in [serde_json::to_value(&settings.workspace), serde_json::to_value(&settings.brand)] {
            fields.extend(value.map_err(broken)?.as_object().cloned().unwrap_or_default());
        }
        Ok(fields)
    };
    let (mut before, mut after) = (flat(before)?, flat(after)?);
    let same: Vec<_> =
        before.iter().filter(|(name, value)| after.get(*name) == Some(*value)).map(|(name, _)| name.clone()).collect();
    for name in same {
        before.remove(&name);
        after.remove(&name);
    }
    Ok((!after.is_empty()).then(|| json!({ "before": before, "after": after })))
}

async fn record(tx: &mut Tx, action: &str, settings: &Settings, detail: Value) -> Result<()> {
    let (id, name) = (settings.workspace.id.to_string(), &*settings.workspace.name);
    audit::record(tx, audit::Act { action, kind: "workspace", id, name, detail }).await
}
