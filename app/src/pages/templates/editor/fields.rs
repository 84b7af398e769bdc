//! The fields of a block, of the footer and of the settings, with and without the script. Their names are
//! `domain::block`'s: `fields[3.text]`.

use domain::block::{
    Align, BlockId, Body, Button, Columns, Divider, FOOTER, Font, Footer, Heading, Image, Settings, Spacer,
};
use leptos::prelude::*;

use super::{
    controls::{Control, choose},
    words::Told,
};

/// Of a picture's address.
const ADDRESS: &str =
    "Begins with https://. With {{brand.logo_url}} it is your logo, and your name where there is none.";

/// Whose fields: where a text is edited in place, it has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    /// Edited in place.
    InPlace,
    /// As plain fields.
    Plain,
}

/// Draws fields of one thing, with what is wrong with them.
pub(super) struct Fields<'a> {
    of: String,
    block: Option<BlockId>,
    told: &'a [Told],
}

impl<'a> Fields<'a> {
    /// The fields of a block.
    pub(super) fn of_block(id: BlockId, told: &'a [Told]) -> Self {
        Self { of: domain::block::name_of(id), block: Some(id), told }
    }

    /// The fields of the settings.
    pub(super) fn of_settings(told: &'a [Told]) -> Self {
        Self { of: "s".into(), block: None, told }
    }

    fn control(&self, label: &'static str, name: &'static str, value: impl ToString) -> Control {
        let error = self.told.iter().find(|told| told.block == self.block && told.field == name);
        Control {
            label,
            name: format!("{}.{name}", self.of),
            value: value.to_string(),
            hint: "",
            error: error.map(|told| told.message.clone()),
        }
    }

    fn align(&self, align: Align) -> AnyView {
        let choices = Align::ALL.iter().map(|(align, words)| (align.word().to_owned(), (*words).to_owned())).collect();
        choose(self.control("Where it stands", "align", align.word()), choices)
    }

    /// The fields of what a block is.
    pub(super) fn body(&self, body: &Body, texts: Texts) -> AnyView {
        match body {
            Body::Heading(heading) => self.heading(heading, texts),
            Body::Text(text) => {
                let hint = "**bold**, *italic*, __underlined__, [words](https://…), lines that begin with - or 1. for lists; \
                            variables such as {{first_name}}.";
                let typed = (texts == Texts::Plain)
                    .then(|| self.control("Text", "text", text.text.to_markup()).hint(hint).area(6));
                view! { {typed} {self.align(text.align)} }.into_any()
            }
            Body::Image(image) => self.image(image),
            Body::Button(button) => self.button(button),
            Body::Divider(Divider { color, thickness }) => view! {
                {self.control("Colour", "color", color).colour()}
                {self.control("Thickness in px", "thickness", thickness).number(1, 8)}
            }
            .into_any(),
            Body::Spacer(Spacer { height }) => self.control("Height in px", "height", height).number(4, 120),
            Body::Columns(columns) => {
                let choices = Columns::SHARES.iter().map(|(widths, words)| {
                    (Columns { widths: widths.to_vec(), ..Default::default() }.share_word(), (*words).to_owned())
                });
                let hint = "Below one another on a phone. With fewer columns, no block is lost.";
                choose(self.control("Columns", "widths", columns.share_word()).hint(hint), choices.collect())
            }
        }
    }

    fn heading(&self, heading: &Heading, texts: Texts) -> AnyView {
        let levels = [("1", "Large"), ("2", "Middle"), ("3", "Small")];
        let levels = levels.map(|(level, words)| (level.to_owned(), words.to_owned())).to_vec();
        let typed = (texts == Texts::Plain).then(|| self.control("Heading", "text", &heading.text).line());
        view! {
            {typed}
            {choose(self.control("Size", "level", heading.level), levels)}
            {self.align(heading.align)}
        }
        .into_any()
    }

    fn image(&self, image: &Image) -> AnyView {
        let alt = "What it shows, in a few words: read aloud, and shown where pictures are not loaded.";
        view! {
            {self.control("Address of the picture", "url", &image.url).hint(ADDRESS).address()}
            {self.control("Description", "alt", &image.alt).hint(alt).line()}
            {self.control("Leads to (optional)", "link", &image.link).address()}
            {self.control("Width in px", "width", image.width).hint("0: as wide as its place.").number(0, 1400)}
            {self.align(image.align)}
        }
        .into_any()
    }

    fn button(&self, button: &Button) -> AnyView {
        view! {
            {self.control("Words", "label", &button.label).line()}
            {self.control("Leads to", "url", &button.url).hint("Begins with https://").address()}
            {self.control("Colour", "color", &button.color).colour()}
            {self.control("Colour of the words", "text_color", &button.text_color).colour()}
            {self.align(button.align)}
            {self.control("As wide as its place", "full_width", "").tick(button.full_width)}
        }
        .into_any()
    }

    /// The fields of the footer.
    pub(super) fn footer(footer: &Footer, told: &'a [Told]) -> AnyView {
        let fields = Self::of_block(FOOTER, told);
        view! {
            {fields.control("Note (optional)", "note", &footer.note).hint("Why they get it: You asked for our news.").area(2)}
            {fields.control("Words of the link to unsubscribe", "unsubscribe", &footer.unsubscribe).line()}
            {fields.control("Words of the link to preferences", "preferences", &footer.preferences).line()}
            {fields.align(footer.align)}
        }
        .into_any()
    }

    /// The fields of what holds for the whole mail.
    pub(super) fn settings(&self, settings: &Settings) -> AnyView {
        let fonts = Font::ALL.iter().map(|(font, words)| (font.word().to_owned(), (*words).to_owned())).collect();
        let preheader = "What a mailbox shows beside the subject.";
        view! {
            {self.control("Preheader (optional)", "preheader", &settings.preheader).hint(preheader).line()}
            {choose(self.control("Letters", "font", settings.font.word()), fonts)}
            {self.control("Width in px", "width", settings.width).number(480, 700)}
            {self.control("Colour of the text", "color", &settings.color).colour()}
            {self.control("Colour of links", "link_color", &settings.link_color).colour()}
            {self.control("Behind the text", "surface", &settings.surface).colour()}
            {self.control("Around the mail", "background", &settings.background).colour()}
        }
        .into_any()
    }
}
