//! Forms of the audience's pages that bring a file, which the browser sends by itself, and files to take away.

use app::{error::AppError, request::Request as Known};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Path, Query, Request, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    access::Verb,
    consent::{NewConsent, moment_in},
    error::FieldErrors,
    id::{ContactId, ListId, ProofId},
    proof,
    suppression::{Filter, Imported, NewImport},
    zone,
};
use engine::{
    Engine, Error, Result,
    accounts::Actor,
    audience::{self, proofs},
    suppressions,
};
use serde::Deserialize;

use super::{Web, context::trouble, forms::show_again};
use crate::{
    download,
    upload::{Form, Unreadable},
};

/// The largest forms that are read: more than is taken, so that what is too large can be said in the form.
const CONSENT_MAX: usize = 4 * proof::MAX_BYTES;
const IMPORT_MAX: usize = 16 * 1024 * 1024;
/// Lines that are told when they could not be taken.
const TOLD: usize = 20;

pub(super) fn routes() -> Router<Web> {
    let with_body_of = DefaultBodyLimit::max;
    Router::new()
        .route("/contacts/{id}/consents", post(record_consent).layer(with_body_of(CONSENT_MAX)))
        .route("/proofs/{id}", get(show_proof))
        .route("/suppressions/import", post(import).layer(with_body_of(IMPORT_MAX)))
        .route("/suppressions/export", get(export))
        .route("/lists/{id}/export", get(export_members))
}

/// Why a form with a file was not taken, and what of it can be shown again.
struct Refused {
    fields: Vec<(String, String)>,
    error: AppError,
}

impl Refused {
    fn new(fields: Vec<(String, String)>, error: impl Into<AppError>) -> Self {
        Self { fields, error: error.into() }
    }
}

/// Records a consent with the file that proves it. A file that came with a refused form is kept all the same, and the
/// form names it when it is shown again: browsers do not send a file twice by themselves.
async fn record_consent(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let Ok(contact) = id.parse::<ContactId>() else { return StatusCode::NOT_FOUND.into_response() };
    let page = format!("/contacts/{contact}");
    match try_consent(&web.engine, &known, contact, request).await {
        Ok(()) => Redirect::to(&format!("{page}?done=consent")).into_response(),
        Err(Refused { fields, error }) => show_again(&web, &page, format!("{page}/consents"), fields, error).await,
    }
}

async fn try_consent(
    engine: &Engine,
    known: &Known,
    contact: ContactId,
    request: Request,
) -> std::result::Result<(), Refused> {
    let nothing = |error: AppError| Refused::new(Vec::new(), error);
    let signed_in = known.signed_in.as_ref().ok_or(nothing(AppError::SignedOut))?;
    let actor = &signed_in.actor;
    actor.allow(Verb::EditContacts).map_err(|error| nothing(error.into()))?;
    let mut form = read(request, proof::too_large().message).await?;
    if let Some((name, bytes)) = form.file.take() {
        let kept =
            keep(engine, actor, &name, &bytes).await.map_err(|error| Refused::new(form.fields.clone(), error))?;
        form.fields.retain(|(name, _)| !name.starts_with("proof"));
        form.fields.extend([("proof".to_owned(), kept.id.to_string()), ("proof_name".to_owned(), kept.name)]);
    }
    let zone = zone::parse(&signed_in.workspace.time_zone).unwrap_or(chrono_tz::UTC);
    let new = NewConsent {
        channel: form.field("channel"),
        purpose: form.field("purpose"),
        state: form.field("state"),
        at: moment_in(zone, &form.field("at")),
        source: form.field("source"),
        wording: form.field("wording"),
        evidence: form.field("evidence"),
        address: form.field("address"),
        proof: form.field("proof"),
    };
    record(engine, actor, contact, &new).await.map_err(|error| Refused::new(form.fields, error))
}

async fn keep(engine: &Engine, actor: &Actor, name: &str, bytes: &[u8]) -> Result<proof::Proof> {
    let mut tx = engine.begin(actor).await?;
    let kept = proofs::add(&mut tx, name, bytes).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn record(engine: &Engine, actor: &Actor, contact: ContactId, new: &NewConsent) -> Result<()> {
    let mut errors = FieldErrors::default();
    new.check_by_hand(&mut errors);
    errors.finish(Some(()))?;
    let mut tx = engine.begin(actor).await?;
    audience::record_consent(&mut tx, contact, new).await?;
    tx.commit().await
}

/// Suppresses the addresses of a file or of what was pasted. Lines that could not be read come back in the form, alone.
async fn import(State(web): State<Web>, Extension(known): Extension<Known>, request: Request) -> Response {
    const PAGE: &str = "/suppressions/import";
    match try_import(&web.engine, &known, request).await {
        Ok((Imported { added, rejected: 0, .. }, _)) => {
            Redirect::to(&format!("/suppressions?done=imported&n={added}")).into_response()
        }
        Ok((imported, fields)) => {
            let back = format!("{PAGE}?done=imported&n={}", imported.added);
            show_again(&web, &back, PAGE.to_owned(), fields, AppError::Invalid(bad_lines(&imported))).await
        }
        Err(Refused { fields, error }) => show_again(&web, PAGE, PAGE.to_owned(), fields, error).await,
    }
}

async fn try_import(
    engine: &Engine,
    known: &Known,
    request: Request,
) -> std::result::Result<(Imported, Vec<(String, String)>), Refused> {
    let nothing = |error: AppError| Refused::new(Vec::new(), error);
    let actor = known.signed_in.as_ref().map(|signed_in| &signed_in.actor).ok_or(nothing(AppError::SignedOut))?;
    actor.allow(Verb::EditContacts).map_err(|error| nothing(error.into()))?;
    let form = read(request, "At most 16 MB. Split the file.".into()).await?;
    let text = match &form.file {
        Some((_, bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        None => form.field("text"),
    };
    let new =
        NewImport { channel: form.field("channel"), reason: form.field("reason"), note: form.field("note"), text };
    let imported = async {
        let mut tx = engine.begin(actor).await?;
        let imported = suppressions::import(&mut tx, &new).await?;
        tx.commit().await?;
        Ok::<_, Error>(imported)
    };
    let imported = imported.await.map_err(|error| Refused::new(form.fields.clone(), error))?;
    let bad: Vec<_> = imported.bad_lines.iter().map(|bad| bad.text.as_str()).collect();
    let mut fields = form.fields;
    fields.retain(|(name, _)| name != "text");
    fields.push(("text".to_owned(), bad.join("\n")));
    Ok((imported, fields))
}

/// What is wrong with the lines that were left out.
fn bad_lines(imported: &Imported) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for bad in imported.bad_lines.iter().take(TOLD) {
        errors.add("text", "invalid", format!("line {}, “{}”: {}", bad.line, bad.text, bad.message));
    }
    let more = imported.rejected.saturating_sub(TOLD as u64);
    if more > 0 {
        errors.add("text", "invalid", format!("and {more} more lines."));
    }
    errors
}

/// Reads a form with a file; one that is too large for the route is told so at the file.
async fn read(request: Request, too_large: String) -> std::result::Result<Form, Refused> {
    Form::read(request).await.map_err(|unreadable| {
        let (field, code, message) = match unreadable {
            Unreadable::TooLarge => ("file", "too_large", too_large),
            Unreadable::Malformed(why) => ("", "malformed", why),
        };
        Refused::new(Vec::new(), AppError::Invalid(FieldErrors::one(field, code, message)))
    })
}

async fn show_proof(State(web): State<Web>, Extension(known): Extension<Known>, Path(id): Path<String>) -> Response {
    let (Some(actor), Ok(id)) = (actor(&known), id.parse::<ProofId>()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(download::proof(&web.engine, &actor, id).await)
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    q: String,
}

async fn export(State(web): State<Web>, Extension(known): Extension<Known>, Query(asked): Query<Asked>) -> Response {
    let Some(actor) = actor(&known) else { return StatusCode::NOT_FOUND.into_response() };
    match Filter::parse(&asked.channel, &asked.reason, &asked.q) {
        Ok(filter) => answer(download::suppressed(web.engine, actor, filter).await),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn export_members(
    State(web): State<Web>,
    Extension(known): Extension<Known>,
    Path(id): Path<String>,
) -> Response {
    let (Some(actor), Ok(id)) = (actor(&known), id.parse::<ListId>()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(download::members(web.engine, actor, id).await)
}

fn actor(known: &Known) -> Option<Actor> {
    known.signed_in.as_ref().map(|signed_in| signed_in.actor.clone())
}

/// The file, or in its place why there is none.
fn answer(file: Result<Response>) -> Response {
    match file {
        Ok(response) => response,
        Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => trouble(&AppError::from(error)),
    }
}
