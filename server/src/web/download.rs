//! Files that are made for who asks for them: everything that is held of a person.

use app::{error::AppError, request::Request as Known};
use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use engine::{Engine, Result, accounts::Actor, audience};
use serde_json::Value;

use super::{Web, context::trouble};

/// A person's data as a JSON file.
pub(super) async fn contact(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
) -> Response {
    let (Some(signed_in), Ok(contact)) = (known.signed_in, id.parse()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match export(&web.engine, &signed_in.actor, contact).await {
        Ok(all) => {
            let name = format!("attachment; filename=\"contact-{contact}.json\"");
            ([(header::CONTENT_DISPOSITION, name)], Json(all)).into_response()
        }
        Err(error) => trouble(&AppError::from(error)),
    }
}

async fn export(engine: &Engine, actor: &Actor, contact: domain::id::ContactId) -> Result<Value> {
    let mut tx = engine.begin(actor).await?;
    let all = audience::export(&mut tx, contact).await?;
    tx.commit().await?;
    Ok(all)
}
