//! Reading what was typed into a plain field (`markup`). Marks without their counterpart are text.

use super::{
    escape::place,
    rich::{Paragraph, ParagraphKind, Rich, Run},
};

impl Rich {
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
