//! A change of a contact: what is given is changed, what is left out stays, an empty text empties.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Contact, NewContact};
use crate::text;

/// What to change about a contact.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ContactChange {
    /// Where it comes from; together with `external_id`.
    pub source: Option<String>,
    /// Its id there.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub external_id: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Number for WhatsApp.
    pub whatsapp: Option<String>,
    /// Name on a social network.
    pub social: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Name of the business.
    pub business_name: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State, province or region.
    pub state: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Degrees north.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub latitude: Option<String>,
    /// Degrees east.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub longitude: Option<String>,
    /// Industry category.
    pub industry: Option<String>,
    /// 0 to 100.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub lead_score: Option<String>,
    /// Key of a pipeline stage.
    pub stage: Option<String>,
    /// `1990-05-14`.
    pub birthday: Option<String>,
    /// All tags that it is to have.
    pub tags: Option<Vec<String>>,
    /// Custom fields to set; `null` or an empty text takes one away, others stay.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::custom_fields"))]
    pub custom: Option<Value>,
    /// Must not be written to on any channel.
    pub do_not_contact: Option<bool>,
    /// For trying things.
    pub test: Option<bool>,
}

impl ContactChange {
    /// The contact as it would be typed with the change.
    pub fn on(&self, contact: &Contact) -> NewContact {
        let (mut new, change) = (NewContact::from(contact), self.clone());
        let texts = [
            (&mut new.source, change.source),
            (&mut new.external_id, change.external_id),
            (&mut new.email, change.email),
            (&mut new.whatsapp, change.whatsapp),
            (&mut new.social, change.social),
            (&mut new.first_name, change.first_name),
            (&mut new.last_name, change.last_name),
            (&mut new.business_name, change.business_name),
            (&mut new.language, change.language),
            (&mut new.city, change.city),
            (&mut new.state, change.state),
            (&mut new.country, change.country),
            (&mut new.latitude, change.latitude),
            (&mut new.longitude, change.longitude),
            (&mut new.industry, change.industry),
            (&mut new.lead_score, change.lead_score),
            (&mut new.stage, change.stage),
            (&mut new.birthday, change.birthday),
        ];
        for (old, given) in texts {
            if let Some(given) = given {
                *old = given;
            }
        }
        new.phone = change.phone.or(new.phone);
        new.time_zone = change.time_zone.or(new.time_zone);
        new.tags = change.tags.unwrap_or(new.tags);
        new.custom = change.custom.map_or(new.custom.clone(), |given| Some(overlaid(new.custom, given)));
        new.do_not_contact = change.do_not_contact.unwrap_or(new.do_not_contact);
        new.test = change.test.unwrap_or(new.test);
        new
    }
}

/// The fields of `old` with those of `given` over them; what is no object is given back, to be refused.
fn overlaid(old: Option<Value>, given: Value) -> Value {
    match (old, given) {
        (Some(Value::Object(mut fields)), Value::Object(given)) => {
            for (key, value) in given {
                match value {
                    Value::Null => fields.remove(&key),
                    Value::String(text) if text.trim().is_empty() => fields.remove(&key),
                    value => fields.insert(key, value),
                };
            }
            Value::Object(fields)
        }
        (_, given) => given,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::id::ContactId;

    /// A contact with nothing but an address and what matters here.
    fn contact() -> Contact {
        serde_json::from_value(json!({
            "id": ContactId(uuid::Uuid::nil()), "email": "ada@one.example", "phone": "+12125550123", "social": "",
            "first_name": "Ada", "last_name": "L", "business_name": "", "city": "London", "state": "", "industry": "",
            "lead_score": 7, "tags": ["vip"], "custom": {"size": 3, "shoe": 40}, "do_not_contact": true, "test": false,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        }))
        .unwrap()
    }

    #[test]
    fn what_is_left_out_stays() {
        assert_eq!(ContactChange::default().on(&contact()), NewContact::from(&contact()));
    }

    #[test]
    fn what_is_given_is_changed_and_an_empty_text_empties() {
        let change: ContactChange = serde_json::from_value(json!({
            "phone": "", "city": "Turin", "lead_score": 8, "tags": [], "do_not_contact": false,
            "custom": {"size": null, "shoe": 41, "hat": "m"},
        }))
        .unwrap();
        let new = change.on(&contact());
        assert_eq!((new.phone.as_deref(), new.city.as_str(), new.lead_score.as_str()), (Some(""), "Turin", "8"));
        assert_eq!((new.tags.len(), new.do_not_contact, new.first_name.as_str()), (0, false, "Ada"));
        assert_eq!(new.custom, Some(json!({"shoe": 41, "hat": "m"})));
    }
}
