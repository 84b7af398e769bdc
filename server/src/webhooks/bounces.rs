//! Mail that came back to an SMTP account, as it is: a mail server pipes it here.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use engine::{Engine, webhooks};

use super::answer;

/// To the address of one account.
pub(super) async fn one(State(engine): State<Engine>, Path(key): Path<String>, mail: Bytes) -> Response {
    answer(webhooks::returned_mail(&engine, &key, &mail).await)
}
