//! What a query says: which page of a list, and what narrows it.

use std::{collections::HashMap, marker::PhantomData, str::FromStr};

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use domain::{audit::AuditQuery, error::FieldErrors, page::PageQuery};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::input::malformed;
use crate::problem::Problem;

/// Which page of a list whose cursors are `C` is asked for.
pub(super) struct Listing<C> {
    /// Which one.
    pub(super) query: PageQuery,
    cursor: PhantomData<C>,
}

impl<C: FromStr, S: Send + Sync> FromRequestParts<S> for Listing<C> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self { query: page_query::<C>(asked(parts)?)?, cursor: PhantomData })
    }
}

fn page_query<C: FromStr>(mut typed: HashMap<String, String>) -> Result<PageQuery, FieldErrors> {
    let mut take = |name: &str| typed.remove(name).filter(|text| !text.is_empty());
    let (cursor, limit, search, status) = (take("cursor"), take("limit"), take("search"), take("status"));
    let mut errors = FieldErrors::default();
    if cursor.as_ref().is_some_and(|cursor| cursor.parse::<C>().is_err()) {
        errors.add("cursor", "invalid", "Not a cursor: send what next_cursor said, as it is.");
    }
    let number = limit.as_ref().map(|limit| limit.parse::<u32>());
    if number.as_ref().is_some_and(Result::is_err) {
        errors.add("limit", "invalid", "A number from 1 to 200.");
    }
    if search.as_ref().is_some_and(|search| search.contains('\0')) {
        errors.add("search", "invalid", "Contains a character that no text has.");
    }
    let limit = number.and_then(Result::ok);
    errors.finish(Some(PageQuery { cursor, limit, search, status }))
}

/// What a query says besides the page: the fields of `T`, all texts, of which none has to be said. Of what is said twice
/// the last counts.
pub(super) struct Filters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let typed = asked(parts)?.into_iter().map(|(name, text)| (name, Value::String(text))).collect();
        let read = serde_json::from_value(Value::Object(typed));
        Ok(Self(read.map_err(|error| malformed(format!("The query cannot be read: {error}.")))?))
    }
}

fn asked(parts: &Parts) -> Result<HashMap<String, String>, Problem> {
    let typed = Query::try_from_uri(&parts.uri);
    typed.map(|Query(typed)| typed).map_err(|error| malformed(error.body_text()))
}

/// The entries of the audit log that are asked for.
pub(super) struct AuditListing(pub(super) AuditQuery);

/// What narrows the audit log.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AuditNarrowed {
    /// The beginning of what was done, such as `campaign.` or `campaign.started`.
    action: Option<String>,
    /// The id of the user or key that did it.
    actor: Option<String>,
    /// The id of what it was done to.
    subject: Option<String>,
    /// From this day of the workspace, or this moment, on.
    from: Option<String>,
    /// Until this day of the workspace, which counts whole, or this moment.
    to: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for AuditListing {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Listing { query: page, .. } = Listing::<Uuid>::from_request_parts(parts, state).await?;
        let Filters(AuditNarrowed { action, actor, subject, from, to }) =
            Filters::from_request_parts(parts, state).await?;
        Ok(Self(AuditQuery { page, action, actor, subject, from, to }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_asked_for_in_numbers_and_cursors() {
        let asked = |pairs: &[(&str, &str)]| {
            page_query::<i32>(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
        };
        let fields = |errors: FieldErrors| errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>();
        let errors = asked(&[("cursor", "x"), ("limit", "-1"), ("search", "\0")]).unwrap_err();
        assert_eq!(fields(errors), ["cursor", "limit", "search"]);
        let query = asked(&[("cursor", "7"), ("limit", ""), ("colour", "red")]).unwrap();
        assert_eq!((query.cursor.as_deref(), query.limit), (Some("7"), None));
    }
}
