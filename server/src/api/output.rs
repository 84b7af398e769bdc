//! The shapes of answers that several resources share.

use std::marker::PhantomData;

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::page::Page;
use serde::Serialize;

use super::ROOT;

/// A list that is short enough to be told whole, in the shape of all lists.
pub(super) fn whole<T>(data: Vec<T>) -> Json<Page<T>> {
    Json(Page { data, next_cursor: None })
}

/// Something was made: 201 with the thing itself, and where it is from now on (a path below [`ROOT`]).
pub(super) struct Created<T>(pub(super) String, pub(super) T);

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let Self(path, thing) = self;
        (StatusCode::CREATED, [(header::LOCATION, format!("{ROOT}{path}"))], Json(thing)).into_response()
    }
}

/// Begun, and going on in the background: 202 with how it is now.
pub(super) struct Accepted<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

/// Taken, and worked on in the background: 202 with where it is (a path below [`ROOT`]).
pub(super) struct AcceptedAt<T>(pub(super) String, pub(super) T);

impl<T: Serialize> IntoResponse for AcceptedAt<T> {
    fn into_response(self) -> Response {
        let Self(path, thing) = self;
        (StatusCode::ACCEPTED, [(header::LOCATION, format!("{ROOT}{path}"))], Json(thing)).into_response()
    }
}

/// Something was made: 201 when all of it is there, 202 while the rest follows.
pub(super) enum CreatedInParts<T> {
    /// All of it.
    Whole(T),
    /// What there is of it so far.
    Following(T),
}

impl<T: Serialize> IntoResponse for CreatedInParts<T> {
    fn into_response(self) -> Response {
        match self {
            Self::Whole(thing) => (StatusCode::CREATED, Json(thing)).into_response(),
            Self::Following(thing) => Accepted(thing).into_response(),
        }
    }
}

/// Done, and there is nothing to say: 204.
pub(super) struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

/// A file, of a kind that the description of the API knows.
pub(super) struct File<K>(Response, PhantomData<K>);

/// What files of a route are.
pub(super) trait FileKind {
    /// Their types.
    const MEDIA: &'static [&'static str];
}

/// A table.
pub(super) struct Csv;
/// The rows of a table.
pub(super) struct Rows;
/// A spreadsheet.
pub(super) struct Xlsx;
/// A proof of consent, as it was sent.
pub(super) struct AnyProof;

impl FileKind for Csv {
    const MEDIA: &'static [&'static str] = &["text/csv"];
}

impl FileKind for Rows {
    const MEDIA: &'static [&'static str] = &["application/json"];
}

impl FileKind for Xlsx {
    const MEDIA: &'static [&'static str] = &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];
}

impl FileKind for AnyProof {
    const MEDIA: &'static [&'static str] =
        &["application/pdf", "image/png", "image/jpeg", "image/webp", "text/plain", "message/rfc822"];
}

impl<K> From<Response> for File<K> {
    fn from(response: Response) -> Self {
        Self(response, PhantomData)
    }
}

impl<K> IntoResponse for File<K> {
    fn into_response(self) -> Response {
        self.0
    }
}
