//! One block of a mail: a row of the mail's table.

use super::{Frame, PAD, Settings, colour, escaped, width};
use crate::block::{
    Columns, LOGO,
    kind::{Block, Body, Button, Divider, Heading, Image, Spacer, Text},
    link::{is_link, is_logo, is_picture},
};

/// A block of the mail itself as a row of its table.
pub fn block(settings: &Settings, block: &Block) -> String {
    row(Frame { settings, width: width(settings), pad: PAD }, block)
}

fn row(frame: Frame, block: &Block) -> String {
    match &block.body {
        Body::Heading(body) => heading(frame, body),
        Body::Text(body) => text(frame, body),
        Body::Image(body) if is_logo(&body.url) => logo(frame, body),
        Body::Image(body) => image(frame, body),
        Body::Button(body) => button(frame, body),
        Body::Divider(body) => divider(frame, body),
        Body::Spacer(body) => spacer(body),
        Body::Columns(body) => columns(frame, body),
    }
}

impl Frame<'_> {
    /// What is between the spaces at both sides.
    fn inner(self) -> u16 {
        self.width.saturating_sub(2 * self.pad).max(1)
    }

    fn ink(self) -> String {
        colour(&self.settings.color, "#2b2630")
    }
}

fn heading(frame: Frame, heading: &Heading) -> String {
    let (level, size, line) = match heading.level {
        0 | 1 => (1, 28, 34),
        2 => (2, 22, 28),
        _ => (3, 18, 24),
    };
    let (pad, align, font) = (frame.pad, heading.align.word(), frame.settings.font.stack());
    let (ink, text) = (frame.ink(), escaped(heading.text.trim()));
    format!(
        "<tr><td align=\"{align}\" style=\"padding:8px {pad}px\"><h{level} class=\"ink\" style=\"margin:0;font-family:{font};\
         font-size:{size}px;line-height:{line}px;font-weight:bold;color:{ink};text-align:{align}\">{text}</h{level}></td></tr>\n"
    )
}

fn text(frame: Frame, text: &Text) -> String {
    let link = colour(&frame.settings.link_color, "#6b2d73");
    let (pad, align, font) = (frame.pad, text.align.word(), frame.settings.font.stack());
    let (ink, rich) = (frame.ink(), text.text.to_mail(&link));
    format!(
        "<tr><td class=\"ink\" align=\"{align}\" style=\"padding:8px {pad}px;font-family:{font};font-size:16px;line-height:24px;\
         color:{ink};text-align:{align}\">{rich}</td></tr>\n"
    )
}

/// The logo, and the company's name where the workspace has none when the mail goes out: never a broken picture.
fn logo(frame: Frame, place: &Image) -> String {
    let picture = image(frame, &Image { url: LOGO.into(), ..place.clone() });
    let name = text(frame, &place.name_instead());
    format!("{{{{#if brand.logo_url}}}}{picture}{{{{else}}}}{name}{{{{/if}}}}\n")
}

/// Without an address there is nothing to show.
fn image(frame: Frame, image: &Image) -> String {
    if !is_picture(&image.url) {
        return String::new();
    }
    let shown = if image.width == 0 { frame.inner() } else { image.width.min(frame.inner()) };
    // On a phone, where columns stand below one another, it is as wide as its place as well.
    let class = if image.width == 0 { " class=\"full\"" } else { "" };
    let (pad, align, font, ink) = (frame.pad, image.align.word(), frame.settings.font.stack(), frame.ink());
    let (url, alt) = (escaped(image.url.trim()), escaped(image.alt.trim()));
    let picture = format!(
        "<img{class} src=\"{url}\" alt=\"{alt}\" width=\"{shown}\" style=\"display:inline-block;width:100%;max-width:{shown}px;\
         height:auto;border:0;vertical-align:top;font-family:{font};font-size:14px;line-height:20px;color:{ink}\">"
    );
    let picture = match is_link(&image.link) {
        true => format!("<a href=\"{}\">{picture}</a>", escaped(image.link.trim())),
        false => picture,
    };
    format!(
        "<tr><td class=\"ink\" align=\"{align}\" style=\"padding:8px {pad}px;text-align:{align}\">{picture}</td></tr>\n"
    )
}

/// Outlook takes no padding of a link: there the cell has it. The address stands in the source once, so that what
/// rewrites links finds it.
fn button(frame: Frame, button: &Button) -> String {
    let (ground, words) = (colour(&button.color, "#6b2d73"), colour(&button.text_color, "#ffffff"));
    let (pad, align, font) = (frame.pad, button.align.word(), frame.settings.font.stack());
    let (full, display) = if button.full_width { (" width=\"100%\"", "block") } else { ("", "inline-block") };
    let href = match is_link(&button.url) {
        true => format!(" href=\"{}\"", escaped(button.url.trim())),
        false => String::new(),
    };
    let label = escaped(button.label.trim());
    format!(
        "<tr><td align=\"{align}\" style=\"padding:12px {pad}px\">\
         <table role=\"presentation\"{full} cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:separate\"><tr>\
         <td align=\"center\" bgcolor=\"{ground}\" style=\"border-radius:6px;background-color:{ground};mso-padding-alt:12px 24px\">\
         <a{href} style=\"display:{display};padding:12px 24px;mso-padding-alt:0;border-radius:6px;background-color:{ground};\
         font-family:{font};font-size:16px;line-height:20px;font-weight:bold;color:{words};text-align:center;text-decoration:none\">\
         <!--[if mso]>&nbsp;<![endif]-->{label}<!--[if mso]>&nbsp;<![endif]--></a></td></tr></table></td></tr>\n"
    )
}

fn divider(frame: Frame, divider: &Divider) -> String {
    let (line, thickness, pad) = (colour(&divider.color, "#d9d6dd"), divider.thickness.clamp(1, 8), frame.pad);
    format!(
        "<tr><td style=\"padding:12px {pad}px\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" \
         border=\"0\"><tr><td class=\"rule\" style=\"border-top:{thickness}px solid {line};font-size:0;line-height:0\">&nbsp;</td>\
         </tr></table></td></tr>\n"
    )
}

fn spacer(spacer: &Spacer) -> String {
    let height = spacer.height.clamp(4, 120);
    format!(
        "<tr><td height=\"{height}\" style=\"height:{height}px;font-size:0;line-height:{height}px\">&nbsp;</td></tr>\n"
    )
}

/// Columns stand beside one another where there is room: cells for Outlook, for all others boxes that flow, which a
/// narrow screen makes as wide as it is.
fn columns(frame: Frame, columns: &Columns) -> String {
    let half = frame.pad / 2;
    let room = frame.width.saturating_sub(2 * half);
    let mut cells = String::new();
    for (i, column) in columns.columns.iter().enumerate() {
        let share = columns.widths.get(i).copied().unwrap_or(100 / columns.columns.len().max(1) as u8).clamp(1, 100);
        let width = (u32::from(room) * u32::from(share) / 100).try_into().unwrap_or(room);
        let inner = Frame { width, pad: half, ..frame };
        // Columns in columns are refused when they are saved; here they would only be drawn too small.
        let rows: String = column.iter().map(|block| row(inner, block)).collect();
        let rows = if rows.is_empty() { "<tr><td>&nbsp;</td></tr>".to_owned() } else { rows };
        cells.push_str(&format!(
            "<!--[if mso]><td width=\"{width}\" valign=\"top\"><![endif]--><div class=\"column\" style=\"display:inline-block;\
             width:100%;max-width:{width}px;vertical-align:top\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" \
             cellspacing=\"0\" border=\"0\">{rows}</table></div><!--[if mso]></td><![endif]-->"
        ));
    }
    format!(
        "<tr><td align=\"left\" style=\"padding:0 {half}px;font-size:0;line-height:0;text-align:left\"><!--[if mso]><table \
         role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><![endif]-->{cells}\
         <!--[if mso]></tr></table><![endif]--></td></tr>\n"
    )
}
