//! What is typed about a contact, checked before it goes to the engine: consent with its proof, and custom fields.

use domain::{
    channel::Channel,
    consent::{NewConsent, Source, State},
    contact::NewContact,
    error::{FieldErrors, Refused},
};
use serde_json::{Map, Number, Value};

use super::new_contact::Typed;
use crate::error::{Answer, AppError};

/// The contact with its consent and custom fields, or everything that is wrong with what was typed.
pub(super) fn contact(typed: Typed) -> Answer<NewContact> {
    let mut new = NewContact {
        email: typed.email,
        phone: Some(typed.phone),
        first_name: typed.first_name,
        last_name: typed.last_name,
        business_name: typed.business_name,
        time_zone: Some(typed.time_zone),
        lists: typed.lists,
        ..Default::default()
    };
    let mut errors = new.parse().err().unwrap_or_default();
    new.custom = errors.take("custom", parse_fields(&typed.custom));
    if !typed.consent.is_empty() {
        let consent = said(Channel::Email.word(), State::Granted.word(), typed.evidence);
        check_proof(&consent, &mut errors);
        new.consents.push(consent);
    }
    errors.finish(Some(new)).map_err(AppError::Invalid)
}

fn said(channel: &str, state: &str, evidence: String) -> NewConsent {
    let source = Source::Manual.word().into();
    NewConsent { channel: channel.into(), state: state.into(), source, evidence, ..Default::default() }
}

/// Checks a consent; one recorded by hand must say where its proof lies.
fn check_proof(consent: &NewConsent, errors: &mut FieldErrors) {
    consent.parse("", errors);
    if consent.evidence.trim().is_empty() {
        errors.add("evidence", "required", "Needed: where the person said so, and in which words, is the proof.");
    }
}

/// Custom fields as typed, one a line: `name: value`. A value that is a number counts as one.
fn parse_fields(typed: &str) -> Result<Value, Refused> {
    let mut fields = Map::new();
    for (i, line) in typed.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let pair = line.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = pair.filter(|(name, _)| is_field_name(name)) else {
            let message = format!("Line {}: write a name of letters, digits and _, a colon, and the value.", i + 1);
            return Err(Refused::new("invalid", message));
        };
        let number = serde_json::from_str::<Number>(value).map(Value::Number);
        fields.insert(name.to_owned(), number.unwrap_or_else(|_| Value::String(value.to_owned())));
    }
    Ok(Value::Object(fields))
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn custom_fields_are_lines_and_numbers_are_numbers() {
        let typed = "size: 3\n\n favourite_class : Evening: flow\nzip: 007";
        assert_eq!(parse_fields(typed).unwrap(), json!({"size": 3, "favourite_class": "Evening: flow", "zip": "007"}));
        assert_eq!(parse_fields(" ").unwrap(), json!({}));
        assert!(parse_fields("size: 3\nno colon").unwrap_err().message.starts_with("Line 2:"));
        assert!(parse_fields("bad name: 1").is_err());
    }
}
