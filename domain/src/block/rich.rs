//! Text with inline formatting: paragraphs and list items of runs that are bold, italic, underlined or links. Variables
//! are plain text in it. There is one normal form for what reads the same, so that texts can be compared.

use serde::{Deserialize, Serialize};

use super::escape::escaped;

/// Paragraphs and list items.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockRich"))]
#[serde(transparent)]
pub struct Rich(pub Vec<Paragraph>);

/// A paragraph or a list item.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockParagraph"))]
#[serde(default)]
pub struct Paragraph {
    /// Which of them.
    pub kind: ParagraphKind,
    /// Its text, piece by piece; a line break is `\n`.
    pub runs: Vec<Run>,
}

/// What a paragraph is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ParagraphKind {
    /// A paragraph.
    #[default]
    Text,
    /// An item of a list with bullets.
    Bullet,
    /// An item of a list with numbers.
    Number,
}

/// A piece of text that looks the same throughout.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "BlockRun"))]
#[serde(default)]
pub struct Run {
    /// The text.
    pub text: String,
    /// In bold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub bold: bool,
    /// In italics.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub italic: bool,
    /// Underlined.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub underline: bool,
    /// Where it leads, if it is a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Run {
    /// Whether it looks the same and leads to the same place.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.bold, self.italic, self.underline, &self.link) == (other.bold, other.italic, other.underline, &other.link)
    }
}

impl Rich {
    /// The one form of all texts that read the same: white space as HTML shows it, runs that look alike as one, no empty
    /// paragraphs, no characters that cannot be shown.
    #[must_use]
    pub fn normal(self) -> Self {
        let paragraphs = self.0.into_iter().map(|Paragraph { kind, runs }| Paragraph { kind, runs: tidied(&runs) });
        Self(paragraphs.filter(|paragraph| !paragraph.runs.is_empty()).collect())
    }

    /// Its text without any formatting, a line for each paragraph.
    pub fn plain(&self) -> String {
        let line = |paragraph: &Paragraph| paragraph.runs.iter().map(|run| run.text.as_str()).collect::<String>();
        self.0.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// As HTML for a place where it is edited: no styles, no links that lead away.
    pub fn to_html(&self) -> String {
        write(&self.0, &Look::default())
    }

    /// As HTML for a mail, with its styles inline.
    pub(super) fn to_mail(&self, link_color: &str) -> String {
        let link = format!(" style=\"color:{link_color};text-decoration:underline\"");
        write(
            &self.0,
            &Look {
                paragraph: " style=\"margin:0 0 12px\"",
                last: " style=\"margin:0\"",
                list: " style=\"margin:0 0 12px;padding:0 0 0 24px\"",
                item: " style=\"margin:0 0 4px\"",
                link: &link,
            },
        )
    }
}

/// Attributes with styles for what is written.
#[derive(Default)]
struct Look<'a> {
    paragraph: &'a str,
    last: &'a str,
    list: &'a str,
    item: &'a str,
    link: &'a str,
}

fn write(paragraphs: &[Paragraph], look: &Look) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for group in paragraphs.chunk_by(|one, next| one.kind == next.kind && one.kind != ParagraphKind::Text) {
        done += group.len();
        let list = match group[0].kind {
            ParagraphKind::Text => {
                let style = if done == paragraphs.len() { look.last } else { look.paragraph };
                out.push_str(&format!("<p{style}>{}</p>", runs(&group[0].runs, look.link)));
                continue;
            }
            ParagraphKind::Bullet => "ul",
            ParagraphKind::Number => "ol",
        };
        let item = |paragraph: &Paragraph| format!("<li{}>{}</li>", look.item, runs(&paragraph.runs, look.link));
        let items: String = group.iter().map(item).collect();
        out.push_str(&format!("<{list}{}>{items}</{list}>", look.list));
    }
    out
}

fn runs(runs: &[Run], link_style: &str) -> String {
    runs.iter().map(|run| one(run, link_style)).collect()
}

fn one(run: &Run, link_style: &str) -> String {
    let mut html = escaped(&run.text).replace('\n', "<br>");
    for (on, tag) in [(run.underline, "u"), (run.italic, "em"), (run.bold, "strong")] {
        if on {
            html = format!("<{tag}>{html}</{tag}>");
        }
    }
    match run.link.as_ref().filter(|link| super::is_link(link)) {
        Some(link) => format!("<a href=\"{}\"{link_style}>{html}</a>", escaped(link.trim())),
        None => html,
    }
}

/// The runs with white space collapsed over their borders, and alike ones joined.
fn tidied(runs: &[Run]) -> Vec<Run> {
    let mut tidy: Vec<Run> = Vec::new();
    for (c, run) in collapsed(runs) {
        match tidy.last_mut().filter(|last| last.is_like(&runs[run])) {
            Some(last) => last.text.push(c),
            None => tidy.push(Run { text: c.to_string(), ..runs[run].clone() }),
        }
    }
    tidy
}

/// Every character with the number of its run: several spaces as one, none at the ends or beside a line break.
fn collapsed(runs: &[Run]) -> Vec<(char, usize)> {
    let mut out: Vec<(char, usize)> = Vec::new();
    let mut waiting: Option<(char, usize)> = None;
    let all = runs.iter().enumerate().flat_map(|(i, run)| run.text.chars().map(move |c| (c, i)));
    for (c, run) in all {
        match c {
            '\n' => waiting = Some(waiting.filter(|(c, _)| *c == '\n').unwrap_or((c, run))),
            c if c.is_whitespace() => waiting = waiting.or(Some((' ', run))),
            c if c.is_control() => {}
            c => {
                if !out.is_empty() {
                    out.extend(waiting);
                }
                waiting = None;
                out.push((c, run));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str) -> Run {
        Run { text: text.into(), ..Default::default() }
    }

    #[test]
    fn what_reads_the_same_has_one_form() {
        let bold = Run { bold: true, ..run(" b \n\n ") };
        let text = Rich(vec![
            Paragraph { runs: vec![run(" a "), run("a\u{7} "), bold, run(" c ")], ..Default::default() },
            Paragraph { runs: vec![run(" \n ")], ..Default::default() },
        ]);
        let normal = text.normal();
        assert_eq!(normal.plain(), "a a b\nc");
        assert_eq!(normal.0.len(), 1);
        assert_eq!(normal.clone().normal(), normal);
        assert_eq!(normal.to_html(), "<p>a a <strong>b<br></strong>c</p>");
    }

    #[test]
    fn a_link_that_runs_something_is_text() {
        let link = |url: &str| Run { link: Some(url.into()), ..run("x") };
        let text = |url| Rich(vec![Paragraph { runs: vec![link(url)], ..Default::default() }]);
        assert_eq!(text("javascript:alert(1)").to_html(), "<p>x</p>");
        assert_eq!(text("https://a.example/?a=1&b").to_html(), "<p><a href=\"https://a.example/?a=1&amp;b\">x</a></p>");
    }
}
