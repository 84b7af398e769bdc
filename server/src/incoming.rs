//! Files that are sent with a form (`multipart/form-data`): taken as they come, never whole in memory. And the other way:
//! a download that is written as it goes.

use std::convert::Infallible;

use axum::{
    body::Body,
    extract::Request,
    http::header,
    response::{IntoResponse, Response},
};
use domain::id::ImportId;
use engine::{Engine, Error, Result, accounts::Actor, imports};
use futures_util::{StreamExt, stream};
use multer::{Constraints, Field, Multipart, SizeLimit};

/// The largest text beside the file, in bytes.
const TEXT_MAX: u64 = 1024 * 1024;
/// How much of a file that is refused is still read, so that its sender hears why, in bytes.
const READ_OVER: usize = 256 * 1024 * 1024;

/// What came.
pub(crate) struct Incoming {
    /// The import that the file became.
    pub(crate) import: ImportId,
    /// What was sent beside it as `mapping`.
    pub(crate) mapping: Option<String>,
}

/// Takes the file of a form. What is refused is read to its end, or a browser would only see that it was cut off.
pub(crate) async fn file(engine: &Engine, actor: &Actor, request: Request) -> Result<Incoming> {
    let typed = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Ok(boundary) = multer::parse_boundary(typed) else {
        let message = "Send the file as a form: Content-Type: multipart/form-data with a field `file`.";
        return Err(Error::field("file", "required", message));
    };
    let limits = SizeLimit::new().whole_stream(imports::LARGEST + TEXT_MAX).for_field("mapping", TEXT_MAX);
    let limits = Constraints::new().size_limit(limits);
    let mut form = Multipart::with_constraints(request.into_body().into_data_stream(), boundary, limits);
    let (mut import, mut mapping) = (None, None);
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        match field.name() {
            Some("file") if import.is_none() => import = Some(take(engine, actor, field).await?),
            Some("mapping") => mapping = Some(field.text().await.map_err(cut_off)?),
            _ => {}
        }
    }
    let mapping = mapping.filter(|mapping| !mapping.trim().is_empty());
    let import = import.ok_or_else(|| Error::field("file", "required", "Choose a file."))?;
    Ok(Incoming { import, mapping })
}

async fn take(engine: &Engine, actor: &Actor, mut field: Field<'_>) -> Result<ImportId> {
    let name = field.file_name().unwrap_or_default().to_owned();
    let mut upload = match imports::Upload::begin(engine, actor, &name).await {
        Ok(upload) => upload,
        Err(refused) => {
            read_over(field).await;
            return Err(refused);
        }
    };
    loop {
        let taken = match field.chunk().await {
            Ok(Some(bytes)) => upload.push(&bytes).await,
            Ok(None) if name.is_empty() => Err(Error::field("file", "required", "Choose a file.")),
            Ok(None) => break,
            Err(error) => Err(cut_off(error)),
        };
        if let Err(refused) = taken {
            upload.abandon().await?;
            read_over(field).await;
            return Err(refused);
        }
    }
    let (engine, actor, id) = (engine.clone(), actor.clone(), upload.id());
    match upload.finish().await {
        Ok(id) => Ok(id),
        Err(refused) => {
            imports::abandon(&engine, &actor, id).await?;
            Err(refused)
        }
    }
}

async fn read_over(mut field: Field<'_>) {
    let mut left = READ_OVER;
    while let Ok(Some(bytes)) = field.chunk().await {
        match left.checked_sub(bytes.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn cut_off(error: multer::Error) -> Error {
    Error::field("file", "cut_off", format!("The file did not come whole ({error}). Send it again."))
}

/// What is wrong with the rows of an import, as CSV, page by page as it is written.
pub(crate) async fn rejected(engine: &Engine, actor: &Actor, id: ImportId) -> Result<Response> {
    let mut tx = engine.begin(actor).await?;
    let name = imports::progress(&mut tx, id).await?.file;
    let (first, next) = imports::rejects_csv(&mut tx, id, None).await?;
    drop(tx);
    let (engine, actor) = (engine.clone(), actor.clone());
    let rest = stream::unfold(next, move |cursor| page(engine.clone(), actor.clone(), id, cursor));
    let all = stream::once(async { first }).chain(rest).map(Ok::<_, Infallible>);
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let plain: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let disposition = format!("attachment; filename=\"rejected-{plain}.csv\"");
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(all)).into_response())
}

/// The page that begins here, and where the next one does. A page that cannot be read ends the download.
async fn page(engine: Engine, actor: Actor, id: ImportId, cursor: Option<String>) -> Option<(String, Option<String>)> {
    let cursor = cursor?;
    let read = async {
        let mut tx = engine.begin(&actor).await?;
        imports::rejects_csv(&mut tx, id, Some(cursor)).await
    };
    let page: Result<_> = read.await;
    page.inspect_err(|error| tracing::warn!(error = error as &dyn std::error::Error, "a download is cut off")).ok()
}
