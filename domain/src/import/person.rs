//! The fields of a contact that a file can fill, and what a row makes of those that are there already. Nothing is
//! cleared by a column that the file does not have, and what identifies a person is never cleared at all.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Duplicates,
    field::{FieldSet, Plain},
};

/// Fields of a contact, checked, as they are kept.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Address, as typed.
    pub email: Option<String>,
    /// Phone in the form E.164.
    pub phone: Option<String>,
    /// The number for WhatsApp, where it is another.
    pub whatsapp: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Its id there.
    pub external_id: Option<String>,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business.
    pub business_name: String,
    /// Name on a social network.
    pub social: String,
    /// City.
    pub city: String,
    /// State or province.
    pub state: String,
    /// Industry category.
    pub industry: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Step of the pipeline.
    pub stage: Option<String>,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// From 0 to 100.
    pub lead_score: Option<i16>,
    /// Birthday.
    pub birthday: Option<NaiveDate>,
    /// In order, each once.
    pub tags: Vec<String>,
    /// Custom fields; in a row, null where the cell is empty.
    pub custom: Map<String, Value>,
    /// Must not be contacted.
    pub do_not_contact: bool,
    /// A made-up person.
    pub test: bool,
}

impl Person {
    /// What identifies its address: lower case.
    pub fn email_key(&self) -> Option<String> {
        self.email.as_ref().map(|email| email.to_lowercase())
    }

    /// Where it comes from and its id there.
    pub fn external(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }

    /// Whether it can be reached at all.
    pub fn is_reachable(&self) -> bool {
        self.email.is_some() || self.phone.is_some() || self.whatsapp.is_some()
    }

    /// A new contact as the row has it: empty custom fields are none.
    #[must_use]
    pub fn into_new(mut self) -> Self {
        self.custom.retain(|_, value| !value.is_null());
        self
    }

    /// What this contact becomes by a row in which the fields of `named` have a column.
    #[must_use]
    pub fn with(&self, row: &Self, named: FieldSet, duplicates: Duplicates) -> Self {
        if duplicates == Duplicates::Skip {
            return self.clone();
        }
        let clears = |field| duplicates == Duplicates::Overwrite && named.has(field);
        let mut new = self.clone();
        self.identify(&mut new, row);
        let text = |new: &mut String, row: &String, field| {
            if !row.is_empty() || clears(field) {
                new.clone_from(row);
            }
        };
        text(&mut new.first_name, &row.first_name, Plain::FirstName);
        text(&mut new.last_name, &row.last_name, Plain::LastName);
        text(&mut new.business_name, &row.business_name, Plain::BusinessName);
        text(&mut new.social, &row.social, Plain::Social);
        text(&mut new.city, &row.city, Plain::City);
        text(&mut new.state, &row.state, Plain::State);
        text(&mut new.industry, &row.industry, Plain::Industry);
        take(&mut new.country, &row.country, clears(Plain::Country));
        take(&mut new.time_zone, &row.time_zone, clears(Plain::TimeZone));
        take(&mut new.language, &row.language, clears(Plain::Language));
        take(&mut new.stage, &row.stage, clears(Plain::Stage));
        take(&mut new.lead_score, &row.lead_score, clears(Plain::LeadScore));
        take(&mut new.birthday, &row.birthday, clears(Plain::Birthday));
        if row.latitude.is_some() || clears(Plain::Latitude) {
            (new.latitude, new.longitude) = (row.latitude, row.longitude);
        }
        new.label(row, clears(Plain::Tags), duplicates);
        new
    }

    /// An address in another spelling stays as it is.
    fn identify(&self, new: &mut Self, row: &Self) {
        if row.email.is_some() && row.email_key() != self.email_key() {
            new.email.clone_from(&row.email);
        }
        take(&mut new.phone, &row.phone, false);
        take(&mut new.whatsapp, &row.whatsapp, false);
        if row.external_id.is_some() {
            new.source.clone_from(&row.source);
            new.external_id.clone_from(&row.external_id);
        }
    }

    /// Tags are added, or replaced; custom fields change one by one; a bar to contact is never lifted by a file.
    fn label(&mut self, row: &Self, clears_tags: bool, duplicates: Duplicates) {
        if clears_tags {
            self.tags.clone_from(&row.tags);
        } else if row.tags.iter().any(|tag| !self.tags.contains(tag)) {
            self.tags.extend(row.tags.iter().cloned());
            self.tags.sort_unstable();
            self.tags.dedup();
        }
        for (key, value) in &row.custom {
            match value {
                Value::Null if duplicates == Duplicates::Overwrite => drop(self.custom.remove(key)),
                Value::Null => {}
                value => drop(self.custom.insert(key.clone(), value.clone())),
            }
        }
        self.do_not_contact |= row.do_not_contact;
        self.test |= row.test;
    }
}

fn take<T: Clone>(new: &mut Option<T>, row: &Option<T>, clears: bool) {
    if row.is_some() || clears {
        new.clone_from(row);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn custom(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    fn ada() -> Person {
        Person {
            email: Some("Ada@one.example".into()),
            first_name: "Ada".into(),
            city: "Rome".into(),
            tags: vec!["vip".into()],
            custom: custom(json!({"size": 3, "shoe": "red"})),
            do_not_contact: true,
            ..Default::default()
        }
    }

    fn row() -> (Person, FieldSet) {
        let mut named = FieldSet::default();
        for field in [Plain::Email, Plain::FirstName, Plain::City, Plain::Tags, Plain::DoNotContact] {
            named.insert(field);
        }
        let row = Person {
            email: Some("ADA@one.example".into()),
            first_name: "Augusta".into(),
            tags: vec!["new".into()],
            custom: custom(json!({"size": 4, "shoe": null})),
            ..Default::default()
        };
        (row, named)
    }

    #[test]
    fn the_choice_decides_what_a_row_changes() {
        let (row, named) = row();
        assert_eq!(ada().with(&row, named, Duplicates::Skip), ada());
        let updated = ada().with(&row, named, Duplicates::Update);
        assert_eq!((updated.first_name.as_str(), updated.city.as_str()), ("Augusta", "Rome"));
        assert_eq!(updated.tags, ["new", "vip"]);
        assert_eq!(updated.custom, custom(json!({"size": 4, "shoe": "red"})));
        let over = ada().with(&row, named, Duplicates::Overwrite);
        assert_eq!((over.city.as_str(), over.tags.as_slice()), ("", ["new".to_owned()].as_slice()));
        assert_eq!(over.custom, custom(json!({"size": 4})));
        assert!(updated.do_not_contact && over.do_not_contact, "a file never lifts it");
        assert_eq!(over.email.as_deref(), Some("Ada@one.example"), "the same address in another spelling");
    }

    proptest! {
        /// The same row again changes nothing, whatever was there.
        #[test]
        fn a_row_twice_is_a_row_once(
            have in ("[a-c]{0,2}", "[a-c]{0,2}", proptest::collection::vec("[a-c]", 0..3), any::<bool>()),
            typed in ("[a-c]{0,2}", "[a-c]{0,2}", proptest::collection::vec("[a-c]", 0..3), any::<bool>()),
            duplicates in proptest::sample::select(Duplicates::ALL.to_vec()),
            bits in any::<u64>(),
        ) {
            let person = |(first, city, tags, test): (String, String, Vec<String>, bool)| Person {
                first_name: first.clone(), city: city.clone(), country: Some(city).filter(|c| !c.is_empty()),
                tags: { let mut tags = tags; tags.sort(); tags.dedup(); tags }, test,
                custom: custom(if first.is_empty() { json!({"a": null}) } else { json!({"a": first}) }),
                ..Default::default()
            };
            let (have, row) = (person(have).into_new(), person(typed));
            let mut named = FieldSet::default();
            Plain::ALL.iter().filter(|f| bits & f.bit() != 0).for_each(|f| named.insert(*f));
            let once = have.with(&row, named, duplicates);
            prop_assert_eq!(once.with(&row, named, duplicates), once);
        }
    }
}
