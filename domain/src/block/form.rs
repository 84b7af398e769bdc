//! A document's fields in a form, with and without a script: `b3.text` is the text of block 3, `b0.note` of the footer,
//! `s.width` of the settings. A field that the form does not have stays as it is.

use super::{
    Block, BlockId, Body, Columns, Document, FOOTER, Rich,
    columns::share_word,
    kind::{Align, Button, Divider, Footer, Heading, Image, Spacer, Text},
    look::{Font, Settings},
};

/// The document with what was typed into a form; `get` gives a field's value by its name, none where there is no such
/// field or, for a box, where it is not ticked.
pub fn apply(document: &Document, get: &impl Fn(&str) -> Option<String>) -> Document {
    let mut next = document.clone();
    settings(&mut next.settings, &Fields { get, of: "s".into() });
    footer(&mut next.footer, &Fields { get, of: name_of(FOOTER) });
    next.each_mut(&mut |block| block_fields(block, get));
    next
}

fn block_fields<G: Fn(&str) -> Option<String>>(block: &mut Block, get: &G) {
    let fields = Fields { get, of: name_of(block.id) };
    match &mut block.body {
        Body::Heading(Heading { level, text, align }) => {
            fields.number("level", level);
            fields.text("text", text);
            fields.align(align);
        }
        Body::Text(Text { text, align }) => {
            if let Some(typed) = fields.get("text") {
                *text = Rich::from_markup(&typed);
            }
            fields.align(align);
        }
        Body::Image(image) => image_fields(image, &fields),
        Body::Button(button) => button_fields(button, &fields),
        Body::Divider(Divider { color, thickness }) => {
            fields.text("color", color);
            fields.number("thickness", thickness);
        }
        Body::Spacer(Spacer { height }) => fields.number("height", height),
        Body::Columns(columns) => share(columns, &fields),
    }
}

fn image_fields<G: Fn(&str) -> Option<String>>(image: &mut Image, fields: &Fields<G>) {
    let Image { url, alt, link, width, align } = image;
    for (name, text) in [("url", url), ("alt", alt), ("link", link)] {
        fields.text(name, text);
    }
    fields.number("width", width);
    fields.align(align);
}

fn button_fields<G: Fn(&str) -> Option<String>>(button: &mut Button, fields: &Fields<G>) {
    let Button { label, url, color, text_color, align, full_width } = button;
    // A box that is not ticked is not sent; the fields beside it tell whether it was there.
    if fields.get("label").is_some() {
        *full_width = fields.get("full_width").is_some();
    }
    for (name, text) in [("label", label), ("url", url), ("color", color), ("text_color", text_color)] {
        fields.text(name, text);
    }
    fields.align(align);
}

/// The widths are chosen as one: `33-67`.
fn share<G: Fn(&str) -> Option<String>>(columns: &mut Columns, fields: &Fields<G>) {
    let typed = fields.get("widths").unwrap_or_default();
    let widths = Columns::SHARES.iter().map(|(widths, _)| *widths).find(|widths| share_word(widths) == typed);
    if let Some(widths) = widths.filter(|widths| columns.widths != **widths) {
        columns.share(widths);
    }
}

fn settings<G: Fn(&str) -> Option<String>>(settings: &mut Settings, fields: &Fields<G>) {
    let Settings { width, background, surface, color, link_color, font, preheader } = settings;
    fields.number("width", width);
    for (name, text) in [
        ("background", background),
        ("surface", surface),
        ("color", color),
        ("link_color", link_color),
        ("preheader", preheader),
    ] {
        fields.text(name, text);
    }
    let typed = fields.get("font").unwrap_or_default();
    if let Some((chosen, _)) = Font::ALL.iter().find(|(font, _)| font.word() == typed) {
        *font = *chosen;
    }
}

fn footer<G: Fn(&str) -> Option<String>>(footer: &mut Footer, fields: &Fields<G>) {
    let Footer { note, unsubscribe, preferences, align } = footer;
    for (name, text) in [("note", note), ("unsubscribe", unsubscribe), ("preferences", preferences)] {
        fields.text(name, text);
    }
    fields.align(align);
}

/// What the names of a block's fields begin with. A letter first: what reads forms takes a name that begins with a digit
/// for a place in a list.
pub fn name_of(block: BlockId) -> String {
    format!("b{block}")
}

/// The fields of one thing in the form.
struct Fields<'a, G> {
    get: &'a G,
    of: String,
}

impl<G: Fn(&str) -> Option<String>> Fields<'_, G> {
    fn get(&self, name: &str) -> Option<String> {
        (self.get)(&format!("{}.{name}", self.of))
    }

    fn text(&self, name: &str, text: &mut String) {
        if let Some(typed) = self.get(name) {
            *text = typed.replace("\r\n", "\n");
        }
    }

    /// What is no number leaves the number as it was.
    fn number<N: std::str::FromStr>(&self, name: &str, number: &mut N) {
        if let Some(typed) = self.get(name).and_then(|typed| typed.trim().parse().ok()) {
            *number = typed;
        }
    }

    fn align(&self, align: &mut Align) {
        let typed = self.get("align").unwrap_or_default();
        if let Some((chosen, _)) = Align::ALL.iter().find(|(align, _)| align.word() == typed) {
            *align = *chosen;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_changes_what_it_has_and_nothing_else() {
        let mut document = Document::starter(&crate::brand::Brand::default());
        document.blocks.push(Button { full_width: true, ..Default::default() }.into());
        document.number();
        assert_eq!(apply(&document, &|_| None), document);
        let typed = [
            ("b1.text", "Hello"),
            ("b2.text", "**b**"),
            ("b3.label", "Go"),
            ("s.width", "640"),
            ("b0.note", "x"),
            ("b1.level", "x"),
        ];
        let get = |name: &str| typed.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let next = apply(&document, &get);
        assert_eq!((next.settings.width, next.footer.note.as_str()), (640, "x"));
        assert_eq!(next.blocks[0].body, Body::Heading(Heading { text: "Hello".into(), ..Default::default() }));
        assert_eq!(next.blocks[1].label(), "Text: b");
        let Body::Button(button) = &next.blocks[2].body else { panic!("a button") };
        assert_eq!((button.label.as_str(), button.full_width), ("Go", false));
    }
}
