//! The form that sends a file, and the download of its rejected rows: what server functions cannot do.

use app::{error::AppError, form::Kept, request::Request as Known};
use axum::{
    Extension,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use engine::accounts::flash;

use super::{Web, context::trouble};
use crate::{download, incoming};

/// Takes a file, and shows the page of its import; what is refused is told on the page of the form.
pub(super) async fn upload(State(web): State<Web>, Extension(known): Extension<Known>, request: Request) -> Response {
    let Some(signed_in) = known.signed_in else { return Redirect::to("/sign-in?next=/imports/new").into_response() };
    match incoming::file(&web.engine, &signed_in.actor, request).await {
        Ok(came) => Redirect::to(&format!("/imports/{}", came.import)).into_response(),
        Err(error) => again(&web, AppError::from(error)).await,
    }
}

async fn again(web: &Web, error: AppError) -> Response {
    let (page, action) = ("/imports/new".to_owned(), "/imports".to_owned());
    let kept = serde_json::to_value(Kept { page, action, fields: Vec::new(), error }).unwrap_or_default();
    match flash::keep(&web.engine, &kept).await {
        Ok(id) => Redirect::to(&format!("/imports/new?flash={id}")).into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}

/// What is wrong with rows, as a file.
pub(super) async fn rejected(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
) -> Response {
    let (Some(signed_in), Ok(id)) = (known.signed_in, id.parse()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match download::rejected(web.engine, signed_in.actor, id).await {
        Ok(answer) => answer,
        Err(error) => {
            let status = AppError::from(error).status();
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response()
        }
    }
}
