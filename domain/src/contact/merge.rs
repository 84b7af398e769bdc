//! Two contacts that are one person (SPEC 2.3: by hand only). One stays and keeps what it knows; what it does not know
//! it takes from the other, and whatever a person chooses to take instead.

use std::mem;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Contact, NewContact};
use crate::{
    error::{FieldErrors, Refused},
    id::ContactId,
    words::words,
};

words! {
    /// What can be taken from the other contact.
    MergeField {
        /// E-mail address.
        Email = "email",
        /// Phone.
        Phone = "phone",
        /// Number for WhatsApp.
        Whatsapp = "whatsapp",
        /// Name on a social network.
        Social = "social",
        /// Source and id there, together.
        External = "external_id",
        /// First name.
        FirstName = "first_name",
        /// Last name.
        LastName = "last_name",
        /// Name of the business.
        BusinessName = "business_name",
        /// Time zone.
        TimeZone = "time_zone",
        /// Language.
        Language = "language",
        /// City.
        City = "city",
        /// State, province or region.
        State = "state",
        /// Country.
        Country = "country",
        /// Latitude and longitude, together.
        Place = "place",
        /// Industry category.
        Industry = "industry",
        /// Lead score.
        LeadScore = "lead_score",
        /// Pipeline stage.
        Stage = "stage",
        /// Birthday.
        Birthday = "birthday",
        /// Custom fields that both have.
        Custom = "custom",
    }
}

impl MergeField {
    /// The name that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "E-mail",
            Self::Phone => "Phone",
            Self::Whatsapp => "WhatsApp number",
            Self::Social => "Social",
            Self::External => "Source and id",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::BusinessName => "Business",
            Self::TimeZone => "Time zone",
            Self::Language => "Language",
            Self::City => "City",
            Self::State => "State or region",
            Self::Country => "Country",
            Self::Place => "Latitude and longitude",
            Self::Industry => "Industry",
            Self::LeadScore => "Lead score",
            Self::Stage => "Stage",
            Self::Birthday => "Birthday",
            Self::Custom => "Custom fields",
        }
    }
}

/// A merge as asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewMerge {
    /// Id of the contact that stays.
    pub into: String,
    /// Words of [`MergeField`]: what to take from the one that goes, though the other has it too.
    pub take: Vec<String>,
}

impl NewMerge {
    /// Who stays, and what is taken.
    pub fn parse(&self) -> Result<(ContactId, Vec<MergeField>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let into = match self.into.trim() {
            "" => Err(Refused::new("required", "Choose the contact that stays.")),
            id => id.parse().or(Err(Refused::new("unknown", "There is no such contact."))),
        };
        let into = errors.take("into", into);
        let take = errors.take("take", self.take.iter().map(|word| MergeField::parse(word)).collect());
        errors.finish(into.zip(take))
    }
}

/// The contact that stays as it would be typed after the merge. Who wanted no message as either of the two wants none.
pub fn merged(stays: &Contact, goes: &Contact, take: &[MergeField]) -> NewContact {
    let (mut new, mut other) = (NewContact::from(stays), NewContact::from(goes));
    for field in MergeField::ALL {
        let taken = take.contains(field);
        for (mine, theirs) in slots(*field, &mut new).into_iter().zip(slots(*field, &mut other)) {
            if !theirs.is_empty() && (taken || mine.is_empty()) {
                mem::swap(mine, theirs);
            }
        }
    }
    // Where WhatsApp reaches the phone, it is known already.
    if stays.whatsapp_number().is_some() && !take.contains(&MergeField::Whatsapp) {
        new.whatsapp = stays.whatsapp.clone().unwrap_or_default();
    }
    new.custom = Some(match take.contains(&MergeField::Custom) {
        true => united(goes.custom.clone(), stays.custom.clone()),
        false => united(stays.custom.clone(), goes.custom.clone()),
    });
    new.tags.extend(goes.tags.iter().cloned());
    new.do_not_contact |= goes.do_not_contact;
    new.test &= goes.test;
    new
}

/// Where a field's text, or its two texts that go together, are kept.
fn slots(field: MergeField, of: &mut NewContact) -> Vec<&mut String> {
    match field {
        MergeField::Email => vec![&mut of.email],
        MergeField::Phone => vec![of.phone.get_or_insert_default()],
        MergeField::Whatsapp => vec![&mut of.whatsapp],
        MergeField::Social => vec![&mut of.social],
        MergeField::External => vec![&mut of.source, &mut of.external_id],
        MergeField::FirstName => vec![&mut of.first_name],
        MergeField::LastName => vec![&mut of.last_name],
        MergeField::BusinessName => vec![&mut of.business_name],
        MergeField::TimeZone => vec![of.time_zone.get_or_insert_default()],
        MergeField::Language => vec![&mut of.language],
        MergeField::City => vec![&mut of.city],
        MergeField::State => vec![&mut of.state],
        MergeField::Country => vec![&mut of.country],
        MergeField::Place => vec![&mut of.latitude, &mut of.longitude],
        MergeField::Industry => vec![&mut of.industry],
        MergeField::LeadScore => vec![&mut of.lead_score],
        MergeField::Stage => vec![&mut of.stage],
        MergeField::Birthday => vec![&mut of.birthday],
        MergeField::Custom => vec![],
    }
}

fn united(first: Value, more: Value) -> Value {
    match (first, more) {
        (Value::Object(mut fields), Value::Object(more)) => {
            for (key, value) in more {
                fields.entry(key).or_insert(value);
            }
            Value::Object(fields)
        }
        (first, _) => first,
    }
}

/// Where both know something and not the same: the field, what stays by itself, and what could be taken.
pub fn differences(stays: &Contact, goes: &Contact) -> Vec<(MergeField, String, String)> {
    let (mut mine, mut theirs) = (NewContact::from(stays), NewContact::from(goes));
    let joined = |texts: Vec<&mut String>| texts.into_iter().map(|text| text.as_str()).collect::<Vec<_>>().join(" ");
    let texts = MergeField::ALL.iter().map(|field| {
        (
            *field,
            joined(slots(*field, &mut mine)).trim().to_owned(),
            joined(slots(*field, &mut theirs)).trim().to_owned(),
        )
    });
    let mut found: Vec<_> =
        texts.filter(|(_, mine, theirs)| !mine.is_empty() && !theirs.is_empty() && mine != theirs).collect();
    let (mine, theirs) = clashing(&stays.custom, &goes.custom);
    if !mine.is_empty() {
        found.push((MergeField::Custom, mine, theirs));
    }
    found
}

/// Custom fields that both have with other values.
fn clashing(stays: &Value, goes: &Value) -> (String, String) {
    let (Some(stays), Some(goes)) = (stays.as_object(), goes.as_object()) else { return Default::default() };
    let clash =
        stays.iter().filter_map(|(key, mine)| Some((key, mine, goes.get(key).filter(|theirs| *theirs != mine)?)));
    let written: Vec<_> =
        clash.map(|(key, mine, theirs)| (format!("{key}: {mine}"), format!("{key}: {theirs}"))).collect();
    let (mine, theirs): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    (mine.join(", "), theirs.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contact(fields: Value) -> Contact {
        let mut all = json!({
            "id": ContactId(uuid::Uuid::nil()), "social": "", "first_name": "", "last_name": "", "business_name": "",
            "city": "", "state": "", "industry": "", "tags": [], "custom": {}, "do_not_contact": false, "test": false,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        });
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    #[test]
    fn who_stays_keeps_its_values_and_takes_what_it_lacks() {
        let stays =
            contact(json!({"email": "a@b.co", "first_name": "Ada", "tags": ["vip"], "custom": {"size": 1, "hat": "m"},
            "latitude": 1.0, "longitude": 2.0, "test": true}));
        let goes = contact(
            json!({"email": "z@b.co", "phone": "+12125550123", "first_name": "A.", "last_name": "Byron",
            "tags": ["old"], "custom": {"size": 2, "shoe": 40}, "do_not_contact": true, "latitude": 3.0, "longitude": 4.0,
            "source": "crm", "external_id": "7"}),
        );
        let new = merged(&stays, &goes, &[]);
        assert_eq!(
            (new.email.as_str(), new.phone.as_deref(), new.first_name.as_str()),
            ("a@b.co", Some("+12125550123"), "Ada")
        );
        assert_eq!((new.last_name.as_str(), new.latitude.as_str(), new.longitude.as_str()), ("Byron", "1", "2"));
        assert_eq!(
            (new.source.as_str(), new.external_id.as_str(), new.tags),
            ("crm", "7", vec!["vip".to_owned(), "old".into()])
        );
        assert_eq!(new.custom, Some(json!({"size": 1, "hat": "m", "shoe": 40})));
        assert!(new.do_not_contact && !new.test, "no message to who wanted none; a real person is no test");
        let fields: Vec<_> = differences(&stays, &goes).into_iter().map(|(field, ..)| field).collect();
        assert_eq!(fields, [MergeField::Email, MergeField::FirstName, MergeField::Place, MergeField::Custom]);
    }

    #[test]
    fn what_is_chosen_is_taken() {
        let stays = contact(json!({"email": "a@b.co", "custom": {"size": 1}}));
        let goes = contact(json!({"email": "z@b.co", "custom": {"size": 2}}));
        let new = merged(&stays, &goes, &[MergeField::Email, MergeField::Custom, MergeField::City]);
        assert_eq!((new.email.as_str(), new.custom, new.city.as_str()), ("z@b.co", Some(json!({"size": 2})), ""));
    }

    #[test]
    fn whatsapp_goes_on_reaching_the_phone() {
        let stays = contact(json!({"phone": "+12125550123"}));
        let goes = contact(json!({"phone": "+12125550124", "whatsapp": "+12125550125"}));
        assert_eq!(merged(&stays, &goes, &[]).whatsapp, "");
        assert_eq!(merged(&stays, &goes, &[MergeField::Whatsapp]).whatsapp, "+12125550125");
        assert_eq!(merged(&contact(json!({"email": "a@b.co"})), &goes, &[]).whatsapp, "+12125550125");
    }

    #[test]
    fn a_merge_names_who_stays_and_known_fields() {
        let errors = NewMerge { into: "x".into(), take: vec!["soul".into()] }.parse().unwrap_err();
        assert!(errors.message("into").is_some() && errors.message("take").is_some());
    }
}
