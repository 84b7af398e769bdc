//! Contacts (SPEC 2.3): the people who may be written to.

mod change;
pub mod fields;
mod history;
pub mod merge;
#[cfg(feature = "phone")]
mod new;
mod query;
pub mod tag;
mod typed;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use change::ContactChange;
pub use history::{Happening, Upcoming};
#[cfg(feature = "phone")]
pub use new::ParsedContact;
pub use query::{ConsentFilter, ContactFilter, ContactQuery, Match};
pub use typed::NewContact;

use crate::{
    consent::{ConsentEntry, State},
    id::{ContactId, ListId},
};

/// A contact as shown.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Where it comes from (a CRM, a file), for those that have an id there.
    pub source: Option<String>,
    /// Its id where it comes from.
    pub external_id: Option<String>,
    /// Address, as typed.
    pub email: Option<String>,
    /// Phone in the form E.164.
    pub phone: Option<String>,
    /// The number for WhatsApp in the form E.164, where it is another than the phone.
    pub whatsapp: Option<String>,
    /// Its name on a social network; empty where not known.
    pub social: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Name of the business, for small businesses.
    pub business_name: String,
    /// IANA zone, where known.
    pub time_zone: Option<String>,
    /// Language as BCP 47 writes it, where known.
    pub language: Option<String>,
    /// City; empty where not known.
    pub city: String,
    /// State, province or region; empty where not known.
    pub state: String,
    /// Country: ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Degrees north. Known together with the longitude or not at all.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Industry category; empty where not known.
    pub industry: String,
    /// How promising, from 0 to 100.
    pub lead_score: Option<i16>,
    /// Key of the pipeline stage.
    pub stage: Option<String>,
    /// Day of birth.
    pub birthday: Option<NaiveDate>,
    /// Tags, in order.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Must not be written to on any channel.
    pub do_not_contact: bool,
    /// A colleague's or a made-up one: for trying things.
    pub test: bool,
    /// In force for marketing by e-mail: granted, withdrawn, or nothing said.
    pub email_consent: Option<State>,
    /// Since when it is known.
    pub created_at: DateTime<Utc>,
    /// Last changed.
    pub updated_at: DateTime<Utc>,
    /// When the person last did something.
    pub last_activity_at: Option<DateTime<Utc>>,
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
            self.whatsapp.clone().unwrap_or_default(),
        ]
        .into_iter()
        .find(|s| !s.is_empty())
        .unwrap_or_else(|| "No name".into())
    }

    /// The number that WhatsApp reaches: its own, else the phone.
    pub fn whatsapp_number(&self) -> Option<&str> {
        self.whatsapp.as_deref().or(self.phone.as_deref())
    }
}

/// A contact with what belongs on its page.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListRef {
    /// Its id.
    pub id: ListId,
    /// Its name.
    pub name: String,
}
