//! Plain tokens in single braces (SPEC 4.2): `{first_name}`, or `{first_name|friend}` with a fallback of its own. Braces
//! of style sheets and of JSON are none: a token is a known name and nothing else between its braces.

use std::ops::Range;

/// A token in a text.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Token<'a> {
    /// Where it stands, braces and all.
    pub(super) at: Range<usize>,
    /// The name.
    pub(super) name: &'a str,
    /// What stands there when nothing is known.
    pub(super) fallback: Option<&'a str>,
}

/// What looks like tokens in a text, whether the names are known or not.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        loop {
            let start = rest + text[rest..].find('{')?;
            rest = start + 1;
            if let Some(token) = token_at(text, start) {
                rest = token.at.end;
                return Some(token);
            }
        }
    })
}

fn token_at(text: &str, start: usize) -> Option<Token<'_>> {
    if text[..start].ends_with(['{', '\\', '$']) {
        return None;
    }
    let inside = &text[start + 1..];
    let inside = &inside[..inside.find(['{', '}', '\n'])?];
    let end = start + 1 + inside.len() + 1;
    if text.as_bytes().get(end - 1) != Some(&b'}') || text[end..].starts_with('}') {
        return None;
    }
    let (name, fallback) = match inside.split_once('|') {
        Some((name, fallback)) => (name.trim(), Some(fallback.trim())),
        None => (inside, None),
    };
    is_name(name).then_some(Token { at: start..end, name, fallback })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// Follows where style sheets and scripts begin and end, over the pieces of a source in their order.
#[derive(Clone, Copy, Default)]
pub(super) struct Code(Option<&'static str>);

impl Code {
    /// The parts of a piece that are text, by where they stand.
    pub(super) fn text_in(&mut self, piece: &str) -> Vec<Range<usize>> {
        let lower = piece.to_ascii_lowercase();
        let (mut parts, mut at) = (Vec::new(), 0);
        while at < piece.len() {
            let rest = &lower[at..];
            match self.0 {
                Some(end) => match rest.find(end) {
                    Some(found) => (self.0, at) = (None, at + found + end.len()),
                    None => return parts,
                },
                None => {
                    let begins = [("<style", "</style"), ("<script", "</script")];
                    let next = begins.iter().filter_map(|(begin, end)| Some((rest.find(begin)?, *end))).min();
                    let length = next.map_or(rest.len(), |(found, _)| found);
                    parts.push(at..at + length);
                    self.0 = next.map(|(_, end)| end);
                    at += length + usize::from(next.is_some());
                }
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(&str, Option<&str>)> {
        tokens(text).map(|token| (token.name, token.fallback)).collect()
    }

    #[test]
    fn tokens_are_names_between_single_braces() {
        assert_eq!(names("Hi {first_name}, of {business_name}!"), [("first_name", None), ("business_name", None)]);
        assert_eq!(
            names("{last_name|dear friend} {custom.shoe_size}"),
            [("last_name", Some("dear friend")), ("custom.shoe_size", None)]
        );
        for none in
            ["{{first_name}}", "{ \"a\": 1 }", "p{color:red}", "{First}", "{}", "{a b}", "${email}", "\\{email}", "{"]
        {
            assert_eq!(names(none), [], "{none}");
        }
    }

    #[test]
    fn style_sheets_and_scripts_are_no_text() {
        let mut code = Code::default();
        let piece = "a<style>b{email}</style>c<SCRIPT>d";
        let parts: Vec<_> = code.text_in(piece).into_iter().map(|part| &piece[part]).collect();
        assert_eq!(parts, ["a", ">c"]);
        assert!(code.text_in("still {email} code").is_empty());
        assert_eq!(code.text_in("x</script>y").first(), Some(&(9..11)));
    }
}
