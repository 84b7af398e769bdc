//! A campaign's results as files to take away.

use app::{error::AppError, request::Request as Known};
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use engine::Error;

use super::{Web, context::trouble};
use crate::results::{Format, results};

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/campaigns/{id}/results.csv", get(|web, known, id| file(web, known, id, Format::Csv)))
        .route("/campaigns/{id}/results.json", get(|web, known, id| file(web, known, id, Format::Json)))
        .route("/campaigns/{id}/results.xlsx", get(|web, known, id| file(web, known, id, Format::Xlsx)))
}

async fn file(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
    format: Format,
) -> Response {
    let (Some(signed_in), Ok(id)) = (known.signed_in, id.parse()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match results(web.engine, signed_in.actor, id, format).await {
        Ok(response) => response,
        Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}
