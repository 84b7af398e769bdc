//! Contacts (SPEC 2.3): the people who may be written to.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    consent::{ConsentEntry, NewConsent, ParsedConsent},
    email::Email,
    error::{FieldErrors, Refused},
    id::{ContactId, ListId},
    text, zone,
};

/// A contact as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Address, as typed.
    pub email: Option<String>,
    /// Phone in the form E.164.
    pub phone: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business, for small businesses.
    pub business_name: String,
    /// IANA zone, where known.
    pub time_zone: Option<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Must not be written to on any channel.
    pub do_not_contact: bool,
    /// In force for marketing by e-mail: granted, withdrawn, or nothing said.
    pub email_consent: Option<crate::consent::State>,
    /// Since when it is known.
    pub created_at: DateTime<Utc>,
    /// Last changed.
    pub updated_at: DateTime<Utc>,
}

impl Contact {
    /// What to call the person in the console: name, else business, else address, else phone.
    pub fn label(&self) -> String {
        let name = format!("{} {}", self.first_name, self.last_name).trim().to_owned();
        [
            name,
            self.business_name.clone(),
            self.email.clone().unwrap_or_default(),
            self.phone.clone().unwrap_or_default(),
        ]
        .into_iter()
        .find(|s| !s.is_empty())
        .unwrap_or_else(|| "No name".into())
    }
}

/// A contact with what belongs on its page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ContactDetail {
    /// The contact.
    #[serde(flatten)]
    pub contact: Contact,
    /// Consent history, newest first.
    pub consents: Vec<ConsentEntry>,
    /// Lists it is on.
    pub lists: Vec<ListRef>,
    /// Why the e-mail address is suppressed, if it is.
    pub suppressed: Option<String>,
    /// What was sent, newest first (at most fifty).
    pub messages: Vec<crate::message::ContactMessage>,
}

/// A list's id and name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ListRef {
    /// Its id.
    pub id: ListId,
    /// Its name.
    pub name: String,
}

/// A contact as typed in a form or API body.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewContact {
    /// Address.
    pub email: String,
    /// Phone, in the form E.164.
    pub phone: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business.
    pub business_name: String,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// Custom fields: a JSON object.
    pub custom: Option<serde_json::Value>,
    /// What the person agreed to.
    pub consents: Vec<NewConsent>,
    /// Lists to put the contact on.
    pub lists: Vec<String>,
}

/// A checked [`NewContact`].
#[derive(Clone, PartialEq, Debug)]
pub struct ParsedContact {
    /// Address.
    pub email: Option<Email>,
    /// Phone in the form E.164.
    pub phone: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business.
    pub business_name: String,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// A JSON object.
    pub custom: serde_json::Value,
    /// What the person agreed to.
    pub consents: Vec<ParsedConsent>,
    /// Lists to put the contact on.
    pub lists: Vec<ListId>,
}

impl NewContact {
    /// Checks everything at once. A contact needs an e-mail address or a phone number.
    pub fn parse(&self) -> Result<ParsedContact, FieldErrors> {
        let mut errors = FieldErrors::default();
        let phone = errors.take("phone", parse_phone(self.phone.as_deref().unwrap_or_default()));
        let email = match self.email.trim() {
            "" if self.phone.as_deref().is_some_and(|p| !p.trim().is_empty()) => Some(None),
            "" => errors.take("email", Err(Refused::new("required", "An e-mail address or a phone number is needed."))),
            typed => errors.take("email", Email::parse(typed).map(Some)),
        };
        let names =
            [("first_name", &self.first_name), ("last_name", &self.last_name), ("business_name", &self.business_name)]
                .map(|(field, typed)| errors.take(field, text::optional_line(typed, 200)));
        let time_zone = errors.take("time_zone", parse_zone(self.time_zone.as_deref().unwrap_or_default()));
        let custom = errors.take("custom", parse_custom(self.custom.as_ref()));
        let consents = self.consents.iter().enumerate();
        let consents: Vec<_> = consents.map(|(i, c)| c.parse(&format!("consents.{i}."), &mut errors)).collect();
        let lists = errors.take("lists", parse_lists(&self.lists));
        let [first_name, last_name, business_name] = names.map(Option::unwrap_or_default);
        let parsed = email.zip(phone).zip(time_zone).zip(custom).zip(lists);
        errors.finish(parsed.map(|((((email, phone), time_zone), custom), lists)| ParsedContact {
            email,
            phone,
            first_name,
            last_name,
            business_name,
            time_zone,
            custom,
            consents: consents.into_iter().flatten().collect(),
            lists,
        }))
    }
}

/// A number in the form E.164 (`+12125550123`; spaces, dots, hyphens and brackets are taken out), or none.
pub fn parse_phone(typed: &str) -> Result<Option<String>, Refused> {
    let number: String = typed.trim().chars().filter(|c| !" .-()\u{a0}".contains(*c)).collect();
    match number.strip_prefix('+') {
        None if number.is_empty() => Ok(None),
        Some(digits)
            if (8..=15).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0') =>
        {
            Ok(Some(number))
        }
        _ => Err(Refused::new("invalid_phone", "Write the number with its country code, such as +12125550123.")),
    }
}

fn parse_zone(typed: &str) -> Result<Option<String>, Refused> {
    if typed.trim().is_empty() { Ok(None) } else { zone::parse(typed).map(|z| Some(z.name().to_owned())) }
}

fn parse_custom(custom: Option<&serde_json::Value>) -> Result<serde_json::Value, Refused> {
    match custom {
        None | Some(serde_json::Value::Null) => Ok(serde_json::json!({})),
        // PostgreSQL keeps no U+0000, not even in JSON.
        Some(value @ serde_json::Value::Object(_)) if value.to_string().contains("\\u0000") => {
            Err(Refused::new("invalid", "Contains a character that cannot be kept (U+0000)."))
        }
        Some(value @ serde_json::Value::Object(_)) if value.to_string().len() <= 65_536 => Ok(value.clone()),
        Some(serde_json::Value::Object(_)) => Err(Refused::new("too_long", "At most 64 kB.")),
        Some(_) => Err(Refused::new("invalid", "Must be an object, such as {\"size\": 3}.")),
    }
}

fn parse_lists(typed: &[String]) -> Result<Vec<ListId>, Refused> {
    let unknown = || Refused::new("unknown", "There is no such list.");
    typed.iter().filter(|id| !id.trim().is_empty()).map(|id| id.trim().parse().or(Err(unknown()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_written_with_their_country() {
        assert_eq!(parse_phone("+1 (212) 555-0123"), Ok(Some("+12125550123".into())));
        assert_eq!(parse_phone("  "), Ok(None));
        for bad in ["2125550123", "+0212555012", "+12x25550123", "+1234", "+1234567890123456"] {
            assert!(parse_phone(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_contact_needs_a_way_to_be_reached_and_tells_every_error() {
        let typed = NewContact {
            time_zone: Some("Mars".into()),
            custom: Some(serde_json::json!([1])),
            lists: vec!["x".into()],
            consents: vec![NewConsent::default()],
            ..Default::default()
        };
        let errors = typed.parse().unwrap_err();
        for field in ["email", "time_zone", "custom", "lists", "consents.0.channel"] {
            assert!(errors.message(field).is_some(), "{field}: {errors}");
        }
        assert!(NewContact { phone: Some("+12125550123".into()), ..Default::default() }.parse().is_ok());
    }
}
