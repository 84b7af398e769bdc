//! What a server function answers when it cannot do what was asked: the engine's errors, as the browser sees them.

use domain::error::FieldErrors;
use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why a page or a form cannot be answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Correct the named fields.
    #[error("Please correct the marked fields.")]
    Invalid(FieldErrors),
    /// There is no such thing.
    #[error("This page does not exist, or you cannot see it.")]
    NotFound,
    /// Nobody is signed in (any more).
    #[error("You are signed out. Sign in again to go on; nothing you typed on this page is lost until you leave it.")]
    SignedOut,
    /// Another role is needed.
    #[error("Your role does not allow this. An admin of the workspace can change it.")]
    Forbidden,
    /// It cannot be done as things stand.
    #[error("{0}")]
    Conflict(String),
    /// Too often.
    #[error("Too many attempts. Try again in {0} seconds.")]
    RateLimited(u64),
    /// The database is away.
    #[error("The database does not answer at the moment. This page tries again by itself.")]
    Unavailable,
    /// Our fault; the log says more.
    #[error("Something went wrong on our side. It has been written to the log.")]
    Internal,
    /// The browser did not reach the server.
    #[error("Carillon cannot be reached. Check the connection and try again.")]
    Unreachable,
}

/// What server functions return.
pub type Answer<T> = Result<T, AppError>;

impl AppError {
    /// The HTTP status that goes with it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 422,
            Self::NotFound => 404,
            Self::SignedOut => 401,
            Self::Forbidden => 403,
            Self::Conflict(_) => 409,
            Self::RateLimited(_) => 429,
            Self::Unavailable | Self::Unreachable => 503,
            Self::Internal => 500,
        }
    }

    /// The fields that are wrong, if that is what it is.
    pub fn fields(&self) -> Option<&FieldErrors> {
        match self {
            Self::Invalid(errors) => Some(errors),
            _ => None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => {
                Self::Invalid(FieldErrors::one("", "malformed", text))
            }
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<engine::Error> for AppError {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Invalid(errors) => Self::Invalid(errors),
            engine::Error::NotFound => Self::NotFound,
            engine::Error::Unauthenticated => Self::SignedOut,
            engine::Error::Forbidden => Self::Forbidden,
            engine::Error::Conflict { message, .. } => Self::Conflict(message),
            engine::Error::RateLimited { seconds } => Self::RateLimited(seconds),
            engine::Error::Unavailable(source) => {
                tracing::warn!(error = &source as &dyn std::error::Error, "database away");
                Self::Unavailable
            }
            internal @ engine::Error::Internal { .. } => {
                tracing::error!(error = &internal as &dyn std::error::Error, "page or form failed");
                Self::Internal
            }
        }
    }
}
