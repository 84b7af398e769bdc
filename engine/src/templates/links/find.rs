//! Finds the links of a source: in HTML by its tags, in plain text by their scheme. Places (`{{…}}`) are jumped over, with
//! whatever signs they have in them.

use std::ops::Range;

use super::{LABEL_MAX, after_scheme};
use crate::templates::places;

/// An address as a browser reads it from an attribute: its entities read.
pub(super) fn decoded(attribute: &str) -> String {
    html_escape::decode_html_entities(attribute).into_owned()
}

/// A link in HTML.
pub(super) struct Anchor {
    /// Where its address stands, without quotes.
    pub(super) href: Range<usize>,
    /// Where its tag ends.
    pub(super) tag_end: usize,
}

/// The links of HTML, also those that only Outlook reads (`<v:roundrect href>` within a comment).
pub(super) fn anchors(html: &str) -> Vec<Anchor> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = html[at..].find(['<', '{']) {
        at += next;
        if let Some(length) = places::place(&html[at..]) {
            at += length;
            continue;
        }
        at += 1;
        let name = html[at..].split(|c: char| !c.is_ascii_alphanumeric() && c != ':').next().unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        if lower == "a" || lower == "area" || lower.starts_with("v:") {
            at += name.len();
            let (href, tag_end) = href(html, at);
            found.extend(href.map(|href| Anchor { href: trimmed(html, href), tag_end }));
            at = tag_end;
        }
    }
    found
}

/// Without the spaces around it, which browsers do not read.
fn trimmed(html: &str, range: Range<usize>) -> Range<usize> {
    let value = &html[range.clone()];
    let start = range.start + value.len() - value.trim_start().len();
    start..start + value.trim().len()
}

/// The value of `href` among the attributes that begin here, and where the tag ends.
fn href(html: &str, mut at: usize) -> (Option<Range<usize>>, usize) {
    let mut found = None;
    while let Some(first) = html[at..].chars().next() {
        if let Some(length) = places::place(&html[at..]) {
            at += length;
        } else if first == '>' {
            return (found, at + 1);
        } else if first.is_whitespace() || first == '/' || first == '=' {
            at += first.len_utf8();
        } else {
            let name = attribute_name(&html[at..]);
            at += name.len().max(first.len_utf8());
            let value = value(html, at);
            if name.eq_ignore_ascii_case("href") {
                found = found.or(value.as_ref().map(|(value, _)| value.clone()));
            }
            at = value.map_or(at, |(_, end)| end);
        }
    }
    (found, at)
}

fn attribute_name(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/' | '{'));
    &text[..end.unwrap_or(text.len())]
}

/// The value after an attribute's name, and where it ends with its quotes.
fn value(html: &str, at: usize) -> Option<(Range<usize>, usize)> {
    let skip = |from: usize| from + html[from..].len() - html[from..].trim_start().len();
    let equals = skip(at);
    html[equals..].strip_prefix('=')?;
    let start = skip(equals + 1);
    match html[start..].chars().next()? {
        quote @ ('"' | '\'') => {
            let end = until(html, start + 1, |c| c == quote);
            Some((start + 1..end, (end + 1).min(html.len())))
        }
        _ => {
            let end = until(html, start, |c| c.is_whitespace() || c == '>');
            Some((start..end, end))
        }
    }
}

/// Where the first such character stands that is not within a place.
fn until(text: &str, mut at: usize, is_end: impl Fn(char) -> bool) -> usize {
    while let Some(next) = text[at..].chars().next() {
        match places::place(&text[at..]) {
            Some(length) => at += length,
            None if is_end(next) => return at,
            None => at += next.len_utf8(),
        }
    }
    at
}

/// The addresses in plain text: from their scheme to the next space; a sentence's signs after them are none of theirs.
pub(super) fn urls(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut at) = (Vec::new(), 0);
    let lower = text.to_ascii_lowercase();
    while let Some(next) = lower[at..].find("http") {
        let start = at + next;
        at = start + "http".len();
        let is_word = text[..start].chars().next_back().is_some_and(char::is_alphanumeric);
        if is_word || after_scheme(&text[start..]).is_none() {
            continue;
        }
        at = until(text, start, |c| c.is_whitespace() || matches!(c, '<' | '>' | '"'));
        let url = text[start..at].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'']);
        found.push(start..start + url.len());
    }
    found
}

/// What people read on a link: its words, else what stands for its picture.
pub(super) fn label(after_tag: &str) -> String {
    let end = after_tag.to_ascii_lowercase().find("</a").unwrap_or(0);
    let inside = &after_tag[..end];
    let (mut words, mut rest, mut alt) = (String::new(), inside, String::new());
    while let Some(start) = rest.find(['<', '{']) {
        words.push_str(&rest[..start]);
        words.push(' ');
        rest = &rest[start..];
        let length = match places::place(rest) {
            Some(length) => length,
            None if rest.starts_with('{') => 1,
            None => {
                let end = until(rest, 0, |c| c == '>');
                alt = if alt.is_empty() { alternative(&rest[..end]) } else { alt };
                (end + 1).min(rest.len())
            }
        };
        rest = &rest[length..];
    }
    words.push_str(rest);
    let shown = |text: &str| html_escape::decode_html_entities(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let (words, alt) = (shown(&words), shown(&alt));
    let label = if words.is_empty() { alt } else { words };
    label.chars().take(LABEL_MAX).collect()
}

/// The words that stand for a picture.
fn alternative(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find("alt=").map(|at| at + "alt".len());
    let value = at.and_then(|at| value(tag, at)).map(|(range, _)| tag[range].to_owned());
    value.filter(|value| !value.contains('{')).unwrap_or_default()
}
