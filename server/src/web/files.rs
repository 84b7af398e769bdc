//! Files that come and go: the audit log as CSV, and the logo, which a form sends and everybody who reads a message sees.

use std::collections::HashMap;

use app::{error::AppError, request::Request as Known};
use axum::{
    Extension,
    extract::{Multipart, Path, Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{audit::AuditQuery, brand::LOGO_MAX, page::PageQuery};
use engine::accounts::workspace;

use super::{Web, context::trouble, forms};
use crate::download;

const BRAND_PAGE: &str = "/settings/brand";

/// The audit log as its page shows it, as a file.
pub(super) async fn audit_log(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Query(mut typed): Query<HashMap<String, String>>,
) -> Response {
    let Some(signed_in) = known.signed_in else { return StatusCode::UNAUTHORIZED.into_response() };
    let page = PageQuery { search: typed.remove("q"), ..Default::default() };
    let (action, actor, subject) = (typed.remove("action"), typed.remove("actor"), typed.remove("subject"));
    let query = AuditQuery { page, action, actor, subject, from: typed.remove("from"), to: typed.remove("to") };
    match download::audit_log(web.engine, signed_in.actor, &query).await {
        Ok(file) => file,
        // What is wrong with a filter is told on the page.
        Err(engine::Error::Invalid(_)) => Redirect::to("/settings/audit").into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}

/// Takes a logo out of the form of the brand page, which the browser sends by itself.
pub(super) async fn set_logo(State(web): State<Web>, Extension(known): Extension<Known>, form: Multipart) -> Response {
    let Some(signed_in) = known.signed_in else { return Redirect::to("/sign-in").into_response() };
    let kept = async {
        let logo = first_file(form).await?;
        let mut tx = web.engine.begin(&signed_in.actor).await?;
        workspace::set_logo(&web.engine, &mut tx, &logo).await?;
        tx.commit().await
    };
    match kept.await {
        Ok(()) => Redirect::to(&format!("{BRAND_PAGE}?done=logo")).into_response(),
        Err(error) => {
            let action = format!("{BRAND_PAGE}/logo");
            forms::show_again(&web, BRAND_PAGE, action, Vec::new(), AppError::from(error)).await
        }
    }
}

/// The bytes of a form's first file, up to what tells that it is too large.
async fn first_file(mut form: Multipart) -> engine::Result<Vec<u8>> {
    let broken =
        |error: axum::extract::multipart::MultipartError| engine::Error::field("logo", "malformed", error.body_text());
    let mut bytes = Vec::new();
    if let Some(mut field) = form.next_field().await.map_err(broken)? {
        while let Some(part) = field.chunk().await.map_err(broken)? {
            bytes.extend_from_slice(&part);
            if bytes.len() > LOGO_MAX {
                break;
            }
        }
    }
    Ok(bytes)
}

/// A logo, for mail programs. Its address never stands for another picture.
pub(super) async fn logo(State(web): State<Web>, Path(token): Path<String>) -> Response {
    match workspace::logo(&web.engine, &token).await {
        Ok((kind, bytes)) => {
            let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
            let kind = HeaderValue::from_static(kind.word());
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, forever)], bytes).into_response()
        }
        Err(engine::Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}
