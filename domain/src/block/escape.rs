//! Text on its way into HTML: everything is escaped but the places for variables, which Handlebars must still see. What
//! only looks like a place (unescaped ones, comments, partials, anything with a tag in it) is plain text. Tokens in single
//! braces are places as well: `{first_name}`, `{first_name|friend}`.

/// A part of a text.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Part<'a> {
    /// Plain text.
    Words(&'a str),
    /// `{{…}}`, with its braces.
    Place(&'a str),
}

/// The text's words and places, in order.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut words, mut at) = (Vec::new(), 0, 0);
    while let Some(found) = text[at..].find('{').map(|i| at + i) {
        match place(&text[found..]).filter(|_| !text[..found].ends_with(['\\', '{', '$'])) {
            Some(length) => {
                parts.push(Part::Words(&text[words..found]));
                parts.push(Part::Place(&text[found..found + length]));
                (words, at) = (found + length, found + length);
            }
            None => at = found + 1,
        }
    }
    parts.push(Part::Words(&text[words..]));
    parts.retain(|part| *part != Part::Words(""));
    parts
}

/// How long the place is that the text begins with.
pub(super) fn place(text: &str) -> Option<usize> {
    let Some(inside) = text.strip_prefix("{{") else { return token(text) };
    let end = inside.find("}}")?;
    let (name, after) = (&inside[..end], &inside[end + 2..]);
    let first = name.trim_start_matches('~').trim_start_matches(['#', '/', '^']).trim_start();
    let named = first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '@');
    let plain = !name.contains(['{', '}', '<', '>', '\n', '&']);
    (named && plain && !after.starts_with('}')).then_some(end + 4)
}

/// How long the token in single braces is that the text begins with.
fn token(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && !"_.| ".contains(c))?;
    let (name, after) = (&inside[..end], &inside[end..]);
    let is_named = name.starts_with(|c: char| c.is_ascii_lowercase());
    (is_named && after.starts_with('}') && !after.starts_with("}}")).then_some(end + 2)
}

/// The text for the inside of an element or of an attribute in double quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for part in parts(text) {
        match part {
            Part::Place(place) => out.push_str(place),
            Part::Words(words) => words.chars().for_each(|c| push(&mut out, c)),
        }
    }
    out
}

fn push(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        '{' => out.push_str("&#123;"),
        '}' => out.push_str("&#125;"),
        '\\' => out.push_str("&#92;"),
        c if c.is_control() && c != '\n' && c != '\t' => {}
        c => out.push(c),
    }
}

/// Entities back to characters, as browsers write and clipboards hold them.
pub(super) fn unescaped(html: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(i, _)| i);
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (c, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        _ => {
            let digits = name.strip_prefix('#')?;
            let hexadecimal = digits.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16));
            char::from_u32(hexadecimal.unwrap_or_else(|| digits.parse()).ok()?)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_and_everything_else_is_escaped() {
        assert_eq!(escaped("<b> & {{first_name}}"), "&lt;b&gt; &amp; {{first_name}}");
        assert_eq!(escaped("{{default first_name \"you\"}}"), "{{default first_name \"you\"}}");
        assert_eq!(
            escaped("{first_name} {x|dear friend} {a-b} {1}"),
            "{first_name} {x|dear friend} &#123;a-b&#125; &#123;1&#125;"
        );
        assert_eq!(escaped("{{#if last_name}}a{{else}}b{{/if}}"), "{{#if last_name}}a{{else}}b{{/if}}");
        for not_a_place in [
            "{{{first_name}}}",
            "{{!-- x }}",
            "{{> x}}",
            "{{&x}}",
            "{{\"<script>\"}}",
            "{{a",
            "\\{{a}}",
            "{{{{raw}}}}",
            "{{*x}}",
            "{{default x <b>}}",
            "{{a & b}}",
        ] {
            assert!(!escaped(not_a_place).contains("{{"), "{not_a_place}: {}", escaped(not_a_place));
        }
    }

    #[test]
    fn entities_come_back() {
        assert_eq!(unescaped(&escaped("a<>&\"'{}\\")), "a<>&\"'{}\\");
        assert_eq!(unescaped("&nbsp;&#x41;&#66;&unknown; & &#xd800;"), " AB&unknown; & &#xd800;");
    }
}
