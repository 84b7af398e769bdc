//! What is looked at in a template's source before it is compiled: how deeply it is nested (compiling and converting take
//! time that grows with the square of the depth), and the plain text that is made from HTML when none was written.

use domain::error::Refused;

/// Elements or blocks within one another. Mail clients cope with far fewer.
const DEEPEST: usize = 100;
/// Elements that have no end.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Refuses what is nested too deeply.
pub(super) fn check_depth(source: &str) -> Result<(), Refused> {
    let branches = source.matches("{{else").count();
    if branches > DEEPEST || blocks(source) > DEEPEST || elements(source) > DEEPEST {
        let message = format!("Nested too deeply: at most {DEEPEST} blocks or elements within one another.");
        return Err(Refused::new("too_deep", message));
    }
    Ok(())
}

/// The plain-text part of an HTML source. Its places are put aside meanwhile, so that no line break gets into them. What
/// nobody sees, such as a preheader, is left out.
pub(super) fn plain_from_html(html: &str) -> String {
    let html = without_tables(&without_hidden(html));
    let (mut bare, mut places) = (String::with_capacity(html.len()), Vec::new());
    let mut rest = html.as_str();
    while let Some((start, length)) = next_place(rest) {
        bare.push_str(&rest[..start]);
        bare.push(stand_in(places.len()));
        places.push(&rest[start..start + length]);
        rest = &rest[start + length..];
    }
    bare.push_str(rest);
    let mut text = html2text::config::plain().raw_mode(true).string_from_read(bare.as_bytes(), 76).unwrap_or_default();
    for (i, place) in places.iter().enumerate() {
        text = text.replace(stand_in(i), place);
    }
    text
}

/// Tables of mail are for looks: a row becomes a line, its cells stand one after the other. A place between two rows would
/// not stay there in a table, where no text can be.
fn without_tables(html: &str) -> String {
    const BLOCKS: &[&str] = &["table", "tbody", "thead", "tfoot", "tr"];
    let (mut made, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(start) = rest.find('<') {
        made.push_str(&rest[..start]);
        rest = &rest[start..];
        let slash = usize::from(rest[1..].starts_with('/'));
        let name: String = rest[1 + slash..].chars().take_while(char::is_ascii_alphanumeric).take(10).collect();
        let lower = name.to_ascii_lowercase();
        let (before, other) = match lower.as_str() {
            "td" | "th" => (if slash == 1 { " " } else { "" }, "span"),
            block if BLOCKS.contains(&block) => ("", "div"),
            _ => ("", name.as_str()),
        };
        made.push_str(before);
        made.push_str(&rest[..1 + slash]);
        made.push_str(other);
        rest = &rest[1 + slash + name.len()..];
    }
    made.push_str(rest);
    made
}

/// Without the `div`s that are not displayed.
fn without_hidden(html: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(start) = rest.find("<div") {
        let Some(tag) = rest[start..].find('>').map(|end| &rest[start..start + end]) else { break };
        let hidden = tag.replace(' ', "").contains("display:none");
        let (keep, skip) = match rest[start..].find("</div>").filter(|_| hidden) {
            Some(end) => (start, start + end + "</div>".len()),
            None => (start + 4, start + 4),
        };
        kept.push_str(&rest[..keep]);
        rest = &rest[skip..];
    }
    kept + rest
}

/// Where the next `{{…}}` begins and how long it is.
fn next_place(source: &str) -> Option<(usize, usize)> {
    let start = source.find("{{")?;
    let close = if source[start..].starts_with("{{{") { "}}}" } else { "}}" };
    let length = source[start..].find(close)? + close.len();
    Some((start, length))
}

/// A character for private use that stands for the place of this number.
fn stand_in(i: usize) -> char {
    u32::try_from(i).ok().and_then(|i| char::from_u32(0xF_0000 + i % 0xFFFE)).unwrap_or('\u{F0000}')
}

/// How many Handlebars blocks stand within one another at the most.
fn blocks(source: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for (i, _) in source.match_indices("{{") {
        match source[i..].trim_start_matches(['{', '~']).chars().next() {
            Some('#' | '^') => depth += 1,
            Some('/') => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// How many HTML elements stand within one another at the most, counted by their tags.
fn elements(source: &str) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for (i, _) in source.match_indices('<') {
        let tag = &source[i + 1..];
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).take(10).collect();
        if tag.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !name.is_empty() && !VOID.contains(&name.to_ascii_lowercase().as_str()) {
            depth += 1;
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_sources_are_refused_before_anything_is_done_with_them() {
        assert!(check_depth(&format!("{}a{}", "<div>".repeat(90), "</div>".repeat(90))).is_ok());
        assert!(check_depth(&"<br>".repeat(5000)).is_ok() && check_depth(&"<p>a</p>".repeat(5000)).is_ok());
        for deep in ["<div>".repeat(100_000), "{{#if email}}".repeat(200), "{{else if email}}".repeat(200)] {
            assert_eq!(check_depth(&deep).unwrap_err().code, "too_deep");
        }
    }

    #[test]
    fn rows_of_tables_are_lines_and_places_between_them_stay() {
        let html =
            "<table><tr><td>Mug</td><td>$9</td></tr>{{#each x}}<tr><td>{{a}}</td><td>{{b}}</td></tr>{{/each}}</table>";
        let text = plain_from_html(html);
        let lines: Vec<_> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Mug $9", "{{#each x}}", "{{a}} {{b}}", "{{/each}}"]);
    }

    #[test]
    fn what_nobody_sees_is_not_in_the_text() {
        let html = "<div style=\"display: none\">Preheader</div><div>Seen</div><div style=\"display:none\">open";
        assert_eq!(plain_from_html(html).trim(), "Seen\nopen");
    }

    #[test]
    fn places_come_through_the_plain_text_whole() {
        let html = format!("<p>{}</p>", "{{#if last_name}}{{last_name}}{{/if}}".repeat(30));
        assert_eq!(plain_from_html(&html).replace(['\n', ' '], "").matches("{{#iflast_name}}").count(), 30);
        assert_eq!(plain_from_html("<p>Hi {{ first_name }}</p>").trim(), "Hi {{ first_name }}");
        assert!(plain_from_html("a {{first_name").contains("{{first_name"));
    }
}
