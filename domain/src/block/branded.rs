//! What a mail made of blocks takes from the workspace's brand: the colour of its buttons and links when they are put in,
//! and the logo, in whose place the company's name stands while there is none.

use std::borrow::Cow;

use super::{
    Block, Body, Button, Document, Heading, Image, Kind, Paragraph, Rich, Run, Settings, Text,
    link::{is_link, is_logo},
    look::{contrast, rgb},
};
use crate::brand::Brand;

/// The address of a picture that is the workspace's logo, whichever it is when the mail goes out.
pub const LOGO: &str = "{{brand.logo_url}}";

/// How wide the logo is put in, in px.
const LOGO_WIDTH: u16 = 160;
/// What links must have on their ground to be read by everybody (WCAG 2.2, 1.4.3).
const READABLE: f64 = 4.5;

impl Kind {
    /// A new block of this kind, in the brand's colours.
    pub fn body(self, brand: &Brand) -> Body {
        let mut body = self.plain();
        if let Body::Button(button) = &mut body {
            button.wear(brand);
        }
        body
    }
}

impl Button {
    fn wear(&mut self, brand: &Brand) {
        if rgb(&brand.colour).is_some() {
            let (ground, ink) = brand.button();
            (self.color, self.text_color) = (ground.to_owned(), ink.to_owned());
        }
    }
}

impl Settings {
    /// Links have the brand's colour where it can be read.
    fn wear(&mut self, brand: &Brand) {
        let found = rgb(&brand.colour).zip(rgb(&self.surface)).map(|(ink, ground)| contrast(ink, ground));
        if found.is_some_and(|found| found >= READABLE) {
            self.link_color.clone_from(&brand.colour);
        }
    }
}

impl Document {
    /// What a new mail begins with: the logo, if there is one, a heading and a text.
    pub fn starter(brand: &Brand) -> Self {
        let logo = brand.logo_url.as_ref().map(|_| Block::from(Image::logo()));
        let heading = Heading { text: "News from {{company_name}}".into(), ..Default::default() };
        let hello =
            Text { text: Rich::from_markup("Hi {{first_name}},\n\nWrite here what is new."), ..Default::default() };
        let blocks = logo.into_iter().chain([heading.into(), hello.into()]).collect();
        let mut document = Self { blocks, ..Default::default() };
        document.settings.wear(brand);
        document.number();
        document
    }
}

impl Image {
    /// The workspace's logo.
    pub fn logo() -> Self {
        let (url, alt) = (LOGO.to_owned(), "{{company_name}}".to_owned());
        Self { url, alt, width: LOGO_WIDTH, ..Default::default() }
    }

    /// The company's name in the logo's place.
    pub(super) fn name_instead(&self) -> Text {
        let link = is_link(&self.link).then(|| self.link.trim().to_owned());
        let name = Run { text: "{{company_name}}".into(), bold: true, link, ..Default::default() };
        let paragraph = Paragraph { runs: vec![name], ..Default::default() };
        Text { text: Rich(vec![paragraph]), align: self.align }
    }
}

impl Block {
    /// As it looks now, for whoever edits it: a place of the logo shows the logo there is, or the name instead.
    pub fn with_logo(&self, brand: &Brand) -> Cow<'_, Self> {
        let Body::Image(image) = &self.body else { return Cow::Borrowed(self) };
        let body = match &brand.logo_url {
            _ if !is_logo(&image.url) => return Cow::Borrowed(self),
            Some(url) => Body::Image(Image { url: url.clone(), ..image.clone() }),
            None => Body::Text(image.name_instead()),
        };
        Cow::Owned(Self { id: self.id, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::{html, text};

    fn brand(colour: &str, logo: Option<&str>) -> Brand {
        Brand { colour: colour.into(), logo_url: logo.map(str::to_owned), ..Default::default() }
    }

    #[test]
    fn buttons_and_links_have_the_brands_colour_where_it_can_be_read() {
        let made = |colour: &str| match Kind::Button.body(&brand(colour, None)) {
            Body::Button(button) => (button.color, button.text_color),
            other => panic!("{other:?}"),
        };
        assert_eq!(made("#ffe066"), ("#ffe066".into(), "#000000".into()));
        assert_eq!(made("#5b2a86"), ("#5b2a86".into(), "#ffffff".into()));
        let own = Button::default();
        assert_eq!(made(""), (own.color, own.text_color));
        let link = |colour: &str| Document::starter(&brand(colour, None)).settings.link_color;
        assert_eq!((link("#5b2a86"), link("#ffe066")), ("#5b2a86".into(), Settings::default().link_color));
    }

    #[test]
    fn a_new_mail_begins_with_the_logo_there_is() {
        let kinds = |brand: &Brand| {
            let document = Document::starter(brand);
            assert_eq!(document.faults(), []);
            document.blocks.iter().map(|block| block.body.kind()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&brand("", Some("https://x/logo"))), [Kind::Image, Kind::Heading, Kind::Text]);
        assert_eq!(kinds(&brand("", None)), [Kind::Heading, Kind::Text]);
    }

    #[test]
    fn without_a_logo_the_companys_name_stands_in_its_place() {
        let logo = Image { url: " {{ brand.logo_url }}".into(), link: "https://a.example".into(), ..Image::logo() };
        let mut document = Document { blocks: vec![logo.into()], ..Default::default() };
        document.number();
        let mail = html(&document);
        let (with, without) = mail.split_once("{{else}}").expect("two ways");
        assert!(with.contains("{{#if brand.logo_url}}<tr>") && with.contains("src=\"{{brand.logo_url}}\""), "{with}");
        let without = without.split("{{/if}}").next().unwrap_or_default();
        assert!(without.contains("{{company_name}}") && !without.contains("<img"), "{without}");
        assert!(without.contains("href=\"https://a.example\""), "{without}");
        assert!(text(&document).starts_with("{{company_name}}: https://a.example\n"), "{}", text(&document));
        let shown = |brand: &Brand| document.blocks[0].with_logo(brand).into_owned().body;
        assert!(matches!(shown(&brand("", None)), Body::Text(_)));
        assert!(matches!(shown(&brand("", Some("https://x/l"))), Body::Image(image) if image.url == "https://x/l"));
        assert_eq!(document.blocks[0].with_logo(&brand("", None)).id, 1);
    }

    #[test]
    fn other_pictures_are_left_alone() {
        let picture = Block::from(Image { url: "https://a.example/b.png".into(), ..Default::default() });
        assert_eq!(*picture.with_logo(&Brand::default()), picture);
    }
}
