//! API keys (SPEC 1.3): what is asked for one, and when it ends.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{access::Scope, error::FieldErrors, id::KeyId, text, zone};

/// An API key without its secret.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// The beginning of the key, to know it again.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Made then.
    pub created_at: DateTime<Utc>,
    /// Last used then (to the minute), if ever.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Good until then; none: until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// No longer good since then.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A key just made, with its secret: it is never shown again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FreshKey {
    /// The key's record.
    #[serde(flatten)]
    pub key: ApiKey,
    /// What programs send as `Authorization: Bearer …`.
    pub secret: String,
}

/// What is asked for an API key, as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["name", "scopes"])))]
#[serde(default)]
pub struct NewKey {
    /// What it is for.
    pub name: String,
    /// Words of [`Scope`].
    pub scopes: Vec<String>,
    /// The last day it is good, or the moment it ends; until revoked when empty.
    pub expires_at: Option<String>,
}

/// The longest that the end of a key can be away, so that a slip of the finger is told.
const KEY_LASTS: TimeDelta = TimeDelta::days(3660);
/// How long a key that was replaced still works, so that programs can be given the new one.
pub const KEY_OVERLAP: TimeDelta = TimeDelta::hours(24);

impl NewKey {
    /// When it ends. A day is the workspace's, and counts whole.
    pub fn ends(&self, zone: Tz, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, FieldErrors> {
        let Some(typed) = self.expires_at.as_deref().map(str::trim).filter(|typed| !typed.is_empty()) else {
            return Ok(None);
        };
        let day = || typed.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(1));
        let of_day = |day: NaiveDate| zone::instant(day.and_time(NaiveTime::MIN), zone);
        let end = DateTime::parse_from_rfc3339(typed).map(|end| end.to_utc()).ok().or_else(|| day().map(of_day));
        let refused = |code, message| Err(FieldErrors::one("expires_at", code, message));
        match end {
            None => refused("invalid", "A day such as 2027-01-31, or a moment such as 2027-01-31T08:00:00Z."),
            Some(end) if end <= now => refused("past", "Is past already."),
            Some(end) if end > now + KEY_LASTS => refused("too_late", "More than ten years away."),
            end => Ok(end),
        }
    }

    /// The name and the scopes, each scope once.
    pub fn parse(&self) -> Result<(String, Vec<Scope>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 100));
        let scopes = self.scopes.iter().map(|word| Scope::parse(word)).collect::<Result<Vec<_>, _>>();
        let mut scopes = errors.take("scopes", scopes).unwrap_or_default();
        scopes.sort();
        scopes.dedup();
        if scopes.is_empty() && errors.message("scopes").is_none() {
            errors.add("scopes", "required", "Choose at least one.");
        }
        errors.finish(name.map(|name| (name, scopes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_needs_a_name_and_known_scopes() {
        let shop = |scopes: &[&str]| NewKey {
            name: "shop".into(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            ..Default::default()
        };
        assert!(shop(&["send", "read"]).parse().is_ok());
        assert_eq!(shop(&["fly"]).parse().unwrap_err().0.len(), 1);
        assert_eq!(NewKey::default().parse().unwrap_err().0.len(), 2);
    }

    #[test]
    fn a_key_ends_with_a_day_of_the_workspace_or_at_a_moment() {
        let now = DateTime::parse_from_rfc3339("2026-11-20T12:00:00Z").unwrap().to_utc();
        let ends =
            |typed: &str| NewKey { expires_at: Some(typed.into()), ..Default::default() }.ends(Tz::Asia__Tokyo, now);
        let at = |typed: &str| ends(typed).unwrap().map(|end| end.to_rfc3339());
        assert_eq!(at("2026-11-30").as_deref(), Some("2026-11-30T15:00:00+00:00"));
        assert_eq!(at("2026-11-30T08:00:00+01:00").as_deref(), Some("2026-11-30T07:00:00+00:00"));
        assert_eq!(at(" "), None);
        for (typed, code) in [("soon", "invalid"), ("2026-11-19", "past"), ("2226-11-19", "too_late")] {
            assert_eq!(ends(typed).unwrap_err().0[0].code, code, "{typed}");
        }
    }
}
