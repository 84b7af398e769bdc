//! What is typed about a contact, checked before it goes to the engine: consent with its proof, and custom fields.

use std::collections::BTreeMap;

use domain::{
    channel::Channel,
    consent::{NewConsent, Source, State},
    contact::{ContactChange, NewContact},
    custom_field,
    error::{FieldErrors, Refused},
};
use serde_json::{Map, Number, Value};

use super::{contact_fields::Typed, new_contact::Start};
use crate::error::{Answer, AppError};

/// The contact with its consent and custom fields, or everything that is wrong with what was typed.
pub(super) fn contact(typed: Typed, start: Start) -> Answer<NewContact> {
    let mut new = NewContact {
        source: typed.source,
        external_id: typed.external_id,
        email: typed.email,
        phone: Some(typed.phone),
        whatsapp: typed.whatsapp,
        social: typed.social,
        first_name: typed.first_name,
        last_name: typed.last_name,
        business_name: typed.business_name,
        time_zone: Some(typed.time_zone),
        language: typed.language,
        city: typed.city,
        state: typed.state,
        country: typed.country,
        latitude: typed.latitude,
        longitude: typed.longitude,
        industry: typed.industry,
        lead_score: typed.lead_score,
        stage: typed.stage,
        birthday: typed.birthday,
        tags: vec![typed.tags],
        test: typed.test == "true",
        came_back: start.came_back == "true",
        lists: start.lists,
        ..Default::default()
    };
    let mut errors = new.parse().err().unwrap_or_default();
    let filled = typed.custom.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect();
    new.custom = errors.take("more", fields(filled, &typed.more));
    if !start.consent.is_empty() {
        let consent = said(Channel::Email.word(), State::Granted.word(), start.evidence);
        check_proof(&consent, &mut errors);
        new.consents.push(consent);
    }
    errors.finish(Some(new)).map_err(AppError::Invalid)
}

/// The change that a form asks for, or what is wrong with its custom fields. The rest is the engine's to check, which
/// knows the contact.
pub(super) fn change(typed: Typed) -> Answer<ContactChange> {
    let mut errors = FieldErrors::default();
    let custom = errors.take("more", fields(typed.custom, &typed.more));
    let change = ContactChange {
        source: Some(typed.source),
        external_id: Some(typed.external_id),
        email: Some(typed.email),
        phone: Some(typed.phone),
        whatsapp: Some(typed.whatsapp),
        social: Some(typed.social),
        first_name: Some(typed.first_name),
        last_name: Some(typed.last_name),
        business_name: Some(typed.business_name),
        time_zone: Some(typed.time_zone),
        language: Some(typed.language),
        city: Some(typed.city),
        state: Some(typed.state),
        country: Some(typed.country),
        latitude: Some(typed.latitude),
        longitude: Some(typed.longitude),
        industry: Some(typed.industry),
        lead_score: Some(typed.lead_score),
        stage: Some(typed.stage),
        birthday: Some(typed.birthday),
        tags: Some(vec![typed.tags]),
        test: Some(typed.test == "true"),
        custom,
        do_not_contact: None,
    };
    errors.finish(Some(change)).map_err(AppError::Invalid)
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

/// Custom fields: those that have a field of their own in the form, and more as typed, one a line: `name: value`. A value
/// of a new one that is a number counts as one.
fn fields(known: BTreeMap<String, String>, more: &str) -> Result<Value, Refused> {
    let mut fields: Map<_, _> = known.into_iter().map(|(key, value)| (key, Value::String(value))).collect();
    for (i, line) in more.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let pair = line.split_once(':').map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim()));
        let Some((name, value)) = pair.filter(|(name, _)| custom_field::is_key(name)) else {
            let message = format!("Line {}: write a name of letters, digits and _, a colon, and the value.", i + 1);
            return Err(Refused::new("invalid", message));
        };
        let number = serde_json::from_str::<Number>(value).map(Value::Number);
        fields.insert(name, number.unwrap_or_else(|_| Value::String(value.to_owned())));
    }
    Ok(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn custom_fields_are_lines_and_numbers_are_numbers() {
        let typed = "size: 3\n\n Favourite_class : Evening: flow\nzip: 007";
        let known = BTreeMap::from([("hat".to_owned(), "m".to_owned())]);
        assert_eq!(
            fields(known, typed).unwrap(),
            json!({"hat": "m", "size": 3, "favourite_class": "Evening: flow", "zip": "007"})
        );
        assert_eq!(fields(BTreeMap::new(), " ").unwrap(), json!({}));
        let error = fields(BTreeMap::new(), "size: 3\nno colon").unwrap_err();
        assert!(error.message.starts_with("Line 2:"));
        assert!(fields(BTreeMap::new(), "bad name: 1").is_err());
    }
}
