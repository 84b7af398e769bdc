//! The checks on a contact: everything that is wrong is told at once, each at its field.

use chrono::NaiveDate;

use super::{NewContact, fields, tag};
use crate::{
    consent::ParsedConsent,
    country,
    email::Email,
    error::{FieldErrors, Refused},
    id::ListId,
    phone, text,
};

/// A checked [`NewContact`].
#[derive(Clone, PartialEq, Debug)]
pub struct ParsedContact {
    /// Where it comes from and its id there.
    pub external: Option<(String, String)>,
    /// Address.
    pub email: Option<Email>,
    /// Phone in the form E.164.
    pub phone: Option<String>,
    /// Number for WhatsApp in the form E.164, where it is another than the phone.
    pub whatsapp: Option<String>,
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
    /// Language as BCP 47 writes it.
    pub language: Option<String>,
    /// City.
    pub city: String,
    /// State, province or region.
    pub state: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
    /// Industry category.
    pub industry: String,
    /// 0 to 100.
    pub lead_score: Option<i16>,
    /// Key of a pipeline stage; whether there is one is the engine's to ask.
    pub stage: Option<String>,
    /// Day of birth.
    pub birthday: Option<NaiveDate>,
    /// Tags in their only form, in order.
    pub tags: Vec<String>,
    /// A JSON object.
    pub custom: serde_json::Value,
    /// Must not be written to on any channel.
    pub do_not_contact: bool,
    /// For trying things.
    pub test: bool,
    /// What the person agreed to.
    pub consents: Vec<ParsedConsent>,
    /// Lists to put the contact on.
    pub lists: Vec<ListId>,
}

impl NewContact {
    /// Checks everything at once. A contact needs an e-mail address or a phone number.
    pub fn parse(&self) -> Result<ParsedContact, FieldErrors> {
        self.parse_in(None)
    }

    /// The same, where numbers without a country code are of `country` unless the contact names its own.
    pub fn parse_in(&self, default_country: Option<&str>) -> Result<ParsedContact, FieldErrors> {
        let mut errors = FieldErrors::default();
        let country = errors.take("country", country::parse(&self.country));
        let numbers_of = country.clone().flatten().or_else(|| default_country.map(str::to_owned));
        let parsed = self.fields(country, numbers_of.as_deref(), &mut errors);
        errors.finish(parsed)
    }

    fn fields(
        &self,
        country: Option<Option<String>>,
        numbers_of: Option<&str>,
        errors: &mut FieldErrors,
    ) -> Option<ParsedContact> {
        let typed_phone = self.phone.as_deref().unwrap_or_default();
        let phone = errors.take("phone", phone::parse(typed_phone, numbers_of));
        let whatsapp = errors.take("whatsapp", phone::parse(&self.whatsapp, numbers_of));
        let email = errors.take("email", self.parse_email());
        let external = self.parse_external(errors);
        let [first_name, last_name, business_name] = [
            errors.take("first_name", text::optional_line(&self.first_name, 200)),
            errors.take("last_name", text::optional_line(&self.last_name, 200)),
            errors.take("business_name", text::optional_line(&self.business_name, 200)),
        ];
        let [social, city, state, industry] = [
            errors.take("social", text::optional_line(&self.social, 200)),
            errors.take("city", text::optional_line(&self.city, 200)),
            errors.take("state", text::optional_line(&self.state, 200)),
            errors.take("industry", text::optional_line(&self.industry, 200)),
        ];
        let time_zone = errors.take("time_zone", fields::time_zone(self.time_zone.as_deref().unwrap_or_default()));
        let language = errors.take("language", fields::language(&self.language));
        let place = self.parse_place(errors);
        let lead_score = errors.take("lead_score", fields::lead_score(&self.lead_score));
        let stage = errors.take("stage", text::optional_line(&self.stage, 60));
        let birthday = errors.take("birthday", fields::birthday(&self.birthday));
        let tags = errors.take("tags", tag::parse(&self.tags));
        let custom = errors.take("custom", parse_custom(self.custom.as_ref()));
        let consents = self.consents.iter().enumerate();
        let consents: Vec<_> = consents.map(|(i, c)| c.parse(&format!("consents.{i}."), errors)).collect();
        let lists = errors.take("lists", parse_lists(&self.lists));
        let phone = phone?;
        Some(ParsedContact {
            external: external?,
            email: email?,
            // The phone is what WhatsApp uses anyway.
            whatsapp: whatsapp?.filter(|number| Some(number) != phone.as_ref()),
            phone,
            social: social?,
            first_name: first_name?,
            last_name: last_name?,
            business_name: business_name?,
            time_zone: time_zone?,
            language: language?,
            city: city?,
            state: state?,
            country: country?,
            place: place?,
            industry: industry?,
            lead_score: lead_score?,
            stage: Some(stage?).filter(|stage| !stage.is_empty()),
            birthday: birthday?,
            tags: tags?,
            custom: custom?,
            do_not_contact: self.do_not_contact,
            test: self.test,
            consents: consents.into_iter().collect::<Option<_>>()?,
            lists: lists?,
        })
    }

    fn parse_email(&self) -> Result<Option<Email>, Refused> {
        let has_number =
            [self.phone.as_deref().unwrap_or_default(), &self.whatsapp].iter().any(|n| !n.trim().is_empty());
        match self.email.trim() {
            "" if has_number => Ok(None),
            "" => Err(Refused::new("required", "An e-mail address or a phone number is needed.")),
            typed => Email::parse(typed).map(Some),
        }
    }

    /// Source and id there name a contact together, or not at all.
    fn parse_external(&self, errors: &mut FieldErrors) -> Option<Option<(String, String)>> {
        let source = errors.take("source", text::optional_line(&self.source, 100))?;
        let id = errors.take("external_id", text::optional_line(&self.external_id, 200))?;
        match (source.is_empty(), id.is_empty()) {
            (true, true) => Some(None),
            (false, false) => Some(Some((source, id))),
            (true, false) => {
                errors.add("source", "required", "Needed with an external id: where that id is from, such as hubspot.");
                None
            }
            (false, true) => {
                errors.add("external_id", "required", "Needed with a source: the contact's id there.");
                None
            }
        }
    }

    fn parse_place(&self, errors: &mut FieldErrors) -> Option<Option<(f64, f64)>> {
        let north = errors.take("latitude", fields::latitude(&self.latitude));
        let east = errors.take("longitude", fields::longitude(&self.longitude));
        match (north?, east?) {
            (Some(north), Some(east)) => Some(Some((north, east))),
            (None, None) => Some(None),
            (north, _) => {
                let missing = if north.is_some() { "longitude" } else { "latitude" };
                errors.add(missing, "required", "Latitude and longitude go together.");
                None
            }
        }
    }
}

/// Custom fields: a JSON object of at most 64 kB.
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
    use crate::consent::NewConsent;

    fn with(change: impl FnOnce(&mut NewContact)) -> Result<ParsedContact, FieldErrors> {
        let mut new = NewContact { email: "ada@one.example".into(), ..Default::default() };
        change(&mut new);
        new.parse()
    }

    #[test]
    fn a_contact_needs_a_way_to_be_reached_and_tells_every_error() {
        let typed = NewContact {
            time_zone: Some("Mars".into()),
            custom: Some(serde_json::json!([1])),
            lists: vec!["x".into()],
            consents: vec![NewConsent::default()],
            country: "Atlantis".into(),
            language: "?".into(),
            latitude: "91".into(),
            lead_score: "many".into(),
            birthday: "yesterday".into(),
            tags: vec!["x".repeat(61)],
            source: "crm".into(),
            ..Default::default()
        };
        let errors = typed.parse().unwrap_err();
        let expected = ["email", "time_zone", "custom", "lists", "consents.0.channel", "country", "language"];
        for field in expected.into_iter().chain(["latitude", "lead_score", "birthday", "tags", "external_id"]) {
            assert!(errors.message(field).is_some(), "{field}: {errors}");
        }
        for number in ["phone", "whatsapp"] {
            let mut new = NewContact::default();
            match number {
                "phone" => new.phone = Some("+12125550123".into()),
                _ => new.whatsapp = "+12125550123".into(),
            }
            assert!(new.parse().is_ok(), "{number} alone");
        }
    }

    #[test]
    fn numbers_are_of_the_contacts_country_else_of_the_default_one() {
        let typed = NewContact { phone: Some("06 1234 5678".into()), country: "Italy".into(), ..Default::default() };
        assert_eq!(typed.parse_in(Some("US")).unwrap().phone.as_deref(), Some("+390612345678"));
        let typed = NewContact { phone: Some("212 555 0123".into()), ..Default::default() };
        assert_eq!(typed.parse_in(Some("US")).unwrap().phone.as_deref(), Some("+12125550123"));
        assert!(typed.parse().unwrap_err().message("phone").is_some());
    }

    #[test]
    fn pairs_go_together() {
        let errors = with(|new| new.latitude = "1.5".into()).unwrap_err();
        assert!(errors.message("longitude").is_some());
        let place = with(|new| (new.latitude, new.longitude) = ("1.5".into(), "-7".into())).unwrap().place;
        assert_eq!(place, Some((1.5, -7.0)));
        assert!(with(|new| new.external_id = "7".into()).unwrap_err().message("source").is_some());
        let external = with(|new| (new.source, new.external_id) = ("crm".into(), "7".into())).unwrap().external;
        assert_eq!(external, Some(("crm".into(), "7".into())));
    }

    #[test]
    fn a_whatsapp_number_is_kept_where_it_is_another() {
        let both = |whatsapp: &str| {
            with(|new| (new.phone, new.whatsapp) = (Some("+12125550123".into()), whatsapp.into())).unwrap().whatsapp
        };
        assert_eq!(both("+1 212 555 0123"), None);
        assert_eq!(both("+12125550124").as_deref(), Some("+12125550124"));
    }

    #[test]
    fn numbers_come_as_text_or_as_numbers() {
        let body = r#"{"email": "a@b.co", "lead_score": 85, "latitude": -1.25, "longitude": "7", "external_id": 12, "source": "crm"}"#;
        let parsed = serde_json::from_str::<NewContact>(body).unwrap().parse().unwrap();
        assert_eq!((parsed.lead_score, parsed.place), (Some(85), Some((-1.25, 7.0))));
        assert_eq!(parsed.external, Some(("crm".into(), "12".into())));
        assert!(serde_json::from_str::<NewContact>(r#"{"lead_score": []}"#).is_err());
    }
}
