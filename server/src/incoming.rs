//! Large files that are sent with a form (`multipart/form-data`): taken as they come, never whole in memory.

use axum::{extract::Request, http::header};
use domain::id::ImportId;
use engine::{Engine, Error, Result, accounts::Actor, imports};
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
