//! Which addresses a mail may lead to: nothing that a browser would run ever gets into one.

/// Variables that hold a whole link of ours.
const LINKS: &[&str] = &["content_url", "approval_url", "unsubscribe_url", "preferences_url"];

/// Whether an address may be linked to: of the web, for mail or a telephone, or a variable that holds a link of ours.
/// Nothing that a browser would run.
pub fn is_link(address: &str) -> bool {
    let address = address.trim();
    if address.len() > 2000 || address.chars().any(|c| c.is_whitespace() || c.is_control() || "\"'<>`\\".contains(c)) {
        return false;
    }
    if let Some(name) = address.strip_prefix("{{").and_then(|rest| rest.split_once("}}")).map(|(name, _)| name) {
        return LINKS.contains(&name);
    }
    let lower = address.to_ascii_lowercase();
    let after =
        |scheme: &str| lower.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '{']));
    after("https://") || after("http://") || after("mailto:") || after("tel:")
}

/// Whether an address is the place of the workspace's logo.
pub(super) fn is_logo(address: &str) -> bool {
    let inside = address.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    inside.is_some_and(|name| name.trim() == "brand.logo_url")
}

/// Whether a picture may be loaded from there.
pub(super) fn is_picture(address: &str) -> bool {
    if is_logo(address) {
        return true;
    }
    let lower = address.trim().to_ascii_lowercase();
    is_link(address) && (lower.starts_with("https://") || lower.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_safe_is_a_link() {
        for good in
            ["https://a.example", " http://a.example/?b={{email}}", "mailto:a@b.co", "tel:+1555", "{{unsubscribe_url}}"]
        {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "JAVASCRIPT:x",
            "data:text/html,x",
            "//a.example",
            "/a",
            "a.example",
            "https://",
            "https:///x",
            "https://a b",
            "https://a\"b",
            "https://{{custom.host}}/",
            "{{custom.url}}",
            "java\nscript:x",
            "mailto:",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }
}
