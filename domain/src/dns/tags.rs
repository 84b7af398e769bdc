//! Lists of tags, `k=rsa; p=…`, as DKIM and DMARC write them (RFC 6376, 3.2).

/// The tags in their order, or what is wrong. White space around names and values does not count.
pub(super) fn tags(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut tags: Vec<(String, String)> = Vec::new();
    let parts: Vec<&str> = text.split(';').collect();
    for (i, part) in parts.iter().enumerate() {
        // The list may end with a semicolon; two beside one another are none.
        if part.trim().is_empty() && i + 1 == parts.len() {
            continue;
        }
        let (name, value) = part.split_once('=').ok_or_else(|| format!("“{}” is no tag.", shortened(part)))?;
        let (name, value) = (name.trim(), value.trim());
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if !is_name {
            return Err(format!("“{}” is no name of a tag.", shortened(name)));
        }
        if tags.iter().any(|(known, _)| known == name) {
            return Err(format!("The tag {name} stands there twice."));
        }
        tags.push((name.to_owned(), value.to_owned()));
    }
    Ok(tags)
}

/// The value of a tag.
pub(super) fn tag<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    tags.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// As much of a text as fits into a sentence.
pub(super) fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
