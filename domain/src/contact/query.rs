//! Which contacts are looked for: by text, by what is known of them, a page at a time.

use serde::{Deserialize, Serialize};

use crate::{error::FieldErrors, id::ListId, page::PageQuery, words::words};

words! {
    /// How a search text is looked for.
    Match {
        /// What begins so, and what contains it where nothing begins so.
        Beginning = "beginning",
        /// What contains it.
        Anywhere = "anywhere",
    }
}

words! {
    /// What is in force for marketing by e-mail.
    ConsentFilter {
        /// Agreed.
        Granted = "granted",
        /// Withdrew.
        Withdrawn = "withdrawn",
        /// Never said anything.
        Nothing = "none",
    }
}

/// What is asked for, as typed. Everything that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactQuery {
    /// Page and search text.
    #[serde(flatten)]
    pub page: PageQuery,
    /// Word of [`Match`]; `beginning` when empty.
    #[serde(rename = "match")]
    pub how: String,
    /// A tag that they have.
    pub tag: String,
    /// Key of the stage that they are at.
    pub stage: String,
    /// Word of [`ConsentFilter`].
    pub consent: String,
    /// `true` or `false`: whether the e-mail address is suppressed.
    pub suppressed: String,
    /// `true` or `false`: whether they are test contacts.
    pub test: String,
    /// Id of a list that they are on.
    pub list: String,
}

/// The filters, checked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ContactFilter {
    /// Search text, and how to look for it.
    pub search: Option<(String, Match)>,
    /// A tag that they have.
    pub tag: Option<String>,
    /// Key of the stage that they are at.
    pub stage: Option<String>,
    /// What is in force for marketing by e-mail.
    pub consent: Option<ConsentFilter>,
    /// Whether the e-mail address is suppressed.
    pub suppressed: Option<bool>,
    /// Whether they are test contacts.
    pub test: Option<bool>,
    /// A list that they are on.
    pub list: Option<ListId>,
}

impl From<&PageQuery> for ContactQuery {
    fn from(page: &PageQuery) -> Self {
        Self { page: page.clone(), ..Default::default() }
    }
}

impl ContactQuery {
    /// The filters, or everything that is wrong with them.
    pub fn parse(&self) -> Result<ContactFilter, FieldErrors> {
        let mut errors = FieldErrors::default();
        let how = if self.how.trim().is_empty() { Ok(Match::Beginning) } else { Match::parse(&self.how) };
        let how = errors.take("match", how);
        let tag = errors.take("tag", super::tag::normalize(&self.tag));
        let consent = given(&self.consent, "consent", &mut errors, ConsentFilter::parse);
        let suppressed = given(&self.suppressed, "suppressed", &mut errors, yes_or_no);
        let test = given(&self.test, "test", &mut errors, yes_or_no);
        let list = given(&self.list, "list", &mut errors, |id| {
            id.trim().parse().or(Err(crate::error::Refused::new("unknown", "There is no such list.")))
        });
        let search = self.page.search().zip(how);
        let stage = errors.take("stage", crate::text::optional_line(&self.stage, 60)).filter(|stage| !stage.is_empty());
        errors.finish(Some(ContactFilter { search, tag: tag.flatten(), stage, consent, suppressed, test, list }))
    }
}

impl ContactFilter {
    /// Whether everybody is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn given<T>(
    typed: &str,
    field: &str,
    errors: &mut FieldErrors,
    parse: impl FnOnce(&str) -> Result<T, crate::error::Refused>,
) -> Option<T> {
    if typed.trim().is_empty() { None } else { errors.take(field, parse(typed)) }
}

fn yes_or_no(typed: &str) -> Result<bool, crate::error::Refused> {
    typed.trim().parse().or(Err(crate::error::Refused::new("invalid", "Must be true or false.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_checked_all_at_once() {
        let query = ContactQuery {
            how: "perhaps".into(),
            consent: "maybe".into(),
            suppressed: "2".into(),
            list: "x".into(),
            ..Default::default()
        };
        let errors = query.parse().unwrap_err();
        assert!(["match", "consent", "suppressed", "list"].iter().all(|field| errors.message(field).is_some()));
        assert!(ContactQuery::default().parse().unwrap().is_empty());
        let query =
            ContactQuery { tag: " VIP ".into(), consent: "none".into(), test: "true".into(), ..Default::default() };
        let filter = query.parse().unwrap();
        assert_eq!(
            (filter.tag.as_deref(), filter.consent, filter.test),
            (Some("vip"), Some(ConsentFilter::Nothing), Some(true))
        );
    }
}
