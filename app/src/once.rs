//! What is told once, on the page after a form: the secret of a new key, the link of an invitation. It is kept for ten
//! minutes, sealed for the one who sent the form, in the workspace it was sent in.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Answer, AppError},
    request,
};

/// Keeps it; the id stands in the address of the next page.
pub async fn keep<T: Serialize>(value: &T) -> Answer<String> {
    let engine = request::engine()?;
    let text = serde_json::to_string(value).or(Err(AppError::Internal))?;
    let sealed = engine.keys.seal(&place()?, &text);
    let kept = engine::accounts::flash::keep(&engine, &serde_json::json!({ "sealed": sealed })).await?;
    Ok(kept.to_string())
}

/// What is kept under this id, if it still is, for who looks.
pub async fn find<T: DeserializeOwned>(id: &str) -> Answer<Option<T>> {
    let Ok(id) = id.parse() else { return Ok(None) };
    let engine = request::engine()?;
    let kept = engine::accounts::flash::find(&engine, id).await?;
    let sealed = kept.and_then(|kept| serde_json::from_value::<Vec<u8>>(kept["sealed"].clone()).ok());
    let place = place()?;
    let text = sealed.and_then(|sealed| engine.keys.open(&place, &sealed).ok());
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Where it belongs: it opens for the one who sent the form, in the workspace it was sent in.
fn place() -> Answer<String> {
    let actor = request::actor()?;
    let user = actor.user().ok_or(AppError::SignedOut)?;
    Ok(format!("told-once/{}/{user}", actor.tenant))
}
