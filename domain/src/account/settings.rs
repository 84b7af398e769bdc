//! A workspace's settings (SPEC 1.1), and how they are changed: what is left out stays.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{NewWorkspace, Workspace};
use crate::{
    brand::{Brand, NewBrand},
    doubt::DoubtPolicy,
    error::FieldErrors,
};

/// A workspace with its settings, as its admins see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// The workspace.
    #[serde(flatten)]
    pub workspace: Workspace,
    /// Its brand.
    pub brand: Brand,
    /// What becomes of a message that stays in doubt.
    pub doubt_policy: DoubtPolicy,
    /// Since when: it counts for what came into doubt from then on. None while nobody has chosen.
    pub doubt_policy_since: Option<DateTime<Utc>>,
}

/// Settings to change, as typed; what is left out stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewSettings {
    /// Its name.
    pub name: Option<String>,
    /// Its short name.
    pub slug: Option<String>,
    /// IANA name of its default time zone.
    pub time_zone: Option<String>,
    /// Printed in footers.
    pub postal_address: Option<String>,
    /// Its brand.
    pub brand: NewBrand,
    /// A word of [`DoubtPolicy`].
    pub doubt_policy: Option<String>,
}

impl NewSettings {
    /// All settings as they are after the change, every value checked; all errors at once.
    pub fn over(&self, known: &Settings) -> Result<Settings, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kept = |typed: &Option<String>, known: &String| typed.clone().unwrap_or_else(|| known.clone());
        let typed = NewWorkspace {
            name: kept(&self.name, &known.workspace.name),
            slug: kept(&self.slug, &known.workspace.slug),
            time_zone: kept(&self.time_zone, &known.workspace.time_zone),
            postal_address: kept(&self.postal_address, &known.workspace.postal_address),
        };
        let workspace = errors.take_all(typed.parse());
        let brand = errors.take_all(self.brand.over(&known.brand));
        let policy = self.doubt_policy.as_deref().map_or(Ok(known.doubt_policy), DoubtPolicy::parse);
        let policy = errors.take("doubt_policy", policy);
        errors.finish(workspace.zip(brand).zip(policy).map(|((typed, brand), doubt_policy)| Settings {
            workspace: Workspace {
                id: known.workspace.id,
                name: typed.name,
                slug: typed.slug,
                time_zone: typed.time_zone,
                postal_address: typed.postal_address,
            },
            brand,
            doubt_policy,
            doubt_policy_since: known.doubt_policy_since,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::TenantId;

    #[test]
    fn settings_change_only_where_something_was_typed() {
        let known = Settings {
            workspace: Workspace {
                id: TenantId(uuid::Uuid::nil()),
                name: "Maple Row".into(),
                slug: "maple-row".into(),
                time_zone: "Europe/Rome".into(),
                postal_address: "1 Maple Row".into(),
            },
            brand: Brand::default(),
            doubt_policy: DoubtPolicy::Hold,
            doubt_policy_since: None,
        };
        assert_eq!(NewSettings::default().over(&known).unwrap(), known);
        let renamed = NewSettings { name: Some("Oak Lane".into()), ..Default::default() }.over(&known).unwrap();
        assert_eq!((&*renamed.workspace.name, &*renamed.workspace.slug), ("Oak Lane", "maple-row"));
        let wrong = NewSettings {
            name: Some(String::new()),
            time_zone: Some("Mars/Base".into()),
            brand: NewBrand { colour: Some("red".into()), ..Default::default() },
            doubt_policy: Some("maybe".into()),
            ..Default::default()
        };
        let fields: Vec<_> = wrong.over(&known).unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "time_zone", "brand.colour", "doubt_policy"]);
    }
}
