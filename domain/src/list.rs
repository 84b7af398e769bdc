//! Lists (SPEC 3.1): named sets of contacts, with totals that are kept, not counted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    email::Email,
    error::{FieldErrors, Refused},
    id::{ContactId, ListId},
    text,
    words::words,
};

words! {
    /// How a list gets its members.
    ListType {
        /// By hand and by programs.
        Static = "static",
        /// From a file.
        Imported = "imported",
    }
}

words! {
    /// Where a member stands.
    MemberStatus {
        /// On the list.
        Active = "active",
        /// Taken off.
        Removed = "removed",
        /// The address bounced.
        Bounced = "bounced",
        /// Unsubscribed.
        Unsubscribed = "unsubscribed",
    }
}

words! {
    /// Who put a member there.
    AddedBy {
        /// A user.
        Manual = "manual",
        /// A file.
        Import = "import",
        /// A program.
        Api = "api",
        /// A rule.
        Automation = "automation",
    }
}

impl MemberStatus {
    /// The moves of a member: whoever asked to be left alone is only put back one by one, and stays known for it until
    /// then.
    pub fn may_become(self, next: Self) -> bool {
        use MemberStatus::*;
        match self {
            Active => next != Active,
            Removed | Unsubscribed => next == Active,
            Bounced => next != Bounced,
        }
    }

    /// From where a member comes to this state.
    pub fn sources(self) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|status| status.may_become(self)).collect()
    }
}

/// A list as shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct List {
    /// Its id.
    pub id: ListId,
    /// Its name, unique in the workspace.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How it gets its members.
    #[serde(rename = "type")]
    pub kind: ListType,
    /// Everybody ever on it.
    pub total: i64,
    /// Those on it now.
    pub active: i64,
    /// Those whose address bounced.
    pub bounced: i64,
    /// Those who unsubscribed.
    pub unsubscribed: i64,
    /// Made then.
    pub created_at: DateTime<Utc>,
}

impl List {
    /// How many members are in this state.
    pub fn count(&self, status: MemberStatus) -> i64 {
        match status {
            MemberStatus::Active => self.active,
            MemberStatus::Bounced => self.bounced,
            MemberStatus::Unsubscribed => self.unsubscribed,
            MemberStatus::Removed => self.total - self.active - self.bounced - self.unsubscribed,
        }
    }
}

/// A list as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["name"])))]
#[serde(default)]
pub struct NewList {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `static`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl NewList {
    /// Name, description and type, checked.
    pub fn parse(&self) -> Result<(String, String, ListType), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", text::required_line(&self.name, 200));
        let description = errors.take("description", text::optional(&self.description, 2000));
        let kind =
            errors.take("type", if self.kind.is_empty() { Ok(ListType::Static) } else { ListType::parse(&self.kind) });
        errors.finish(name.zip(description).zip(kind).map(|((name, description), kind)| (name, description, kind)))
    }
}

/// What is changed of a list; what is left out stays.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ListChange {
    /// Its name.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub name: Option<String>,
    /// What it is for.
    #[serde(deserialize_with = "text::or_number_if_given")]
    #[cfg_attr(feature = "schema", schemars(schema_with = "crate::schema::text_or_number"))]
    pub description: Option<String>,
}

impl ListChange {
    /// Name and description, checked; none where it stays.
    pub fn parse(&self) -> Result<(Option<String>, Option<String>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = self.name.as_deref().map(|name| text::required_line(name, 200)).transpose();
        let name = errors.take("name", name);
        let description = self.description.as_deref().map(|words| text::optional(words, 2000)).transpose();
        let description = errors.take("description", description);
        errors.finish(name.zip(description))
    }
}

/// A member as shown on the list's page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ListMember"))]
pub struct Member {
    /// The contact.
    pub contact_id: ContactId,
    /// What to call them.
    pub label: String,
    /// Their address.
    pub email: Option<String>,
    /// Where they stand.
    pub status: MemberStatus,
    /// Who put them there.
    pub added_by: AddedBy,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Since when they stand there, where that is later.
    pub changed_at: Option<DateTime<Utc>>,
}

/// Contacts to put on a list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct NewMembers {
    /// Their ids.
    pub contact_ids: Vec<String>,
}

impl NewMembers {
    /// The ids, at least one and at most a thousand.
    pub fn parse(&self) -> Result<Vec<ContactId>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let unknown = || Refused::new("unknown", "There is no such contact.");
        let ids = self.contact_ids.iter().map(|id| id.trim().parse().or(Err(unknown())));
        let ids = errors.take("contact_ids", ids.collect::<Result<Vec<ContactId>, _>>());
        match self.contact_ids.len() {
            0 => errors.add("contact_ids", "required", "Choose at least one contact."),
            1..=1000 => {}
            _ => errors.add("contact_ids", "too_long", "At most 1,000 at a time."),
        }
        errors.finish(ids)
    }
}

/// The most addresses that are looked up at once.
const ADDRESSES: usize = 10_000;

/// The addresses in a text: one a line, or with commas, semicolons or spaces between, each once in the form that
/// identifies it; and those that are none.
pub fn addresses_in(text: &str) -> Result<(Vec<String>, Vec<String>), Refused> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for typed in text.split(|c: char| c.is_whitespace() || ",;".contains(c)).filter(|typed| !typed.is_empty()) {
        match Email::parse(typed.trim_matches(['<', '>', '"', '\''])) {
            Ok(address) => good.push(address.key()),
            Err(_) => bad.push(typed.chars().take(254).collect()),
        }
    }
    good.sort_unstable();
    good.dedup();
    match good.len() + bad.len() {
        0 => Err(Refused::new("required", "Paste at least one e-mail address.")),
        1..=ADDRESSES => Ok((good, bad)),
        _ => Err(Refused::new("too_long", "At most 10,000 addresses at a time. A longer file can be imported.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_needs_a_name_and_a_known_type() {
        assert_eq!(NewList { name: " VIP ".into(), ..Default::default() }.parse().unwrap().0, "VIP");
        let errors = NewList { kind: "magic".into(), ..Default::default() }.parse().unwrap_err();
        assert!(errors.message("name").is_some() && errors.message("type").is_some());
    }

    #[test]
    fn members_are_some_and_not_too_many() {
        assert!(NewMembers::default().parse().is_err());
        assert!(NewMembers { contact_ids: vec!["x".into()] }.parse().is_err());
    }

    #[test]
    fn addresses_are_found_in_whatever_is_pasted() {
        let pasted = "Ada@one.example, <ben@two.example>;\nada@ONE.example\tnobody";
        let (good, bad) = addresses_in(pasted).unwrap();
        assert_eq!((good, bad), (vec!["ada@one.example".into(), "ben@two.example".into()], vec!["nobody".into()]));
        assert_eq!(addresses_in(" \n,").unwrap_err().code, "required");
        assert_eq!(addresses_in(&"a@b.co ".repeat(10)).unwrap().0.len(), 1);
        let many: String = (0..=ADDRESSES).map(|n| format!("p{n}@b.co\n")).collect();
        assert_eq!(addresses_in(&many).unwrap_err().code, "too_long");
    }

    #[test]
    fn a_change_leaves_alone_what_it_leaves_out() {
        assert_eq!(ListChange::default().parse(), Ok((None, None)));
        assert!(ListChange { name: Some(" ".into()), ..Default::default() }.parse().is_err());
        let emptied = ListChange { description: Some(String::new()), ..Default::default() };
        assert_eq!(emptied.parse(), Ok((None, Some(String::new()))));
    }

    #[test]
    fn who_unsubscribed_is_neither_forgotten_nor_marked_otherwise() {
        use MemberStatus::*;
        assert_eq!(Removed.sources(), [Active, Bounced]);
        assert_eq!(Bounced.sources(), [Active]);
        assert_eq!(Unsubscribed.sources(), [Active, Bounced]);
        assert_eq!(Active.sources(), [Removed, Bounced, Unsubscribed]);
    }

    #[test]
    fn the_counts_are_of_everybody() {
        let list = List {
            id: ListId(uuid::Uuid::nil()),
            name: String::new(),
            description: String::new(),
            kind: ListType::Static,
            total: 10,
            active: 4,
            bounced: 1,
            unsubscribed: 2,
            created_at: DateTime::UNIX_EPOCH,
        };
        let counts = MemberStatus::ALL.iter().map(|status| list.count(*status));
        assert_eq!(counts.collect::<Vec<_>>(), [4, 3, 1, 2]);
    }
}
