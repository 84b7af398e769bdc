//! Small forms that need no page of their own: theme, workspace, signing out.

use app::{
    components::Theme,
    error::AppError,
    pages::sign_in::local_path,
    request::{Request as Known, SESSION_TENANT},
};
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{id::TenantId, template::NewTemplate};
use serde::Deserialize;

use super::{Web, context::trouble};

#[derive(Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
    #[serde(default)]
    next: String,
}

/// Keeps the chosen theme for a year.
pub(super) async fn set_theme(Form(form): Form<ThemeForm>) -> Response {
    let word = Theme::parse(&form.theme).word();
    let cookie = format!("{}={word}; Path=/; Max-Age=31536000; SameSite=Lax", Theme::COOKIE);
    ([(header::SET_COOKIE, cookie)], Redirect::to(&local_path(&form.next))).into_response()
}

#[derive(Deserialize)]
pub(super) struct WorkspaceForm {
    workspace: String,
}

/// Shows another workspace that the user belongs to.
pub(super) async fn choose_workspace(Extension(known): Extension<Known>, Form(form): Form<WorkspaceForm>) -> Response {
    let wanted: Option<TenantId> = form.workspace.parse().ok();
    let belongs =
        known.signed_in.is_some_and(|signed_in| signed_in.account.belongs.iter().any(|b| Some(b.tenant) == wanted));
    if !belongs {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(session) = known.session
        && session.insert(SESSION_TENANT, wanted).await.is_err()
    {
        return trouble(&AppError::Unavailable);
    }
    Redirect::to("/").into_response()
}

/// Ends this session.
pub(super) async fn sign_out(Extension(known): Extension<Known>) -> Response {
    match known.session {
        Some(session) if session.flush().await.is_err() => trouble(&AppError::Unavailable),
        _ => Redirect::to("/sign-in").into_response(),
    }
}

/// Ends all sessions of the user, on every device.
pub(super) async fn sign_out_everywhere(State(web): State<Web>, Extension(known): Extension<Known>) -> Response {
    if let Some(signed_in) = &known.signed_in
        && let Err(error) = engine::accounts::sessions::delete_all_of(&web.engine, signed_in.account.id).await
    {
        return trouble(&AppError::from(error));
    }
    sign_out(Extension(known)).await
}

/// As on which screen a preview is shown.
#[derive(Default, Deserialize)]
pub(super) struct Screen {
    #[serde(default)]
    scheme: String,
}

/// The body of a message as it was rendered for a preview, for the frame on our own page that shows it.
pub(super) async fn preview(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
    Query(screen): Query<Screen>,
) -> Response {
    match known.signed_in {
        Some(_) => app::preview::answer(&web.engine, &id, &screen.scheme).await,
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One of the starter library as somebody made up would get it, for the frame that shows it where one is chosen.
pub(super) async fn starter(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(key): Path<String>,
) -> Response {
    let Some(signed_in) = known.signed_in else { return StatusCode::NOT_FOUND.into_response() };
    let drawn = async {
        let starter = engine::templates::starter(&key)?;
        let text = NewTemplate { subject: starter.subject, html: starter.html, ..Default::default() };
        let mut tx = web.engine.begin(&signed_in.actor).await?;
        engine::templates::preview_text(&web.engine, &mut tx, &text, None).await
    };
    match drawn.await {
        Ok(mail) => app::preview::in_frame(StatusCode::OK, app::preview::as_on(&mail.html, "light")),
        Err(engine::Error::Invalid(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}
