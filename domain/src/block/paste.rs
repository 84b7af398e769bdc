//! From HTML to our text: what a browser made of typing, and what was pasted from a page or a word processor. Of all
//! that can stand in HTML only paragraphs, lists, bold, italic, underline, line breaks and safe links come through.

use super::{
    escape::unescaped,
    is_link,
    rich::{Paragraph, ParagraphKind, Rich, Run},
};

/// Elements that begin and end a paragraph.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "td",
    "th",
    "table",
    "blockquote",
    "pre",
    "section",
    "article",
    "header",
    "footer",
    "dl",
    "dt",
    "dd",
    "hr",
];
/// Elements whose inside is no text.
const UNSEEN: &[&str] = &[
    "script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "math", "textarea", "select",
];
/// Elements that have no end.
const VOID: &[&str] = &["br", "hr", "img", "input", "meta", "link", "col", "wbr", "source", "area", "base", "embed"];

impl Rich {
    /// Reads HTML, from wherever it comes.
    pub fn from_html(html: &str) -> Self {
        let (mut reader, mut rest) = (Reader::default(), html);
        while let Some(start) = rest.find('<') {
            reader.words(&rest[..start]);
            rest = reader.tag(&rest[start..]);
        }
        reader.words(rest);
        reader.end_paragraph();
        Self(reader.done).normal()
    }
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    runs: Vec<Run>,
    /// The kind of the paragraph that is being read.
    kind: ParagraphKind,
    done: Vec<Paragraph>,
}

/// An element that is open, and how text in it looks.
struct Open {
    name: String,
    look: Run,
}

impl Reader {
    fn look(&self) -> Run {
        self.open.last().map(|open| open.look.clone()).unwrap_or_default()
    }

    /// Line breaks in a source are spaces.
    fn words(&mut self, words: &str) {
        if !words.is_empty() {
            let text = unescaped(words).replace(['\n', '\r'], " ");
            self.runs.push(Run { text, ..self.look() });
        }
    }

    /// Takes the tag that the source begins with and returns what is behind it.
    fn tag<'a>(&mut self, source: &'a str) -> &'a str {
        if let Some(comment) = source.strip_prefix("<!--") {
            return comment.find("-->").map_or("", |end| &comment[end + 3..]);
        }
        let closes = source.starts_with("</");
        let inside = &source[if closes { 2 } else { 1 }..];
        let length = inside.chars().take_while(char::is_ascii_alphanumeric).count();
        if length == 0 && !closes && !inside.starts_with(['!', '?']) {
            self.words("<");
            return inside;
        }
        let name = inside[..length].to_ascii_lowercase();
        let (attributes, after) = split_tag(&inside[length..]);
        if closes {
            self.close(&name);
        } else if UNSEEN.contains(&name.as_str()) {
            return skip(after, &name);
        } else if length > 0 {
            self.begin(name, attributes);
        }
        after
    }

    fn begin(&mut self, name: String, attributes: &str) {
        if name == "br" {
            self.runs.push(Run { text: "\n".into(), ..self.look() });
        }
        if BLOCKS.contains(&name.as_str()) {
            self.end_paragraph();
            if name == "li" {
                let list = self.open.iter().rev().find(|open| open.name == "ul" || open.name == "ol");
                let numbered = list.is_some_and(|list| list.name == "ol");
                self.kind = if numbered { ParagraphKind::Number } else { ParagraphKind::Bullet };
            }
        }
        if !VOID.contains(&name.as_str()) && self.open.len() < 500 {
            let look = with(self.look(), &name, attributes);
            self.open.push(Open { name, look });
        }
    }

    fn close(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.end_paragraph();
        }
        if let Some(place) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(place);
        }
    }

    /// A list item may hold several paragraphs; each becomes an item.
    fn end_paragraph(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        self.done.push(Paragraph { kind: self.kind, runs });
        let in_item = self.open.iter().any(|open| open.name == "li");
        if !in_item {
            self.kind = ParagraphKind::Text;
        }
    }
}

/// How text looks inside of an element.
fn with(mut look: Run, name: &str, attributes: &str) -> Run {
    let style = attribute(attributes, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    let says = |words: &[&str]| words.iter().any(|word| style.contains(word));
    let heavy = says(&["font-weight:bold", "font-weight:6", "font-weight:7", "font-weight:8", "font-weight:9"]);
    // Google Docs puts everything into a <b> that is not bold.
    let light = says(&["font-weight:normal", "font-weight:4"]);
    look.bold = heavy || (!light && (look.bold || matches!(name, "b" | "strong")));
    look.italic |= matches!(name, "i" | "em") || says(&["font-style:italic"]);
    look.underline |=
        matches!(name, "u" | "ins") || says(&["text-decoration:underline", "text-decoration-line:underline"]);
    if name == "a" {
        let link = attribute(attributes, "href").map(|link| link.trim().to_owned());
        look.link = link.filter(|link| is_link(link));
        look.underline = false;
    }
    look
}

/// The attributes of a tag and what is behind it. A `>` in quotes does not end it.
fn split_tag(source: &str) -> (&str, &str) {
    let mut quote = None;
    for (i, c) in source.char_indices() {
        match (quote, c) {
            (None, '>') => return (&source[..i], &source[i + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    (source, "")
}

/// What is behind the end of an element that is not looked into.
fn skip<'a>(source: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    let lower = source.to_ascii_lowercase();
    lower.find(&end).map_or("", |start| split_tag(&source[start..]).1)
}

/// The value of an attribute.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let mut rest = attributes.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (found, after) = rest.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(after) => value(after.trim_start()),
            None => ("", after),
        };
        if found.eq_ignore_ascii_case(name) {
            return Some(unescaped(value));
        }
        rest = after.trim_start();
    }
    None
}

/// The value that the text begins with, and what is behind it.
fn value(text: &str) -> (&str, &str) {
    match text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn came(html: &str) -> String {
        Rich::from_html(html).to_markup()
    }

    #[test]
    fn what_browsers_and_word_processors_make_comes_through() {
        assert_eq!(came("a<div>b</div><div><br></div><p>c<br>d</p>"), "a\n\nb\n\nc\nd");
        assert_eq!(came("<p>x <b>y</b>&nbsp;<i>z</i></p>"), "x **y** *z*");
        assert_eq!(came("<p><ul><li>one</li><li><p>two</p></li></ul></p><ol><li>1</li></ol>"), "- one\n- two\n\n1. 1");
        let docs = "<meta charset='utf-8'><b style=\"font-weight:normal\"><p><span style=\"font-weight:700\">B</span> n</p></b>";
        assert_eq!(came(docs), "**B** n");
        assert_eq!(came("<a href='https://a.example/x'><u>here</u></a>"), "[__here__](https://a.example/x)");
        assert_eq!(came("1 < 2 &amp;&amp; 3 > 2"), "1 < 2 && 3 > 2");
    }

    #[test]
    fn what_runs_stays_out() {
        for html in [
            "<script>alert(1)</script>ok",
            "<SCRIPT src='x'>alert(1)</SCRIPT >ok",
            "<style>p{}</style>ok<iframe srcdoc='<script>'>x</iframe>",
            "<p onclick=\"alert(1)\">ok</p>",
            "<!-- <b>no</b> -->ok",
            "<svg><script>1</script></svg>ok",
        ] {
            assert_eq!(came(html), "ok", "{html}");
        }
        for url in [
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java&#10;script:alert(1)",
            "data:text/html,x",
            "vbscript:x",
        ] {
            assert_eq!(came(&format!("<a href=\"{url}\">ok</a>")), "ok", "{url}");
        }
    }
}
