//! The text as it is typed into a plain field, in browsers that run no script: `**bold**`, `*italic*`, `__underlined__`,
//! `[words](address)`, lines that begin with `- ` or `1. `, an empty line between paragraphs. A backslash makes the next
//! character plain.

use super::{
    escape::{Part, parts, place},
    rich::{Paragraph, ParagraphKind, Rich, Run},
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

    /// Reads what was typed.
    pub fn from_markup(text: &str) -> Self {
        let mut paragraphs: Vec<(ParagraphKind, String)> = Vec::new();
        let mut fresh = true;
        for line in text.lines() {
            if line.trim().is_empty() {
                fresh = true;
                continue;
            }
            let (kind, words) = item(line);
            let continues = !fresh && (kind == ParagraphKind::Text);
            match paragraphs.last_mut().filter(|last| continues && may_follow(last.0, line)) {
                Some((_, last)) => {
                    last.push('\n');
                    last.push_str(words.trim_start());
                }
                None => paragraphs.push((kind, words.to_owned())),
            }
            fresh = false;
        }
        let read = |(kind, text): (ParagraphKind, String)| Paragraph { kind, runs: read(&text) };
        Self(paragraphs.into_iter().map(read).collect()).normal()
    }
}

/// Whether a line goes on with the paragraph above: in a list only one that is set in.
fn may_follow(kind: ParagraphKind, line: &str) -> bool {
    kind == ParagraphKind::Text || line.starts_with("  ")
}

/// What kind of paragraph a line begins, and its text.
fn item(line: &str) -> (ParagraphKind, &str) {
    if let Some(words) = line.strip_prefix("- ").or_else(|| line.strip_prefix("• ")) {
        return (ParagraphKind::Bullet, words);
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    match line[digits..].strip_prefix(". ").filter(|_| digits > 0) {
        Some(words) => (ParagraphKind::Number, words),
        None => (ParagraphKind::Text, line),
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

/// The runs of one paragraph.
fn read(text: &str) -> Vec<Run> {
    let mut reader = Reader::default();
    let mut rest = text;
    while !rest.is_empty() {
        rest = reader.step(rest);
    }
    reader.cut();
    reader.done
}

#[derive(Default)]
struct Reader {
    now: Run,
    done: Vec<Run>,
}

impl Reader {
    /// Takes what the text begins with and returns what is behind it.
    fn step<'a>(&mut self, text: &'a str) -> &'a str {
        if let Some(length) = place(text) {
            self.now.text.push_str(&text[..length]);
            return &text[length..];
        }
        if let Some((c, after)) = plain(text) {
            self.now.text.push(c);
            return after;
        }
        if let Some(after) = self.mark(text) {
            return after;
        }
        if let Some((link, after)) = text.strip_prefix(']').and_then(address).filter(|_| self.now.link.is_some()) {
            self.cut_link(link);
            return after;
        }
        if let Some(after) = text.strip_prefix('[').filter(|after| self.now.link.is_none() && has_link(after)) {
            self.cut();
            // Which one is known at its end.
            self.now.link = Some(String::new());
            return after;
        }
        let mut letters = text.chars();
        self.now.text.extend(letters.next());
        letters.as_str()
    }

    fn mark<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        for mark in ["**", "*", "__"] {
            let Some(after) = text.strip_prefix(mark) else { continue };
            self.cut();
            match mark {
                "**" => self.now.bold ^= true,
                "*" => self.now.italic ^= true,
                _ => self.now.underline ^= true,
            }
            return Some(after);
        }
        None
    }

    /// Ends the run that is being read; the next looks the same until a mark changes it.
    fn cut(&mut self) {
        let next = Run { text: String::new(), ..self.now.clone() };
        let run = std::mem::replace(&mut self.now, next);
        if !run.text.is_empty() {
            self.done.push(run);
        }
    }

    fn cut_link(&mut self, link: String) {
        self.cut();
        for run in self.done.iter_mut().rev().take_while(|run| run.link.as_deref() == Some("")) {
            run.link = Some(link.clone());
        }
        self.now.link = None;
    }
}

/// The character that a backslash makes plain.
fn plain(text: &str) -> Option<(char, &str)> {
    let mut letters = text.strip_prefix('\\')?.chars();
    letters.next().filter(|c| c.is_ascii_punctuation() || *c == '•').map(|c| (c, letters.as_str()))
}

/// The address in round brackets that the text begins with.
fn address(text: &str) -> Option<(String, &str)> {
    let (mut address, mut rest) = (String::new(), text.strip_prefix('(')?);
    loop {
        if let Some(after) = rest.strip_prefix(')') {
            return (!address.is_empty()).then_some((address, after));
        }
        if let Some((c, after)) = plain(rest) {
            address.push(c);
            rest = after;
            continue;
        }
        let mut letters = rest.chars();
        address.push(letters.next().filter(|c| !c.is_whitespace())?);
        rest = letters.as_str();
    }
}

/// Whether the words of a link, with its address, stand here.
fn has_link(text: &str) -> bool {
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix(']') {
            return address(after).is_some();
        }
        let length = place(rest).or_else(|| plain(rest).map(|(_, after)| rest.len() - after.len()));
        let length = length.or_else(|| rest.chars().next().map(char::len_utf8));
        match length {
            Some(length) => rest = &rest[length..],
            None => return false,
        }
    }
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
