//! Lists (SPEC 3.1): named sets of contacts, with totals that are kept, not counted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
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

/// A list as shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    /// Made then.
    pub created_at: DateTime<Utc>,
}

/// A list as typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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

/// A member as shown on the list's page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
}

/// Contacts to put on a list.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
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
}
