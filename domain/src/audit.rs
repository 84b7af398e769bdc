//! The audit log (SPEC 1.4): who did what, when, from where. Entries are only ever added.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{FieldErrors, Refused},
    page::PageQuery,
    zone,
};

/// One entry as it is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, in words: a user's name, a key's name, or the command line.
    pub actor: String,
    /// The id of that user or key; none for all others.
    pub actor_id: Option<String>,
    /// From which address, where known.
    pub address: Option<String>,
    /// What, as `noun.verb` (`campaign.started`).
    pub action: String,
    /// The kind of thing it was done to.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// Its name at that time.
    pub subject_name: String,
    /// What changed: before and after, where there is more to say.
    pub detail: serde_json::Value,
}

/// Which entries are asked for, as typed; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// Which page.
    #[serde(flatten)]
    pub page: PageQuery,
    /// The beginning of an action: `campaign.` or `campaign.started`.
    pub action: Option<String>,
    /// The id of a user or key.
    pub actor: Option<String>,
    /// The id of what it was done to.
    pub subject: Option<String>,
    /// From this day or moment on.
    pub from: Option<String>,
    /// Up to the end of this day, or to this moment.
    pub to: Option<String>,
}

/// A checked [`AuditQuery`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// The beginning of an action.
    pub action: Option<String>,
    /// A user or key.
    pub actor: Option<Uuid>,
    /// What it was done to.
    pub subject: Option<String>,
    /// From then on.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub before: Option<DateTime<Utc>>,
    /// Words of names, actions and addresses, in lower case.
    pub search: Option<String>,
}

impl AuditQuery {
    /// The whole log, page by page.
    pub fn all(page: PageQuery) -> Self {
        Self { page, ..Default::default() }
    }

    /// Checks everything at once. Days are those of `zone`.
    pub fn parse(&self, zone: Tz) -> Result<AuditFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let actor = errors.take("actor", typed(&self.actor).map(actor).transpose());
        let from = errors.take("from", typed(&self.from).map(|text| moment(text, zone, 0)).transpose());
        let before = errors.take("to", typed(&self.to).map(|text| moment(text, zone, 1)).transpose());
        if let (Some(Some(from)), Some(Some(before))) = (from, before)
            && from >= before
        {
            errors.add("to", "before_from", "Ends before it begins.");
        }
        let owned = |text: &Option<String>| typed(text).map(str::to_owned);
        let (action, subject) = (owned(&self.action), owned(&self.subject));
        let search = self.page.search().map(|search| search.to_lowercase());
        errors.finish(actor.zip(from).zip(before).map(|((actor, from), before)| AuditFilter {
            action,
            actor,
            subject,
            from,
            before,
            search,
        }))
    }
}

fn typed(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty() && !text.contains('\0'))
}

fn actor(text: &str) -> Result<Uuid, Refused> {
    Uuid::parse_str(text).or(Err(Refused::new("invalid", "Not the id of a user or key.")))
}

/// A moment, or the beginning of a day `after` days later.
fn moment(text: &str, zone: Tz, after: u64) -> Result<DateTime<Utc>, Refused> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.to_utc());
    }
    let day: Option<NaiveDate> = text.parse().ok().and_then(|day: NaiveDate| day.checked_add_days(Days::new(after)));
    let refused = Refused::new("invalid", "A day such as 2026-11-20, or a moment such as 2026-11-20T08:00:00Z.");
    day.map(|day| zone::instant(day.and_time(NaiveTime::MIN), zone)).ok_or(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_workspace_and_the_last_one_counts_whole() {
        let query = AuditQuery { from: Some("2026-11-20".into()), to: Some("2026-11-20".into()), ..Default::default() };
        let filter = query.parse(Tz::America__New_York).unwrap();
        let at = |moment: Option<DateTime<Utc>>| moment.unwrap().to_rfc3339();
        assert_eq!(at(filter.from), "2026-11-20T05:00:00+00:00");
        assert_eq!(at(filter.before), "2026-11-21T05:00:00+00:00");
        let exact = AuditQuery { to: Some("2026-11-20T08:00:00+01:00".into()), ..Default::default() };
        assert_eq!(at(exact.parse(Tz::UTC).unwrap().before), "2026-11-20T07:00:00+00:00");
    }

    #[test]
    fn what_cannot_be_meant_is_told_at_its_field_all_at_once() {
        let text = |text: &str| Some(text.to_owned());
        let query =
            AuditQuery { actor: text("nora"), from: text("yesterday"), to: text("2026-13-01"), ..Default::default() };
        let fields: Vec<_> = query.parse(Tz::UTC).unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["actor", "from", "to"]);
        let turned = AuditQuery { from: text("2026-11-20"), to: text("2026-11-18"), ..Default::default() };
        assert_eq!(turned.parse(Tz::UTC).unwrap_err().0[0].code, "before_from");
        assert_eq!(
            AuditQuery { from: text("  "), ..Default::default() }.parse(Tz::UTC).unwrap(),
            AuditFilter::default()
        );
    }
}
