//! Tags (SPEC 2.3): short words on a contact. Kept in lower case with single spaces, so that each is one tag however
//! it was typed; a comma never belongs to one, for it parts them.

use serde::{Deserialize, Serialize};

use crate::{
    error::{FieldErrors, Refused},
    id::ContactId,
};

/// The longest tag, in characters.
pub const LONGEST: usize = 60;
/// The most tags that a contact can have.
pub const MOST: usize = 100;

/// One tag in its only form; none when nothing was typed.
pub fn normalize(typed: &str) -> Result<Option<String>, Refused> {
    let tag = typed.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if tag.chars().any(|c| c.is_control() || c == ',') {
        return Err(Refused::new("invalid", "A tag is a word or a few, without commas."));
    }
    if tag.chars().count() > LONGEST {
        return Err(Refused::new("too_long", format!("A tag has at most {LONGEST} characters.")));
    }
    Ok(Some(tag).filter(|tag| !tag.is_empty()))
}

/// Tags in order, each once. Each text may hold several, parted by commas.
pub fn parse(typed: &[impl AsRef<str>]) -> Result<Vec<String>, Refused> {
    let parts = typed.iter().flat_map(|text| text.as_ref().split(','));
    let mut tags = parts.filter_map(|part| normalize(part).transpose()).collect::<Result<Vec<_>, _>>()?;
    tags.sort_unstable();
    tags.dedup();
    if tags.len() > MOST {
        return Err(Refused::new("too_many", format!("At most {MOST} tags.")));
    }
    Ok(tags)
}

/// Tags to add to some contacts and to take from them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(extend("required" = ["contact_ids"])))]
#[serde(default)]
pub struct NewTagging {
    /// Whose.
    pub contact_ids: Vec<String>,
    /// To add.
    pub add: Vec<String>,
    /// To take away.
    pub remove: Vec<String>,
}

/// A checked [`NewTagging`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tagging {
    /// Whose, each once.
    pub contacts: Vec<ContactId>,
    /// To add.
    pub add: Vec<String>,
    /// To take away.
    pub remove: Vec<String>,
}

impl NewTagging {
    /// At least one contact and one tag, at most a thousand contacts.
    pub fn parse(&self) -> Result<Tagging, FieldErrors> {
        let mut errors = FieldErrors::default();
        let unknown = || Refused::new("unknown", "There is no such contact.");
        let ids = self.contact_ids.iter().map(|id| id.trim().parse().or(Err(unknown())));
        let mut contacts = errors.take("contact_ids", ids.collect::<Result<Vec<ContactId>, _>>()).unwrap_or_default();
        contacts.sort_unstable();
        contacts.dedup();
        match self.contact_ids.len() {
            0 => errors.add("contact_ids", "required", "Choose at least one contact."),
            1..=1000 => {}
            _ => errors.add("contact_ids", "too_many", "At most 1,000 at a time."),
        }
        let add = errors.take("add", parse(&self.add)).unwrap_or_default();
        let remove = errors.take("remove", parse(&self.remove)).unwrap_or_default();
        if errors.is_empty() && add.is_empty() && remove.is_empty() {
            errors.add("add", "required", "Write at least one tag.");
        }
        if add.iter().any(|tag| remove.contains(tag)) {
            errors.add("remove", "both", "A tag cannot be added and taken away at once.");
        }
        errors.finish(Some(Tagging { contacts, add, remove }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tag_is_one_however_it_was_typed() {
        assert_eq!(parse(&["VIP, spring  Sale", " vip ", ""]), Ok(vec!["spring sale".into(), "vip".into()]));
        assert_eq!(parse(&["x".repeat(61)]).unwrap_err().code, "too_long");
        assert_eq!(normalize("a\u{7}b").unwrap_err().code, "invalid");
        let many: Vec<_> = (0..101).map(|n| n.to_string()).collect();
        assert_eq!(parse(&many).unwrap_err().code, "too_many");
    }

    #[test]
    fn tagging_needs_somebody_and_a_tag() {
        let id = ContactId(uuid::Uuid::nil()).to_string();
        let tagging = |ids: &[&str], add: &str, remove: &str| NewTagging {
            contact_ids: ids.iter().map(|id| (*id).into()).collect(),
            add: vec![add.into()],
            remove: vec![remove.into()],
        };
        assert_eq!(tagging(&[&id, &id], "A, b", "").parse().unwrap().contacts.len(), 1);
        for (wrong, field) in [
            (tagging(&[], "a", ""), "contact_ids"),
            (tagging(&["x"], "a", ""), "contact_ids"),
            (tagging(&[&id], "", " "), "add"),
            (tagging(&[&id], "a", "A"), "remove"),
        ] {
            assert!(wrong.parse().unwrap_err().message(field).is_some(), "{wrong:?}");
        }
    }

    proptest! {
        /// The form of a tag is its own form, and a list of tags reads as itself.
        #[test]
        fn tags_are_stable(typed in proptest::collection::vec(".{0,20}", 0..6)) {
            if let Ok(tags) = parse(&typed) {
                prop_assert_eq!(parse(&tags), Ok(tags.clone()));
                prop_assert_eq!(parse(&[tags.join(", ")]), Ok(tags));
            }
        }
    }
}
