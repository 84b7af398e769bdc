//! The text as it is typed into a plain field, in browsers that run no script: `**bold**`, `*italic*`, `__underlined__`,
//! `[words](address)`, lines that begin with `- ` or `1. `, an empty line between paragraphs. A backslash makes the next
//! character plain.

use super::{
    escape::{Part, parts},
    rich::{ParagraphKind, Rich, Run},
};

impl Rich {
    /// As typed into a plain field; read back, it is the same text.
    pub fn to_markup(&self) -> String {
        let (mut out, mut number) = (String::new(), 0);
        let mut before: Option<ParagraphKind> = None;
        for paragraph in &self.0 {
            let same = before == Some(paragraph.kind);
            number = if same { number + 1 } else { 1 };
            if before.is_some() {
                let list = same && paragraph.kind != ParagraphKind::Text;
                out.push_str(if list { "\n" } else { "\n\n" });
            }
            let lines = written(&paragraph.runs);
            match paragraph.kind {
                ParagraphKind::Text => out.push_str(&lines),
                ParagraphKind::Bullet => out.push_str(&format!("- {}", lines.replace('\n', "\n  "))),
                ParagraphKind::Number => out.push_str(&format!("{number}. {}", lines.replace('\n', "\n  "))),
            }
            before = Some(paragraph.kind);
        }
        out
    }
}

fn written(runs: &[Run]) -> String {
    let mut writer = Writer::default();
    for run in runs {
        writer.turn_into(run);
        writer.text(&run.text);
    }
    writer.turn_into(&Run::default());
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// How the text looks that has been written last.
    look: Run,
    /// The text of the line that is being written.
    line: String,
}

impl Writer {
    /// Writes the marks between text of one look and text of another.
    fn turn_into(&mut self, next: &Run) {
        let was = std::mem::replace(&mut self.look, Run { text: String::new(), ..next.clone() });
        let begins = was.link.is_none() && next.link.is_some();
        self.out.push_str(if begins { "[" } else { "" });
        for (is, will, mark) in
            [(was.bold, next.bold, "**"), (was.italic, next.italic, "*"), (was.underline, next.underline, "__")]
        {
            if is != will {
                self.out.push_str(mark);
            }
        }
        if let Some(link) = was.link.filter(|link| next.link.as_ref() != Some(link)) {
            self.out.push_str(&format!("]({})", with_backslashes(&link, &['\\', '(', ')'])));
            self.out.push_str(if next.link.is_some() { "[" } else { "" });
        }
    }

    fn text(&mut self, text: &str) {
        for part in parts(text) {
            match part {
                Part::Words(words) => words.chars().for_each(|c| self.char(c)),
                Part::Place(place) => {
                    self.out.push_str(place);
                    self.line.push_str(place);
                }
            }
        }
    }

    fn char(&mut self, c: char) {
        let numbers = !self.line.is_empty() && self.line.chars().all(|c| c.is_ascii_digit());
        let item = (self.line.is_empty() && matches!(c, '-' | '•')) || (numbers && c == '.');
        if item || matches!(c, '*' | '_' | '[' | ']' | '\\' | '{') {
            self.out.push('\\');
        }
        self.out.push(c);
        match c {
            '\n' => self.line.clear(),
            c => self.line.push(c),
        }
    }
}

fn with_backslashes(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_and_written_alike() {
        for text in [
            "a **b** *c* __d__ [e](https://a.example/x_(y\\)) f",
            "one\ntwo\n\nthree",
            "- one\n- two\n  more\n\n1. first\n2. second\n\nend",
            "{{custom.a__b}} **{{first_name}}** [{{a}}](https://a.example/?e={{email}})",
            "2\\. May \\*\\*\\*",
            "\\- no item\n\\• neither",
        ] {
            let read = Rich::from_markup(text);
            assert_eq!(Rich::from_markup(&read.to_markup()), read, "{text}: {}", read.to_markup());
        }
        assert_eq!(
            Rich::from_markup("a **b** [c](https://x.example) d").to_markup(),
            "a **b** [c](https://x.example) d"
        );
    }

    #[test]
    fn marks_without_their_counterpart_are_text() {
        assert_eq!(Rich::from_markup("[a] (b) [c]() ] x").plain(), "[a] (b) [c]() ] x");
        assert_eq!(Rich::from_markup("\\*a\\* \\[b\\](c) C:\\dir").plain(), "*a* [b](c) C:\\dir");
    }
}
