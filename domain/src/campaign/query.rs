//! Which campaigns are asked for.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{CampaignStatus, CampaignType};
use crate::{
    channel::Channel,
    error::{FieldErrors, Refused},
    id::UserId,
    page::PageQuery,
    zone,
};

/// Which campaigns are asked for, as typed; what is empty does not matter.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CampaignQuery {
    /// Which page, of which status, found by which words of name or code.
    #[serde(flatten)]
    pub page: PageQuery,
    /// How they come about.
    #[serde(rename = "type")]
    pub kind: String,
    /// Over this channel.
    pub channel: String,
    /// Made by this user.
    pub owner: String,
    /// `true`: only archived ones; `all`: these too.
    pub archived: String,
    /// Begun, or to begin, from this day or moment on.
    pub from: String,
    /// Up to the end of this day, or to this moment.
    pub to: String,
}

/// A checked [`CampaignQuery`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CampaignFilter {
    /// In this state.
    pub status: Option<CampaignStatus>,
    /// Words of name or code, in lower case.
    pub search: Option<String>,
    /// How they come about.
    pub kind: Option<CampaignType>,
    /// Over this channel.
    pub channel: Option<Channel>,
    /// Made by this user.
    pub owner: Option<UserId>,
    /// Only archived ones, or only others; none: all.
    pub archived: Option<bool>,
    /// Begun, or to begin, from then on.
    pub from: Option<DateTime<Utc>>,
    /// Before then.
    pub before: Option<DateTime<Utc>>,
}

impl From<&PageQuery> for CampaignQuery {
    fn from(page: &PageQuery) -> Self {
        Self { page: page.clone(), ..Self::default() }
    }
}

impl CampaignQuery {
    /// Whether anything narrows it, but for where a page begins.
    pub fn is_narrowed(&self) -> bool {
        let whole = PageQuery { cursor: self.page.cursor.clone(), limit: self.page.limit, ..Default::default() };
        *self != Self::from(&whole)
    }

    /// Checks everything at once. Days are those of `zone`.
    pub fn parse(&self, zone: Tz) -> Result<CampaignFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let status = self.page.status.as_deref().unwrap_or_default();
        let status = errors.take("status", chosen(status, CampaignStatus::parse));
        let kind = errors.take("type", chosen(&self.kind, CampaignType::parse));
        let channel = errors.take("channel", chosen(&self.channel, Channel::parse));
        let owner = errors.take("owner", chosen(&self.owner, parse_owner));
        let archived = errors.take("archived", parse_archived(&self.archived));
        let from = errors.take("from", chosen(&self.from, |text| moment(text, zone, 0)));
        let before = errors.take("to", chosen(&self.to, |text| moment(text, zone, 1)));
        if let (Some(Some(from)), Some(Some(before))) = (from, before)
            && from >= before
        {
            errors.add("to", "before_from", "Ends before it begins.");
        }
        let search = self.page.search().map(|search| search.to_lowercase());
        let which = status.zip(kind).zip(channel.zip(owner).zip(archived)).zip(from.zip(before));
        errors.finish(which.map(|(((status, kind), ((channel, owner), archived)), (from, before))| CampaignFilter {
            status,
            search,
            kind,
            channel,
            owner,
            archived,
            from,
            before,
        }))
    }
}

fn chosen<T>(typed: &str, parse: impl FnOnce(&str) -> Result<T, Refused>) -> Result<Option<T>, Refused> {
    if typed.trim().is_empty() { Ok(None) } else { parse(typed.trim()).map(Some) }
}

fn parse_owner(typed: &str) -> Result<UserId, Refused> {
    typed.parse().or(Err(Refused::new("unknown", "There is no such user.")))
}

fn parse_archived(typed: &str) -> Result<Option<bool>, Refused> {
    match typed.trim() {
        "" | "false" => Ok(Some(false)),
        "true" => Ok(Some(true)),
        "all" => Ok(None),
        _ => Err(Refused::new("unknown", "Must be one of: false, true, all.")),
    }
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
    fn what_is_archived_is_shown_only_to_who_asks_for_it() {
        let archived = |word: &str| {
            CampaignQuery { archived: word.into(), ..Default::default() }.parse(Tz::UTC).map(|filter| filter.archived)
        };
        assert_eq!((archived("").unwrap(), archived("true").unwrap()), (Some(false), Some(true)));
        assert_eq!(archived("all").unwrap(), None);
        assert_eq!(archived("maybe").unwrap_err().0[0].field, "archived");
    }

    #[test]
    fn what_cannot_be_meant_is_told_at_its_field_all_at_once() {
        let page = PageQuery { status: Some("asleep".into()), ..Default::default() };
        let text = |text: &str| text.to_owned();
        let (kind, channel, from, to) = (text("weekly"), text("pigeon"), text("2026-11-20"), text("2026-11-18"));
        let owner = text("nobody");
        let query = CampaignQuery { page, kind, channel, owner, from, to, ..Default::default() };
        let fields: Vec<_> = query.parse(Tz::UTC).unwrap_err().0.into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["status", "type", "channel", "owner", "to"]);
        assert!(query.is_narrowed() && !CampaignQuery::default().is_narrowed());
    }

    #[test]
    fn days_are_those_of_the_zone_and_the_last_one_counts_whole() {
        let (from, to) = ("2026-11-20".to_owned(), "2026-11-20".to_owned());
        let filter = CampaignQuery { from, to, ..Default::default() }.parse(Tz::America__New_York).unwrap();
        assert_eq!(filter.from.unwrap().to_rfc3339(), "2026-11-20T05:00:00+00:00");
        assert_eq!(filter.before.unwrap().to_rfc3339(), "2026-11-21T05:00:00+00:00");
    }
}
