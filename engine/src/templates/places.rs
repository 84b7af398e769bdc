//! Puts the places of a source (`{{…}}`) aside while its HTML is worked on by what knows HTML only, and brings them back.
//! Between elements a comment stands for a place, because a comment may stand anywhere, even between the rows of a
//! table; within a tag, a style sheet or a title a character of the private use area does.

/// A source without its places.
pub(super) struct Hidden {
    /// The HTML with stand-ins.
    pub(super) html: String,
    places: Vec<String>,
}

/// Where in HTML one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    Tag,
    /// An attribute's value in these quotes.
    Quoted(u8),
    Comment,
    /// An element in which nothing is an element, until this.
    Closed(&'static str),
}

const CLOSED: &[(&str, &str)] =
    &[("style", "</style"), ("script", "</script"), ("title", "</title"), ("textarea", "</textarea")];

/// Puts the places of a source aside.
pub(super) fn hide(source: &str) -> Hidden {
    let lower = source.to_ascii_lowercase();
    let (mut html, mut places) = (String::with_capacity(source.len()), Vec::new());
    let (mut within, mut at, mut tag) = (Within::Text, 0, 0);
    while at < source.len() {
        if let Some(length) = place(&source[at..]) {
            let stand_in = match within {
                Within::Text => format!("<!--{}-->", mark("t", places.len())),
                _ => mark("", places.len()),
            };
            html.push_str(&stand_in);
            places.push(source[at..at + length].to_owned());
            at += length;
            continue;
        }
        if matches!(within, Within::Text | Within::Closed(_)) && lower[at..].starts_with('<') {
            tag = at;
        }
        let length = source[at..].chars().next().map_or(1, char::len_utf8);
        within = after(within, &lower[at..], &lower[tag..]);
        html.push_str(&source[at..at + length]);
        at += length;
    }
    Hidden { html, places }
}

/// Where one is after the first character of `rest`; `tag` begins with the tag that was opened last.
fn after(within: Within, rest: &str, tag: &str) -> Within {
    let first = rest.as_bytes().first().copied().unwrap_or_default();
    match (within, first) {
        (Within::Text, b'<') if rest.starts_with("<!--") => Within::Comment,
        (Within::Text, b'<') if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') => {
            Within::Tag
        }
        (Within::Tag, quote @ (b'"' | b'\'')) => Within::Quoted(quote),
        (Within::Tag, b'>') => {
            let closed = CLOSED.iter().find(|(name, _)| tag[1..].starts_with(name));
            closed.map_or(Within::Text, |(_, end)| Within::Closed(end))
        }
        (Within::Quoted(open), quote) if open == quote => Within::Tag,
        (Within::Comment, b'-') if rest.starts_with("-->") => Within::Text,
        (Within::Closed(end), b'<') if rest.starts_with(end) => Within::Tag,
        (within, _) => within,
    }
}

/// How long the place is that a text begins with, if it begins with one.
pub(super) fn place(source: &str) -> Option<usize> {
    let close = match source {
        _ if source.starts_with("{{!--") => "--}}",
        _ if source.starts_with("{{{{") => "}}}}",
        _ if source.starts_with("{{{") => "}}}",
        _ if source.starts_with("{{") => "}}",
        _ => return None,
    };
    source.find(close).map(|end| end + close.len())
}

/// Two characters for private use around a number, which no text has.
fn mark(kind: &str, n: usize) -> String {
    format!("\u{F8F0}{kind}{n}\u{F8F1}")
}

impl Hidden {
    /// Brings the places back into what was made of the HTML.
    pub(super) fn show(&self, made: String) -> String {
        let (mut shown, mut rest) = (String::with_capacity(made.len()), made.as_str());
        while let Some(start) = rest.find('\u{F8F0}') {
            let (before, after) = rest.split_at(start);
            let inside = &after['\u{F8F0}'.len_utf8()..];
            let number = inside.split('\u{F8F1}').next().unwrap_or_default();
            let bare = number.trim_start_matches('t');
            let Some(place) = bare.parse::<usize>().ok().and_then(|n| self.places.get(n)) else {
                shown.push_str(before);
                rest = inside;
                continue;
            };
            let mut after = inside[number.len()..].strip_prefix('\u{F8F1}').unwrap_or_default();
            let mut before = before;
            if number.starts_with('t') {
                before = before.strip_suffix("<!--").unwrap_or(before);
                after = after.strip_prefix("-->").unwrap_or(after);
            } else {
                // A place between attributes came back as an attribute without a value.
                after = after.strip_prefix("=\"\"").unwrap_or(after);
            }
            shown.push_str(before);
            shown.push_str(place);
            rest = after;
        }
        shown.push_str(rest);
        shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places_leave_a_comment_between_elements_and_a_mark_within_tags() {
        let hidden = hide("<tr>{{#each a}}<td title=\"{{b}}\" {{c}}>{{{d}}}</td></tr><style>{{e}}</style>{{f}}");
        let marks: String = hidden.html.replace(['\u{F8F0}', '\u{F8F1}'], "'");
        let hidden = hide("<!--[if mso]><td {{a}}><![endif]-->{{b}}").html;
        assert_eq!(hidden.replace(['\u{F8F0}', '\u{F8F1}'], "'"), "<!--[if mso]><td '0'><![endif]--><!--'t1'-->");
        assert_eq!(marks, "<tr><!--'t0'--><td title=\"'1'\" '2'><!--'t3'--></td></tr><style>'4'</style><!--'t5'-->");
    }

    proptest! {
        #[test]
        fn what_was_hidden_comes_back(source in "(<p>|</p>|<a href=\"|\">|\\{\\{x\\}\\}|\\{\\{\\{y\\}\\}\\}|<!--|-->|<style>|</style>|[a-z<>{}'\" ]|\\PC){0,40}") {
            prop_assume!(!source.contains(['\u{F8F0}', '\u{F8F1}']) && !source.contains("=\"\""));
            let hidden = hide(&source);
            prop_assert_eq!(hidden.show(hidden.html.clone()), source);
        }
    }
}
