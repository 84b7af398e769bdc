//! One error for all verbs, told apart by what the caller can do about it. The server maps it once to problem+json
//! and once to what a page shows.

use domain::error::FieldErrors;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input is wrong: correct the named fields.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// There is no such thing, or it is another workspace's.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in, or with wrong credentials.
    #[error("not signed in")]
    Unauthenticated,
    /// The role or the key does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// It cannot be done as things stand now. A stable word, and a sentence for people.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// Too often: again after so many seconds.
    #[error("too many attempts; again in {seconds} s")]
    RateLimited { seconds: u64 },
    /// The database is away for the moment.
    #[error("the database does not answer")]
    Unavailable(#[source] sqlx::Error),
    /// Our fault.
    #[error("internal error: {what}")]
    Internal {
        what: &'static str,
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

/// What verbs return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One wrong field.
    pub fn field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, code, message))
    }

    /// Cannot be done as things stand.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// Our fault, with its cause.
    pub fn internal(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { what, source: Some(source.into()) }
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(ref refused) => {
                if let Some(error) = refused.constraint().and_then(broken_constraint) {
                    return error;
                }
                if will_pass(refused.code().as_deref()) {
                    return Self::Unavailable(error);
                }
                Self::Internal { what: "statement refused", source: Some(Box::new(error)) }
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::BeginFailed => {
                Self::Unavailable(error)
            }
            sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) => Self::Unavailable(error),
            other => Self::Internal { what: "database", source: Some(Box::new(other)) },
        }
    }
}

/// Class 57P (operator intervention), 53 (out of resources), 08 (connection): the server goes away or comes back. Class
/// 40: one of two who waited for each other.
fn will_pass(code: Option<&str>) -> bool {
    code.is_some_and(|c| ["57P", "53", "08", "40"].iter().any(|class| c.starts_with(class)))
}

/// Constraints that stand for a rule a person can break, by name.
fn broken_constraint(name: &str) -> Option<Error> {
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(match name {
        "tenant_slug_unique" => Error::field("slug", "taken", "Another workspace has this short name."),
        "user_account_email_unique" => Error::field("email", "taken", "Somebody with this address has an account."),
        "membership_pk" => Error::field("email", "taken", "Is a member of this workspace already."),
        "invitation_email_unique" => {
            Error::field("email", "invited", "Is invited already: send the invitation again, or take it back first.")
        }
        "contact_email_unique" => Error::field("email", "taken", "Another contact has this e-mail address."),
        "contact_phone_unique" => Error::field("phone", "taken", "Another contact has this phone number."),
        "contact_external_unique" => {
            Error::field("external_id", "taken", "Another contact has this id of this source.")
        }
        "list_name_unique" => Error::field("name", "taken", "Another list has this name."),
        "list_member_list" => Error::NotFound,
        "list_member_contact" | "consent_contact" => {
            Error::field("contact_ids", "unknown", "There is no such contact.")
        }
        "template_name_unique" => Error::field("name", "taken", "Another template has this name."),
        "template_slug_unique" => Error::field("slug", "taken", "Another template has this slug."),
        "campaign_code_unique" => Error::field("code", "taken", "Another campaign has this code."),
        "provider_name_unique" => Error::field("name", "taken", "Another provider has this name."),
        "sender_email_unique" => Error::field("email", "taken", "There is a sender with this address already."),
        "sender_provider" => Error::field("provider_id", "unknown", "There is no such provider."),
        _ => return None,
    })
}
