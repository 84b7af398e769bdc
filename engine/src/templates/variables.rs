//! What a text may say about a person, the workspace and the message (SPEC 4.2): the one list of names, which checking,
//! the fallbacks and the console's list of variables all read.

/// A name that a text may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Variable {
    /// The name between the braces.
    pub name: &'static str,
    /// What stands there, for people.
    pub about: &'static str,
    /// What stands there when nothing is known; without one, that person's message is skipped.
    pub fallback: Option<&'static str>,
}

const fn known(name: &'static str, about: &'static str) -> Variable {
    Variable { name, about, fallback: None }
}

const fn with_fallback(name: &'static str, about: &'static str, fallback: &'static str) -> Variable {
    Variable { name, about, fallback: Some(fallback) }
}

/// Every variable there is, but for the custom fields (`custom.…`).
pub const VARIABLES: &[Variable] = &[
    with_fallback("first_name", "First name", "there"),
    known("last_name", "Last name"),
    with_fallback("business_name", "Name of the business", "your business"),
    with_fallback("community", "The community: the custom field of that name", "your community"),
    known("email", "E-mail address"),
    known("phone", "Phone number"),
    known("whatsapp", "WhatsApp number"),
    known("social", "Handle on a social network"),
    known("external_id", "Id in the system it comes from"),
    known("language", "Language, such as en or de"),
    known("time_zone", "Time zone"),
    known("city", "City"),
    known("state", "State"),
    known("country", "Country, in two letters"),
    known("industry", "Industry"),
    known("lead_score", "Lead score, 0 to 100"),
    known("stage", "Stage of the pipeline"),
    known("birthday", "Birthday, for formatDate"),
    known("tags", "Tags, for each"),
    known("company_name", "Your workspace’s name"),
    known("brand.name", "Your name as a sender; without one, your workspace’s name"),
    with_fallback("brand.colour", "Your colour", "#4338ca"),
    with_fallback("brand.text_colour", "Black or white, whichever can be read on your colour", "#ffffff"),
    known("brand.logo_url", "Address of your logo: within {{#if brand.logo_url}} … {{else}} … {{/if}}"),
    known("brand.reply_to", "Where answers arrive"),
    with_fallback("postal_address", "Your postal address", ""),
    with_fallback("campaign_name", "The campaign’s name", ""),
    known("unsubscribe_url", "Link to unsubscribe"),
    known("preferences_url", "Link to the page of preferences"),
    known("content_url", "Link to the message in a browser"),
    known("tracking_pixel", "Address of the picture that tells who opens it; added at the end where you don’t"),
];

/// Whether a path names something: a variable, or a custom field.
pub(super) fn is_known(path: &str) -> bool {
    let is_within = |(first, rest): (&str, &str)| match first {
        "custom" => !rest.is_empty(),
        "tags" => rest.parse::<usize>().is_ok(),
        _ => false,
    };
    path == "custom"
        || VARIABLES.iter().any(|variable| variable.name == path)
        || path.split_once('.').is_some_and(is_within)
}

impl Variable {
    /// Whether it reads well within a sentence: addresses of pages and lists do not.
    pub fn is_wording(&self) -> bool {
        !self.name.ends_with("_url")
            && self.name != "tracking_pixel"
            && !self.name.ends_with("colour")
            && self.name != "tags"
    }
}

/// What stands for a variable that is empty.
pub(super) fn fallback(path: &str) -> Option<&'static str> {
    VARIABLES.iter().find(|variable| variable.name == path).and_then(|variable| variable.fallback)
}

/// The variable that was probably meant.
pub(super) fn meant(path: &str) -> Option<&'static str> {
    nearest(path, VARIABLES.iter().map(|variable| variable.name))
}

/// The name that is closest to what was typed, if any is close.
pub(super) fn nearest(typed: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let typed: String = typed.chars().filter(|c| c.is_alphanumeric()).take(40).collect::<String>().to_lowercase();
    let bare = |name: &str| name.replace(['_', '.'], "").to_lowercase();
    let distance = |name: &&'static str| strsim::damerau_levenshtein(&typed, &bare(name));
    let close = match typed.len() {
        0..=4 => 1,
        5..=9 => 2,
        _ => 3,
    };
    names.map(|name| (distance(&name), name)).filter(|(far, _)| *far <= close).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_fields_are_known_by_their_place() {
        assert!(is_known("first_name") && is_known("custom.size") && is_known("custom.pet.name") && is_known("tags.0"));
        assert!(is_known("brand.colour") && !is_known("brand") && !is_known("brand.x") && !is_known("brand.name.x"));
        assert!(!is_known("first_name.x") && !is_known("custom.") && !is_known("frist_name") && !is_known("tags.x"));
    }

    #[test]
    fn the_nearest_name_is_found_and_far_ones_are_not() {
        assert_eq!(meant("frist_name"), Some("first_name"));
        assert_eq!(meant("firstName"), Some("first_name"));
        assert_eq!(meant("brand.color"), Some("brand.colour"));
        assert_eq!(meant("unsubscribe_link"), None);
        assert_eq!(meant("x"), None);
        assert_eq!(meant("shoe_size"), None);
    }
}
