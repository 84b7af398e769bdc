//! Custom fields (SPEC 2.3, 4.2): what a workspace knows about its contacts beyond the usual, by name. The registry says
//! what there is and of which kind, so that forms, imports and templates can offer it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::{
    error::{FieldErrors, Refused},
    text,
    words::words,
};

words! {
    /// What a custom field holds.
    FieldKind {
        /// Any text.
        Text = "text",
        /// A number.
        Number = "number",
        /// A day, as `2026-05-14`.
        Date = "date",
        /// Yes or no.
        Boolean = "boolean",
    }
}

/// A custom field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomField {
    /// Its name in `custom` and in templates.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// Known since.
    pub created_at: DateTime<Utc>,
}

/// A custom field as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["key"])))]
#[serde(default)]
pub struct NewCustomField {
    /// Its name; made of the label when empty.
    pub key: String,
    /// What people call it; made of the key when empty.
    pub label: String,
    /// Word of [`FieldKind`]; `text` when empty.
    pub kind: String,
}

/// A checked [`NewCustomField`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParsedCustomField {
    /// Its name.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
}

impl NewCustomField {
    /// Checks everything at once.
    pub fn parse(&self) -> Result<ParsedCustomField, FieldErrors> {
        let mut errors = FieldErrors::default();
        let label = errors.take("label", text::optional_line(&self.label, 100));
        let key = match (self.key.trim(), label.as_deref().unwrap_or_default()) {
            ("", "") => Err(Refused::new("required", "Needed.")),
            ("", label) => key_of(label).ok_or_else(|| no_key("key")),
            (key, _) => parse_key(key),
        };
        let key = errors.take("key", key);
        let kind = if self.kind.trim().is_empty() { Ok(FieldKind::Text) } else { FieldKind::parse(&self.kind) };
        let kind = errors.take("kind", kind);
        errors.finish(key.zip(label).zip(kind).map(|((key, label), kind)| {
            let label = if label.is_empty() { label_of(&key) } else { label };
            ParsedCustomField { key, label, kind }
        }))
    }
}

/// A change of a custom field: what people call it. Its kind stays: values are stored already.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CustomFieldChange {
    /// What people call it.
    pub label: String,
}

/// Whether a name can be one of a custom field.
pub fn is_key(key: &str) -> bool {
    let mut letters = key.bytes();
    letters.next().is_some_and(|b| b.is_ascii_lowercase())
        && key.len() <= 63
        && letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// A name as typed, in lower case.
pub fn parse_key(typed: &str) -> Result<String, Refused> {
    let key = typed.trim().to_ascii_lowercase();
    if is_key(&key) { Ok(key) } else { Err(no_key("name")) }
}

fn no_key(what: &str) -> Refused {
    let message =
        format!("The {what} needs letters from a to z, digits and _, and begins with a letter: lifetime_value.");
    Refused::new("invalid", message)
}

/// A name for what people call a field: `Lifetime value` is `lifetime_value`. None where no letter of ASCII is in it.
pub fn key_of(label: &str) -> Option<String> {
    let key = text::slug(label).replace('-', "_");
    Some(key.trim_start_matches(|c: char| !c.is_ascii_lowercase()).to_owned()).filter(|key| is_key(key))
}

/// What to call a field of this name: `lifetime_value` is `Lifetime value`.
pub fn label_of(key: &str) -> String {
    let words = key.replace('_', " ");
    words[..1].to_ascii_uppercase() + &words[1..]
}

impl FieldKind {
    /// The kind that a value which nobody has described is of; none for lists, objects and nothing.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(_) => Some(Self::Number),
            Value::String(_) => Some(Self::Text),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A text from a form or a file as a value of this kind; none when nothing was typed.
    pub fn read(self, typed: &str) -> Result<Option<Value>, Refused> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        Ok(Some(match self {
            Self::Text => Value::String(text::optional(typed, 10_000)?),
            Self::Number => Value::Number(number(typed)?),
            Self::Date => Value::String(date(typed)?),
            Self::Boolean => Value::Bool(boolean(typed)?),
        }))
    }

    /// A value of a JSON body as one of this kind: `"3"` is a number where a number is wanted.
    pub fn fit(self, value: &Value) -> Result<Option<Value>, Refused> {
        match (self, value) {
            (_, Value::Null) => Ok(None),
            (Self::Number, Value::Number(_)) | (Self::Boolean, Value::Bool(_)) => Ok(Some(value.clone())),
            // A text field takes what a program sends, as it is: a template prints it all the same.
            (Self::Text, Value::Number(_) | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
                Ok(Some(value.clone()))
            }
            (kind, Value::String(text)) => kind.read(text),
            (kind, _) => Err(kind.refused()),
        }
    }

    fn refused(self) -> Refused {
        let message = match self {
            Self::Text => "Must be a text.",
            Self::Number => "Must be a number, such as 12.5.",
            Self::Date => "Must be a date, such as 2026-05-14.",
            Self::Boolean => "Must be yes or no.",
        };
        Refused::new("wrong_kind", message)
    }
}

fn number(typed: &str) -> Result<Number, Refused> {
    let plain = typed.strip_prefix('+').unwrap_or(typed);
    let number = plain.parse::<i64>().ok().map(Number::from).or_else(|| plain.parse().ok().and_then(Number::from_f64));
    number.ok_or_else(|| FieldKind::Number.refused())
}

fn date(typed: &str) -> Result<String, Refused> {
    let day = typed.parse::<NaiveDate>().ok().map(|day| day.to_string());
    day.ok_or_else(|| FieldKind::Date.refused())
}

fn boolean(typed: &str) -> Result<bool, Refused> {
    match typed.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" => Ok(true),
        "false" | "no" | "n" | "0" | "off" => Ok(false),
        _ => Err(FieldKind::Boolean.refused()),
    }
}

/// Brings a contact's custom fields into the kinds of the registry; errors are named by field (`custom.size`). Answers
/// which fields the registry does not know yet, for those that can be in it.
pub fn fit_all(
    custom: &mut Map<String, Value>,
    known: &[CustomField],
    errors: &mut FieldErrors,
) -> Vec<ParsedCustomField> {
    let mut fresh = vec![];
    let given = std::mem::take(custom);
    for (key, value) in given {
        match known.iter().find(|field| field.key == key) {
            Some(field) => {
                if let Some(Some(value)) = errors.take(&format!("custom.{key}"), field.kind.fit(&value)) {
                    custom.insert(key, value);
                }
            }
            None => {
                if let Some(kind) = FieldKind::of(&value).filter(|_| is_key(&key)) {
                    fresh.push(ParsedCustomField { label: label_of(&key), key: key.clone(), kind });
                }
                if !value.is_null() {
                    custom.insert(key, value);
                }
            }
        }
    }
    fresh
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(key: &str, kind: FieldKind) -> CustomField {
        CustomField { key: key.into(), label: label_of(key), kind, created_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn names_and_labels_make_each_other() {
        let new =
            |key: &str, label: &str| NewCustomField { key: key.into(), label: label.into(), ..Default::default() };
        assert_eq!(new("", "Lifetime value (USD)").parse().unwrap().key, "lifetime_value_usd");
        assert_eq!(new("Shoe_size", "").parse().unwrap().label, "Shoe size");
        assert!(new("", "").parse().is_err() && new("1st", "").parse().is_err() && new("", "日本").parse().is_err());
    }

    #[test]
    fn values_are_brought_into_their_kind() {
        for (kind, typed, kept) in [
            (FieldKind::Number, "12", json!(12)),
            (FieldKind::Number, "-1.5", json!(-1.5)),
            (FieldKind::Date, "2026-05-14", json!("2026-05-14")),
            (FieldKind::Boolean, "Yes", json!(true)),
            (FieldKind::Text, " a ", json!("a")),
        ] {
            assert_eq!(kind.read(typed), Ok(Some(kept)), "{typed}");
        }
        for (kind, typed) in [(FieldKind::Number, "inf"), (FieldKind::Date, "14.5.26"), (FieldKind::Boolean, "perhaps")]
        {
            assert_eq!(kind.read(typed).unwrap_err().code, "wrong_kind", "{typed}");
        }
    }

    #[test]
    fn what_the_registry_knows_is_checked_and_the_rest_is_new() {
        let known = [field("size", FieldKind::Number), field("since", FieldKind::Date)];
        let mut custom = json!({"size": "3", "since": true, "hat": "m", "Bad Key": 1, "nested": {"a": 1}});
        let mut errors = FieldErrors::default();
        let fresh = fit_all(custom.as_object_mut().unwrap(), &known, &mut errors);
        assert!(errors.message("custom.since").is_some());
        assert_eq!(custom, json!({"size": 3, "hat": "m", "Bad Key": 1, "nested": {"a": 1}}));
        assert_eq!(
            fresh.into_iter().map(|field| (field.key, field.kind)).collect::<Vec<_>>(),
            [("hat".into(), FieldKind::Text)]
        );
    }
}
