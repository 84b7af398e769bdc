//! The plain-text part of a mail made of blocks: better than what can be guessed from its HTML.

use super::{
    Body, Document,
    kind::Block,
    link::{is_link, is_picture},
    rich::{Paragraph, ParagraphKind, Rich},
};

/// The document as plain text, with its places for variables.
pub fn text(document: &Document) -> String {
    let mut parts: Vec<String> = document.blocks.iter().flat_map(block).collect();
    let footer = &document.footer;
    let mut lines = vec!["--".to_owned()];
    lines.extend([footer.note.trim().to_owned(), "{{company_name}}".into(), "{{postal_address}}".into()]);
    lines.push(format!("{}: {{{{preferences_url}}}}", footer.preferences.trim()));
    lines.push(format!("{}: {{{{unsubscribe_url}}}}", footer.unsubscribe.trim()));
    lines.retain(|line| !line.is_empty());
    parts.push(lines.join("\n"));
    parts.retain(|part| !part.trim().is_empty());
    parts.join("\n\n") + "\n"
}

fn block(block: &Block) -> Vec<String> {
    let link = |words: &str, address: &str| match is_link(address) {
        true => format!("{}: {}", words.trim(), address.trim()),
        false => words.trim().to_owned(),
    };
    match &block.body {
        Body::Heading(heading) if heading.level == 1 => vec![underlined(heading.text.trim(), "=")],
        Body::Heading(heading) => vec![underlined(heading.text.trim(), "-")],
        Body::Text(text) => vec![rich(&text.text)],
        Body::Image(image) if is_picture(&image.url) => vec![link(&image.alt, &image.link)],
        Body::Image(_) | Body::Spacer(_) => Vec::new(),
        Body::Button(button) => vec![link(&button.label, &button.url)],
        Body::Divider(_) => vec!["-".repeat(40)],
        Body::Columns(columns) => columns.columns.iter().flatten().flat_map(self::block).collect(),
    }
}

fn underlined(text: &str, line: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{text}\n{}", line.repeat(text.chars().count().min(40))) }
}

fn rich(rich: &Rich) -> String {
    let (mut out, mut number, mut before) = (String::new(), 0, None);
    for Paragraph { kind, runs } in &rich.0 {
        let same = before == Some(*kind);
        number = if same { number + 1 } else { 1 };
        if before.is_some() {
            out.push_str(if same && *kind != ParagraphKind::Text { "\n" } else { "\n\n" });
        }
        match kind {
            ParagraphKind::Text => {}
            ParagraphKind::Bullet => out.push_str("- "),
            ParagraphKind::Number => out.push_str(&format!("{number}. ")),
        }
        for group in runs.chunk_by(|one, next| one.link == next.link) {
            group.iter().for_each(|run| out.push_str(&run.text));
            if let Some(link) = group[0].link.as_ref().filter(|link| is_link(link)) {
                out.push_str(&format!(" ({})", link.trim()));
            }
        }
        before = Some(*kind);
    }
    out
}
