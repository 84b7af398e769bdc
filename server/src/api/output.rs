//! The shapes of answers that several resources share.

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
