//! A contact as typed in a form, sent by a program or read from a file: texts, not looked at yet.

use serde::{Deserialize, Serialize};

use super::Contact;
use crate::{consent::NewConsent, text};

/// A contact as typed.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["email"])))]
#[serde(default)]
pub struct NewContact {
    /// Where it comes from; together with `external_id`.
    pub source: String,
    /// Its id there.
    #[serde(deserialize_with = "text::or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub external_id: String,
    /// Address.
    pub email: String,
    /// Phone: with its country code, or as it is written in `country`.
    pub phone: Option<String>,
    /// Number for WhatsApp, where it is another than the phone.
    pub whatsapp: String,
    /// Name on a social network.
    pub social: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business.
    pub business_name: String,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// Language: `en`, `pt-BR`.
    pub language: String,
    /// City.
    pub city: String,
    /// State, province or region.
    pub state: String,
    /// Country: its two letters or its English name.
    pub country: String,
    /// Degrees north.
    #[serde(deserialize_with = "text::or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub latitude: String,
    /// Degrees east.
    #[serde(deserialize_with = "text::or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub longitude: String,
    /// Industry category.
    pub industry: String,
    /// 0 to 100.
    #[serde(deserialize_with = "text::or_number")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub lead_score: String,
    /// Key of a pipeline stage.
    pub stage: String,
    /// `1990-05-14`.
    pub birthday: String,
    /// Tags; each text may hold several, parted by commas.
    pub tags: Vec<String>,
    /// Custom fields: a JSON object.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::custom_fields"))]
    pub custom: Option<serde_json::Value>,
    /// Must not be written to on any channel.
    pub do_not_contact: bool,
    /// For trying things.
    pub test: bool,
    /// Somebody who was erased and asks for messages again: without this they are not added a second time.
    pub came_back: bool,
    /// What the person agreed to.
    pub consents: Vec<NewConsent>,
    /// Lists to put the contact on.
    pub lists: Vec<String>,
}

impl From<&Contact> for NewContact {
    /// The contact as one would type it, without consents and lists, which have ledgers of their own.
    fn from(contact: &Contact) -> Self {
        let contact = contact.clone();
        Self {
            source: contact.source.unwrap_or_default(),
            external_id: contact.external_id.unwrap_or_default(),
            email: contact.email.unwrap_or_default(),
            phone: contact.phone,
            whatsapp: contact.whatsapp.unwrap_or_default(),
            social: contact.social,
            first_name: contact.first_name,
            last_name: contact.last_name,
            business_name: contact.business_name,
            time_zone: contact.time_zone,
            language: contact.language.unwrap_or_default(),
            city: contact.city,
            state: contact.state,
            country: contact.country.unwrap_or_default(),
            latitude: written(contact.latitude),
            longitude: written(contact.longitude),
            industry: contact.industry,
            lead_score: written(contact.lead_score),
            stage: contact.stage.unwrap_or_default(),
            birthday: written(contact.birthday),
            tags: contact.tags,
            custom: Some(contact.custom),
            do_not_contact: contact.do_not_contact,
            test: contact.test,
            came_back: false,
            consents: vec![],
            lists: vec![],
        }
    }
}

fn written(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
