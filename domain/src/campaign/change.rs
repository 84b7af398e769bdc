//! A change of a draft: what is left out stays as it is, so that each step of the builder saves its own part alone.

use serde::{Deserialize, Serialize};

use super::{AudiencePart, CampaignDetail, CampaignType, NewAudience, NewCampaign, NewContent, NewSwitches};

/// A change as typed: the fields of [`NewCampaign`].
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct CampaignChange {
    /// Its name.
    pub name: Option<String>,
    /// Its code.
    pub code: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// What it is to achieve.
    pub goal: Option<String>,
    /// How it comes about.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Over which channels.
    pub channels: Option<Vec<String>>,
    /// What it says.
    pub content: Option<NewContent>,
    /// In whose name; empty: nobody's yet.
    pub sender_id: Option<String>,
    /// For whom, whole.
    pub audience: Option<NewAudience>,
    /// When, whole.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::schedule"))]
    pub schedule: Option<serde_json::Value>,
    /// Messages a second; empty: as fast as it goes.
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub rate_per_second: Option<serde_json::Value>,
    /// What it respects.
    pub switches: Option<NewSwitches>,
}

impl CampaignChange {
    /// The whole as it would be typed: this over what there is. What it says is there only where it changes: to type a
    /// template's name again would take another version of it.
    pub fn over(&self, now: &CampaignDetail) -> NewCampaign {
        let campaign = &now.campaign;
        let text = |new: &Option<String>, old: &str| new.clone().unwrap_or_else(|| old.to_owned());
        let kind = match (&self.kind, &self.schedule) {
            (Some(kind), _) => kind.clone(),
            // Whether it is sent now or at a moment follows from the new schedule.
            (None, Some(_)) => String::new(),
            (None, None) => campaign.kind.word().to_owned(),
        };
        let channels = || campaign.channels.iter().map(|channel| channel.word().to_owned()).collect();
        // A sender that is gone is not chosen any more.
        let sender = || now.sender_id.filter(|_| now.sender.is_some()).map(|sender| sender.to_string());
        let rate = || campaign.rate_per_second.map_or(serde_json::Value::Null, Into::into);
        NewCampaign {
            name: text(&self.name, &campaign.name),
            code: text(&self.code, &campaign.code),
            description: text(&self.description, &campaign.description),
            goal: text(&self.goal, &campaign.goal),
            kind,
            channels: self.channels.clone().unwrap_or_else(channels),
            content: self.content.clone().unwrap_or_default(),
            sender_id: self.sender_id.clone().or_else(sender),
            audience: self.audience.clone().unwrap_or_else(|| typed_audience(now)),
            schedule: Some(self.schedule.clone().unwrap_or_else(|| typed_schedule(now))),
            rate_per_second: self.rate_per_second.clone().unwrap_or_else(rate),
            switches: self.switches.unwrap_or_default().over(campaign.switches).into(),
        }
    }
}

fn typed_audience(now: &CampaignDetail) -> NewAudience {
    let ids = |parts: &[AudiencePart]| parts.iter().map(|part| serde_json::json!(part)).collect();
    NewAudience { include: ids(&now.audience.include), exclude: ids(&now.audience.exclude) }
}

fn typed_schedule(now: &CampaignDetail) -> serde_json::Value {
    let campaign = &now.campaign;
    let kind = if campaign.kind == CampaignType::Scheduled { "at" } else { "now" };
    serde_json::json!({
        "type": kind, "at": campaign.starts_at, "time_zone": campaign.time_zone, "not_after": campaign.not_after,
        "late_minutes": campaign.late_minutes,
    })
}
