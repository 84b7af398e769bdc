//! What is wrong with a document, each fault with its block, so that it can be mended where it is. Variables are not
//! looked up here: which there are is the renderer's knowledge.

use super::{
    BLOCKS_MAX, BlockId, Columns, Document, FOOTER,
    escape::{Part, parts},
    kind::{Block, Body, Button, Image},
    link::{is_link, is_picture},
    look::{contrast, rgb},
};
use crate::error::FieldErrors;

/// Something wrong with one field of one block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The block; [`FOOTER`] for the footer, none for the settings.
    pub block: Option<BlockId>,
    /// Where it is in the document: `blocks.2.url`, `blocks.1.columns.0.3.alt`.
    pub path: String,
    /// The field of the block.
    pub field: &'static str,
    /// Stable word for programs.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
}

/// What words must have on their button to be read by everybody (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

impl Document {
    /// Everything that is wrong.
    pub fn faults(&self) -> Vec<Fault> {
        let mut check = Check::default();
        self.settings_faults(&mut check);
        if self.all().len() > BLOCKS_MAX {
            check.at(None, "", "blocks", "too_many", format!("At most {BLOCKS_MAX} blocks."));
        }
        for (i, block) in self.blocks.iter().enumerate() {
            check.block(block, &format!("blocks.{i}"));
        }
        let footer = Some(FOOTER);
        check.line(footer, "footer", "unsubscribe", &self.footer.unsubscribe, 100);
        check.text(footer, "footer", "note", &self.footer.note, 1000);
        check.line(footer, "footer", "preferences", &self.footer.preferences, 100);
        check.faults
    }

    /// The same as errors of fields, whose names begin with `prefix`.
    pub fn check(&self, prefix: &str) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        for fault in self.faults() {
            errors.add(&format!("{prefix}{}", fault.path), fault.code, fault.message);
        }
        errors.finish(Some(()))
    }

    fn settings_faults(&self, check: &mut Check) {
        let settings = &self.settings;
        check.number(None, "settings", "width", settings.width.into(), 480, 700);
        for (field, colour) in [
            ("background", &settings.background),
            ("surface", &settings.surface),
            ("color", &settings.color),
            ("link_color", &settings.link_color),
        ] {
            check.colour(None, "settings", field, colour);
        }
        check.text(None, "settings", "preheader", &settings.preheader, 250);
        check.readable(None, "settings", "color", &settings.color, &settings.surface);
        check.readable(None, "settings", "link_color", &settings.link_color, &settings.surface);
    }
}

#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
}

type Where = Option<BlockId>;

impl Check {
    fn at(&mut self, block: Where, path: &str, field: &'static str, code: &'static str, message: impl Into<String>) {
        let path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
        self.faults.push(Fault { block, path, field, code, message: message.into() });
    }

    fn block(&mut self, block: &Block, path: &str) {
        let id = Some(block.id);
        match &block.body {
            Body::Heading(heading) => {
                self.line(id, path, "text", &heading.text, 300);
                self.number(id, path, "level", heading.level.into(), 1, 3);
            }
            Body::Text(text) => {
                self.text(id, path, "text", &text.text.plain(), 20_000);
                let mut links =
                    text.text.0.iter().flat_map(|paragraph| &paragraph.runs).filter_map(|run| run.link.as_ref());
                if let Some(link) = links.find(|link| !is_link(link)) {
                    let message = format!("The link {link} cannot be used. Begin it with https://, mailto: or tel:.");
                    self.at(id, path, "text", "invalid_link", message);
                }
            }
            Body::Image(image) => self.image(id, path, image),
            Body::Button(button) => self.button(id, path, button),
            Body::Divider(divider) => {
                self.colour(id, path, "color", &divider.color);
                self.number(id, path, "thickness", divider.thickness.into(), 1, 8);
            }
            Body::Spacer(spacer) => self.number(id, path, "height", spacer.height.into(), 4, 120),
            Body::Columns(columns) => self.columns(id, path, columns),
        }
    }

    fn image(&mut self, id: Where, path: &str, image: &Image) {
        if image.url.trim().is_empty() {
            self.at(id, path, "url", "required", "Say where the picture is: an address that begins with https://.");
        } else if !is_picture(&image.url) {
            self.at(
                id,
                path,
                "url",
                "invalid_link",
                "Must begin with https:// and have no spaces, or be {{brand.logo_url}}.",
            );
        }
        if image.alt.trim().is_empty() {
            let message = "Say what the picture shows: it is read aloud, and shown where pictures are not loaded.";
            self.at(id, path, "alt", "required", message);
        }
        self.text(id, path, "alt", &image.alt, 300);
        if !image.link.trim().is_empty() {
            self.link(id, path, "link", &image.link);
        }
        if image.width > 1400 {
            self.at(id, path, "width", "out_of_range", "At most 1,400 px; 0 is as wide as its place.");
        }
    }

    fn button(&mut self, id: Where, path: &str, button: &Button) {
        self.line(id, path, "label", &button.label, 100);
        self.link(id, path, "url", &button.url);
        self.colour(id, path, "color", &button.color);
        self.colour(id, path, "text_color", &button.text_color);
        self.readable(id, path, "text_color", &button.text_color, &button.color);
    }

    fn columns(&mut self, id: Where, path: &str, columns: &Columns) {
        let (widths, sum) = (&columns.widths, columns.widths.iter().map(|width| u32::from(*width)).sum::<u32>());
        let fit = (2..=3).contains(&widths.len()) && widths.len() == columns.columns.len();
        if !fit || sum != 100 || widths.iter().any(|width| *width < 15) {
            let message = "Two or three widths in percent, 15 or more each, 100 together, and as many columns.";
            self.at(id, path, "widths", "invalid", message);
        }
        for (i, column) in columns.columns.iter().enumerate() {
            for (j, block) in column.iter().enumerate() {
                let path = format!("{path}.columns.{i}.{j}");
                if matches!(block.body, Body::Columns(_)) {
                    self.at(Some(block.id), &path, "type", "nested", "Columns cannot stand in columns.");
                } else {
                    self.block(block, &path);
                }
            }
        }
    }

    /// A text that must be there, on one line.
    fn line(&mut self, block: Where, path: &str, field: &'static str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.at(block, path, field, "required", "Needed.");
        } else if text.contains(['\n', '\r']) {
            self.at(block, path, field, "invalid", "Must be on one line.");
        }
        self.text(block, path, field, text, max);
    }

    fn text(&mut self, block: Where, path: &str, field: &'static str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.at(block, path, field, "too_long", format!("At most {max} characters."));
        }
        if parts(text).iter().any(|part| matches!(part, Part::Words(words) if words.contains("{{"))) {
            self.at(block, path, field, "invalid", "A variable stands between two braces: {{first_name}}.");
        }
    }

    fn link(&mut self, block: Where, path: &str, field: &'static str, link: &str) {
        if link.trim().is_empty() {
            self.at(block, path, field, "required", "Say where it leads: an address that begins with https://.");
        } else if !is_link(link) {
            self.at(
                block,
                path,
                field,
                "invalid_link",
                "Must begin with https://, mailto: or tel: and have no spaces.",
            );
        }
    }

    fn colour(&mut self, block: Where, path: &str, field: &'static str, colour: &str) {
        if rgb(colour).is_none() {
            self.at(block, path, field, "invalid", "A colour as #rrggbb, such as #6b2d73.");
        }
    }

    /// Colours that are no colours have their own fault.
    fn readable(&mut self, block: Where, path: &str, field: &'static str, words: &str, ground: &str) {
        let Some((words, ground)) = rgb(words).zip(rgb(ground)) else { return };
        let found = contrast(words, ground);
        if found < READABLE {
            let message = format!("Hard to read on its ground: a contrast of {found:.1}, and {READABLE} is needed.");
            self.at(block, path, field, "hard_to_read", message);
        }
    }

    fn number(&mut self, block: Where, path: &str, field: &'static str, number: u32, least: u32, most: u32) {
        if !(least..=most).contains(&number) {
            self.at(block, path, field, "out_of_range", format!("From {least} to {most}."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_block_and_its_field() {
        let mut document = Document::starter(&crate::brand::Brand::default());
        assert_eq!(document.faults(), []);
        let columns = Columns { columns: vec![vec![Image::default().into()], vec![]], ..Default::default() };
        document.blocks.push(columns.into());
        document.blocks.push(Button { text_color: "#7a3a80".into(), ..Default::default() }.into());
        document.number();
        document.footer.unsubscribe = " ".into();
        let told: Vec<_> = document.faults().into_iter().map(|f| (f.block, f.path, f.code)).collect();
        let expected = [
            (Some(4), "blocks.2.columns.0.0.url", "required"),
            (Some(4), "blocks.2.columns.0.0.alt", "required"),
            (Some(5), "blocks.3.url", "required"),
            (Some(5), "blocks.3.text_color", "hard_to_read"),
            (Some(FOOTER), "footer.unsubscribe", "required"),
        ];
        assert_eq!(told, expected.map(|(block, path, code)| (block, path.to_owned(), code)));
    }
}
