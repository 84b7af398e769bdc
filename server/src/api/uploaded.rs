//! Bodies that are files: as they come, for the handler to read, with what they are for the description of the API.

use std::marker::PhantomData;

use axum::extract::{FromRequest, Request};
use schemars::{Schema, json_schema};

use crate::problem::Problem;

/// What a body may be that is no JSON.
pub(super) trait Uploaded {
    /// Its types.
    const MEDIA: &'static [&'static str];

    /// Its shape.
    fn schema() -> Schema;
}

/// A request whose body is such a file.
pub(super) struct Upload<T> {
    /// As it came.
    pub(super) request: Request,
    kind: PhantomData<T>,
}

impl<T, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(Self { request, kind: PhantomData })
    }
}

/// A form with a file.
pub(super) struct FileForm;
/// A form with a file of people, and what its columns are.
pub(super) struct ImportForm;
/// A picture.
pub(super) struct Picture;

impl Uploaded for FileForm {
    const MEDIA: &'static [&'static str] = &["multipart/form-data"];

    fn schema() -> Schema {
        json_schema!({
            "type": "object",
            "required": ["file"],
            "properties": { "file": { "type": "string", "format": "binary", "description": "The file, with its name." } },
        })
    }
}

impl Uploaded for ImportForm {
    const MEDIA: &'static [&'static str] = &["multipart/form-data"];

    fn schema() -> Schema {
        let mapping = "JSON, as PUT /imports/{id}/mapping takes it: the file is imported at once. Without it, the \
                       import waits for that.";
        json_schema!({
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": { "type": "string", "format": "binary", "description": "CSV or XLSX, with its name." },
                "mapping": { "type": "string", "description": mapping },
            },
        })
    }
}

impl Uploaded for Picture {
    const MEDIA: &'static [&'static str] = &["image/png", "image/jpeg"];

    fn schema() -> Schema {
        json_schema!({ "type": "string", "format": "binary" })
    }
}
