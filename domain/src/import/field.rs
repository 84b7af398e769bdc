//! What a column of a file can become: a field of a contact, a custom field, or what a person agreed to. Each has a word
//! for programs and a label for people.

use serde::{Deserialize, Serialize};

use crate::{channel::Channel, custom_field::is_key, error::Refused, words::words};

/// What a column becomes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(into = "String", try_from = "String")]
pub enum Field {
    /// A field of the contact itself.
    Plain(Plain),
    /// A custom field by its key.
    Custom(String),
    /// Consent to marketing on a channel.
    Consent(Channel),
    /// Consent to marketing by e-mail and WhatsApp at once (SPEC 2.5).
    Marketing,
}

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $label:literal;)*) => {
        words! {
            /// A field of the contact itself.
            Plain { $($(#[$doc])* $name = $word,)* }
        }

        impl Plain {
            /// What people call it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }

            /// Its place in a set.
            pub(crate) fn bit(self) -> u64 {
                1 << (self as u32)
            }
        }
    };
}

plain! {
    /// The address.
    Email = "email", "E-mail";
    /// The phone.
    Phone = "phone", "Phone";
    /// The number for WhatsApp, where it is another.
    Whatsapp = "whatsapp", "WhatsApp number";
    /// First name.
    FirstName = "first_name", "First name";
    /// Last name.
    LastName = "last_name", "Last name";
    /// Both in one: the last word is the last name.
    FullName = "full_name", "Full name";
    /// Name of the business.
    BusinessName = "business_name", "Business";
    /// Its id where it comes from.
    ExternalId = "external_id", "Id in another system";
    /// Where that is.
    Source = "source", "Name of that system";
    /// City.
    City = "city", "City";
    /// State or province.
    State = "state", "State";
    /// Country.
    Country = "country", "Country";
    /// Degrees north.
    Latitude = "latitude", "Latitude";
    /// Degrees east.
    Longitude = "longitude", "Longitude";
    /// IANA zone.
    TimeZone = "time_zone", "Time zone";
    /// Language.
    Language = "language", "Language";
    /// Industry category.
    Industry = "industry", "Industry";
    /// Lead score.
    LeadScore = "lead_score", "Lead score (0 to 100)";
    /// Step of the pipeline.
    Stage = "stage", "Pipeline stage";
    /// Birthday.
    Birthday = "birthday", "Birthday";
    /// Tags, parted by commas.
    Tags = "tags", "Tags";
    /// Name on a social network.
    Social = "social", "Social handle";
    /// Must not be contacted at all.
    DoNotContact = "do_not_contact", "Do not contact";
    /// A made-up person.
    Test = "test", "Test contact";
}

/// The fields of a contact that a row names, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FieldSet(u64);

impl FieldSet {
    /// Adds a field.
    pub fn insert(&mut self, field: Plain) {
        self.0 |= field.bit();
    }

    /// Whether it is in.
    pub fn has(self, field: Plain) -> bool {
        self.0 & field.bit() != 0
    }
}

impl Field {
    /// The word for programs: `email`, `custom.size`, `consent.sms`.
    pub fn word(&self) -> String {
        match self {
            Self::Plain(plain) => plain.word().into(),
            Self::Custom(key) => format!("custom.{key}"),
            Self::Consent(channel) => format!("consent.{channel}"),
            Self::Marketing => "consent.marketing".into(),
        }
    }

    /// What people call it.
    pub fn label(&self) -> String {
        match self {
            Self::Plain(plain) => plain.label().into(),
            Self::Custom(key) => format!("Custom field {key}"),
            Self::Consent(channel) => format!("Consent for {}", channel.label()),
            Self::Marketing => "Consent for e-mail and WhatsApp".into(),
        }
    }

    /// Whether it grants or withdraws.
    pub fn is_consent(&self) -> bool {
        matches!(self, Self::Consent(_) | Self::Marketing)
    }

    /// The field of this word; none for a column that is left out (an empty word, or `ignore`).
    pub fn parse(word: &str) -> Result<Option<Self>, Refused> {
        let word = word.trim();
        if word.is_empty() || word == "ignore" {
            return Ok(None);
        }
        let known = match word.split_once('.') {
            Some(("custom", key)) => is_key(key).then(|| Self::Custom(key.to_owned())),
            Some(("consent", "marketing")) => Some(Self::Marketing),
            Some(("consent", channel)) => Channel::from_word(channel).map(Self::Consent),
            _ if word == "gdpr_marketing_consent" => Some(Self::Marketing),
            _ => Plain::from_word(word).map(Self::Plain),
        };
        let sentence = || format!("There is no field {word}. Custom ones are written custom.name, in small letters.");
        known.map(Some).ok_or_else(|| Refused::new("unknown", sentence()))
    }
}

impl From<Field> for String {
    fn from(field: Field) -> Self {
        field.word()
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::parse(&word).ok().flatten().ok_or_else(|| format!("no field {word}"))
    }
}

/// The key of a custom field for a column of this name: `Lifetime value (€)` becomes `lifetime_value`.
pub fn key_of(name: &str) -> String {
    let mut key = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            key.push(c);
        } else if !key.is_empty() && !key.ends_with('_') {
            key.push('_');
        }
    }
    let key: String = key.trim_end_matches('_').chars().take(58).collect();
    match key.chars().next() {
        None => "field".into(),
        Some(first) if first.is_ascii_digit() => format!("f_{key}"),
        Some(_) => key,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_go_there_and_back() {
        let fields = Plain::ALL.iter().map(|plain| Field::Plain(*plain));
        let more = [Field::Custom("size".into()), Field::Consent(Channel::Sms), Field::Marketing];
        for field in fields.chain(more) {
            assert_eq!(Field::parse(&field.word()), Ok(Some(field)));
        }
        assert_eq!(Field::parse(" "), Ok(None));
        for bad in ["shoe", "custom.", "custom.A", "consent.pigeon"] {
            assert_eq!(Field::parse(bad).unwrap_err().code, "unknown", "{bad}");
        }
    }

    #[test]
    fn a_column_without_a_field_has_a_key_of_its_own() {
        assert_eq!(key_of(" Lifetime value (€) "), "lifetime_value");
        assert_eq!((key_of("2024"), key_of("日本")), ("f_2024".into(), "field".into()));
    }

    proptest! {
        #[test]
        fn every_name_gives_a_key(name in ".{0,90}") {
            prop_assert!(is_key(&key_of(&name)), "{}", key_of(&name));
        }
    }
}
