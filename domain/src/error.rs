//! What is wrong with an input, field by field: all of it at once, in words that the person who typed it can act on.

use serde::{Deserialize, Serialize};

/// One thing wrong with one field. `field` is the name in the API's body and in the form alike; `code` is stable,
/// `message` is for people.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldError {
    /// Name of the field, with dots into nested objects (`config.host`).
    pub field: String,
    /// Stable word for programs (`required`, `too_long`, `taken`, …).
    pub code: String,
    /// A sentence for people.
    pub message: String,
}

/// Everything wrong with an input.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

/// Why a single value was refused, before it is known which field it came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

impl Refused {
    /// A refusal with its code and sentence.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl FieldErrors {
    /// One error alone.
    pub fn one(field: &str, code: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, code, message);
        errors
    }

    /// Adds an error.
    pub fn add(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), code: code.into(), message: message.into() });
    }

    /// Takes the value out of a parse, or notes why there is none.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, Refused>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(refused) => {
                self.add(field, refused.code, refused.message);
                None
            }
        }
    }

    /// Takes the value out of a parse of several fields, or adds what is wrong with them.
    pub fn take_all<T>(&mut self, parsed: Result<T, Self>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(Self(more)) => {
                self.0.extend(more);
                None
            }
        }
    }

    /// The message for a field, if it has one.
    pub fn message(&self, field: &str) -> Option<String> {
        self.0.iter().find(|e| e.field == field).map(|e| e.message.clone())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `value` if nothing is wrong and it is there, else the errors.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<_> = self.0.iter().map(|e| format!("{}: {}", e.field, e.message)).collect();
        f.write_str(&all.join("; "))
    }
}
