//! What comes with a request, read so that every mistake is told at its place: ids from the path, JSON bodies. In a body's
//! fields `null` is the same as leaving out, and fields that nobody knows are ignored.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
};
use domain::error::FieldErrors;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::strict::Strict;
use crate::problem::Problem;

/// The ids in the path: one, or a pair. What is no id names nothing, just as an id that nobody has.
pub(super) struct Id<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Ok(Path(id)) = Path::from_request_parts(parts, state).await else { return Err(Problem::not_found()) };
        Ok(Self(id))
    }
}

/// A JSON object.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        parse(&read(request).await?).map(Self)
    }
}

/// A JSON object that may be left out altogether.
pub(super) struct OptionalBody<T>(pub(super) T);

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let json = check_content_type(request.headers());
        let bytes = read(request).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        json?;
        parse(&bytes).map(Self)
    }
}

/// Whether the body says that it is JSON.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let typed = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = typed.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    if is_json(headers) {
        return Ok(());
    }
    let detail = "The body must be JSON: send Content-Type: application/json.";
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail))
}

/// The whole body, as far as the route takes it.
pub(super) async fn read(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &()).await.map_err(|error| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The body is larger than 2 MiB.")
        }
        _ => malformed(error.body_text()),
    })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let body: Value =
        serde_json::from_slice(bytes).map_err(|error| malformed(format!("The body is not JSON: {error}.")))?;
    let Value::Object(mut fields) = body else {
        return Err(FieldErrors::one("", "wrong_type", "The body must be an object, such as {\"name\": \"…\"}.").into());
    };
    fields.retain(|_, value| !value.is_null());
    let body = Value::Object(fields);
    if let Some(place) = place_of_nul(&body) {
        let place = place.join(".");
        return Err(FieldErrors::one(&place, "invalid", "Contains the character U+0000, which no text has.").into());
    }
    serde_path_to_error::deserialize(Strict(body)).map_err(|error| {
        let (place, message) = (place_of(&error), in_words(&error.inner().to_string()));
        FieldErrors::one(&place, "wrong_type", message).into()
    })
}

pub(super) fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "malformed", detail)
}

/// Where a text or a name holds the one character that PostgreSQL cannot store.
fn place_of_nul(value: &Value) -> Option<Vec<String>> {
    let within = |name: String, value: &Value| {
        let mut place = place_of_nul(value)?;
        place.insert(0, name);
        Some(place)
    };
    match value {
        Value::String(text) => text.contains('\0').then(Vec::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(i, item)| within(i.to_string(), item)),
        Value::Object(fields) => fields.iter().find_map(|(name, value)| match name.contains('\0') {
            true => Some(vec![name.replace('\0', "\u{fffd}")]),
            false => within(name.clone(), value),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// The field as the domain writes it: `consents.0.channel`.
fn place_of(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let segments = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    });
    segments.collect::<Vec<_>>().join(".")
}

/// `invalid type: string "x", expected struct NewSmtpConfig` as a sentence without names of ours.
fn in_words(told: &str) -> String {
    let told = match told.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected an object"),
        None => told.to_owned(),
    };
    let mut letters = told.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use domain::{contact::NewContact, provider::NewProvider};

    use super::*;

    fn told<T: DeserializeOwned>(body: &str) -> Value {
        serde_json::to_value(parse::<T>(body.as_bytes()).err().unwrap().written()).unwrap()
    }

    #[test]
    fn a_wrong_type_is_told_at_its_field() {
        let problem = told::<NewContact>(r#"{"email": "a@b.co", "consents": [{}, {"channel": 5}]}"#);
        let expected = serde_json::json!([{
            "field": "consents.1.channel", "code": "wrong_type",
            "message": "Invalid type: integer `5`, expected a string.",
        }]);
        assert_eq!((&problem["status"], &problem["errors"]), (&422.into(), &expected));
        let problem = told::<NewProvider>(r#"{"config": "x"}"#);
        assert_eq!(problem["errors"][0]["message"], "Invalid type: string \"x\", expected an object.");
    }

    #[test]
    fn only_objects_are_bodies() {
        for body in ["[]", "\"x\"", "5", "null", "[\"a name\"]"] {
            assert_eq!(told::<NewContact>(body)["errors"][0]["code"], "wrong_type", "{body}");
        }
        for body in ["", "{", "{\"email\": }", "{} {}", "\u{feff}{}", "{\"a\": \"\\ud800\"}"] {
            assert_eq!(told::<NewContact>(body)["status"], 400, "{body}");
        }
    }

    #[test]
    fn null_is_leaving_out_and_strangers_are_ignored() {
        let contact: NewContact = parse(br#"{"email": "a@b.co", "first_name": null, "shoe_size": 43}"#).ok().unwrap();
        assert_eq!(contact, NewContact { email: "a@b.co".into(), ..Default::default() });
    }

    #[test]
    fn the_character_that_cannot_be_stored_is_told_at_its_place() {
        assert_eq!(told::<NewContact>(r#"{"custom": {"a": ["b", "\u0000"]}}"#)["errors"][0]["field"], "custom.a.1");
        assert_eq!(told::<NewContact>(r#"{"custom": {"a\u0000": 1}}"#)["status"], 422);
    }
}
