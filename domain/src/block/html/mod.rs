//! From a document to the HTML of a mail: tables and inline styles, because that is what mail programs understand; one
//! column on a phone; readable on a dark ground; nothing that is loaded from elsewhere but the pictures themselves. The
//! result is a Handlebars source. Whatever the document holds, nothing in it becomes a tag, a script or a style.

mod part;

pub use part::block;

use super::{
    Body, Document,
    escape::escaped,
    kind::Footer,
    look::{Settings, colour, lightened},
};

/// The space at both sides of a block, in px.
const PAD: u16 = 24;

/// What a block must know of the mail it stands in.
#[derive(Clone, Copy)]
struct Frame<'a> {
    settings: &'a Settings,
    /// The width of its place, in px, with the space at both sides.
    width: u16,
    /// That space at each side.
    pad: u16,
}

/// The mail as HTML.
pub fn html(document: &Document) -> String {
    let settings = &document.settings;
    let (width, background, surface) = (width(settings), ground(&settings.background), surface(settings));
    let blocks: String = document.blocks.iter().map(|block| part::block(settings, block)).collect();
    let font = settings.font.stack();
    format!(
        "{head}<body class=\"page\" style=\"margin:0;padding:0;background-color:{background};-webkit-text-size-adjust:100%\">\n\
         <table role=\"presentation\" class=\"page\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"background-color:{background}\">\n<tr><td align=\"center\" class=\"edge\" style=\"padding:24px 8px\">\n\
         <!--[if mso]><table role=\"presentation\" width=\"{width}\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td><![endif]-->\n\
         <table role=\"presentation\" class=\"card\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" \
         style=\"max-width:{width}px;background-color:{surface};border-radius:8px;font-family:{font}\">\n\
         <tr><td style=\"padding:16px 0 0;font-size:0;line-height:0\">&nbsp;</td></tr>\n{blocks}{footer}</table>\n\
         <!--[if mso]></td></tr></table><![endif]-->\n</td></tr>\n</table>\n</body>\n</html>\n",
        head = head(document),
        footer = footer(settings, &document.footer),
    )
}

/// The footer alone, as it looks in the mail.
pub fn footer_html(document: &Document) -> String {
    let row = footer(&document.settings, &document.footer);
    format!("<table role=\"presentation\" width=\"100%\"><tbody>{row}</tbody></table>")
}

fn head(document: &Document) -> String {
    let settings = &document.settings;
    let title = document.blocks.iter().find_map(|block| match &block.body {
        Body::Heading(heading) => Some(escaped(heading.text.trim())),
        _ => None,
    });
    let link = lightened(&settings.link_color);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\" xmlns:o=\"urn:schemas-microsoft-com:office:office\">\n<head>\n\
         <meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"x-apple-disable-message-reformatting\">\n\
         <meta name=\"format-detection\" content=\"telephone=no, date=no, address=no, email=no\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{title}</title>\n\
         <!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->\n\
         <style>\n:root {{ color-scheme: light dark; supported-color-schemes: light dark; }}\n\
         @media only screen and (max-width: {narrow}px) {{\n\
         .edge {{ padding: 0 !important; }}\n.card {{ border-radius: 0 !important; }}\n\
         .column {{ display: block !important; width: 100% !important; max-width: 100% !important; }}\n\
         .full {{ max-width: 100% !important; }}\n }}\n\
         @media (prefers-color-scheme: dark) {{\n\
         .page {{ background-color: #121114 !important; }}\n.card {{ background-color: #1d1b20 !important; }}\n\
         .ink {{ color: #eceaf0 !important; }}\n.ink a {{ color: {link} !important; }}\n\
         .rule {{ border-color: #4a4650 !important; }}\n.faint, .faint a {{ color: #b4afbc !important; }}\n }}\n\
         </style>\n</head>\n",
        title = title.unwrap_or_default(),
        narrow = width(settings) + 20,
    )
}

/// The address and the link to unsubscribe, which the law asks for (SPEC 4.4).
fn footer(settings: &Settings, footer: &Footer) -> String {
    let line = |inside: String| format!("<p style=\"margin:0 0 8px\">{inside}</p>");
    let link = |name: &str, words: &str| {
        format!(
            "<a href=\"{{{{{name}}}}}\" style=\"color:{0};text-decoration:underline\">{1}</a>",
            FAINT,
            escaped(words.trim())
        )
    };
    let note = footer.note.trim();
    let note = if note.is_empty() { String::new() } else { line(escaped(note).replace('\n', "<br>")) };
    let unsubscribe = if footer.unsubscribe.trim().is_empty() { "Unsubscribe" } else { &footer.unsubscribe };
    let preferences = if footer.preferences.trim().is_empty() { "Preferences" } else { &footer.preferences };
    let (preferences, unsubscribe) = (link("preferences_url", preferences), link("unsubscribe_url", unsubscribe));
    let links = format!("{preferences} &nbsp;·&nbsp; {unsubscribe}");
    format!(
        "<tr><td class=\"faint\" align=\"{align}\" style=\"padding:24px {PAD}px;font-family:{font};font-size:12px;line-height:18px;\
         color:{FAINT};text-align:{align}\">{note}<p style=\"margin:0 0 8px;white-space:pre-line\">{{{{company_name}}}}\n\
         {{{{postal_address}}}}</p><p style=\"margin:0\">{links}</p></td></tr>\n",
        align = footer.align.word(),
        font = settings.font.stack(),
    )
}

/// Small print: can be read on every light ground.
const FAINT: &str = "#5f5a66";

fn width(settings: &Settings) -> u16 {
    settings.width.clamp(480, 700)
}

fn ground(typed: &str) -> String {
    colour(typed, "#f3f1f5")
}

fn surface(settings: &Settings) -> String {
    colour(&settings.surface, "#ffffff")
}
